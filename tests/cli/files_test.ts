import assert from "node:assert/strict";
import { type FileRequest, localFiles, withSuffix } from "../../src/cli/files.ts";

const files = localFiles("deno run examples/fake.ts");

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function writes(path: string): FileRequest[] {
  return [{ flag: "--plot", path, access: "write" }];
}

Deno.test("files: a suffix goes before the extension", () => {
  assert.equal(withSuffix("out/curve.svg", "-test"), "out/curve-test.svg");
  assert.equal(withSuffix("out.d/curve", "-test"), "out.d/curve-test");
});

Deno.test("files: a place that can be written passes the check and stays as it was", async () => {
  await inFolder(async (folder) => {
    await files.check(writes(`${folder}/curve.svg`));
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    await Deno.writeTextFile(`${folder}/curve.svg`, "before");
    await files.check(writes(`${folder}/curve.svg`));
    assert.equal(await Deno.readTextFile(`${folder}/curve.svg`), "before");
    await files.writeText(`${folder}/curve.svg`, "after");
    assert.equal(await Deno.readTextFile(`${folder}/curve.svg`), "after");
  });
});

Deno.test("files: what can't work is found before any work is done", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const cases: [FileRequest[], RegExp][] = [
      [writes(`${folder}/no/curve.svg`), /^--plot: the folder ".*\/no" does not exist$/],
      [writes(folder), /^--plot: ".*" is a folder$/],
      [
        [{ flag: "--load", path: `${folder}/agent`, access: "read" }],
        /^--load: there is no file ".*agent"$/,
      ],
      [[{ flag: "--load", path: folder, access: "read" }], /^--load: ".*" is a folder$/],
    ];
    for (const [requests, message] of cases) {
      await assert.rejects(files.check(requests), { message });
    }
    await assert.rejects(files.check(writes(`${folder}/file/curve.svg`)), /^Error: --plot/);
  });
});

Deno.test({
  name: "files: a missing permission is told with the flags that grant it",
  permissions: { read: true, write: false },
  fn: async () => {
    const requests: FileRequest[] = [
      ...writes("out/curve.svg"),
      { flag: "--load", path: "agent.safetensors", access: "read" },
    ];
    await assert.rejects(files.check(requests), {
      message: "Deno may not use the files of --plot out/curve.svg; start it as\n" +
        "  deno run --allow-read=out,agent.safetensors --allow-write=out examples/fake.ts",
    });
  },
});

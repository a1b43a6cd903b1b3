/** Tests of reading and writing files, and of what is left behind when that fails. @module */

import assert from "node:assert/strict";
import { holdFolder, readBytes, readHead, writeBytes, writeText } from "../../src/io/fs.ts";

/** Runs `body` in an empty folder that is removed afterwards. */
async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The names in a folder, sorted. */
function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("fs: what is written is read back, and nothing else is left", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a.bin`;
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, i) => i * 7);
    await writeBytes(path, bytes);
    assert.deepEqual(await readBytes(path), bytes);
    await writeText(path, "ε\n");
    assert.deepEqual(await readBytes(path), Uint8Array.of(0xce, 0xb5, 10));
    assert.deepEqual(namesIn(folder), ["a.bin"]);
  });
});

Deno.test("fs: a folder is held by one at a time, and free again when let go of", async () => {
  await inFolder(async (folder) => {
    for (let turn = 0; turn < 2; turn++) {
      await using hold = await holdFolder(folder);
      assert.ok(hold);
      assert.equal(await holdFolder(folder), undefined);
      assert.deepEqual(namesIn(folder), [".lock"]);
    }
    assert.deepEqual(namesIn(folder), []);
    // What a process that was killed leaves behind holds nothing.
    Deno.writeTextFileSync(`${folder}/.lock`, "");
    await using hold = await holdFolder(folder);
    assert.ok(hold);
    await assert.rejects(
      holdFolder(`${folder}/none`),
      /cannot write ".*none\/\.lock": the folder ".*none" does not exist/,
    );
  });
});

Deno.test("fs: a file that is replaced keeps its mode, a link stays a link", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "old", { mode: 0o600 });
    Deno.symlinkSync("file", `${folder}/link`);
    await writeText(`${folder}/link`, "new");
    assert.equal(Deno.readTextFileSync(`${folder}/file`), "new");
    assert.equal(Deno.statSync(`${folder}/file`).mode! & 0o777, 0o600);
    assert.ok(Deno.lstatSync(`${folder}/link`).isSymlink);
    assert.deepEqual(namesIn(folder), ["file", "link"]);
  });
});

Deno.test("fs: a device is written to, not replaced", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await inFolder(async (folder) => {
    // A pipe stands in for devices, which tests should not hold permissions for.
    const made = await new Deno.Command(Deno.execPath(), {
      args: ["eval", `new Deno.Command("mkfifo", { args: ["${folder}/pipe"] }).outputSync();`],
    }).output();
    assert.ok(made.success);
    // Its first bytes would be gone for whoever reads it next.
    assert.equal((await readHead(`${folder}/pipe`, 8)).length, 0);
    const [read] = await Promise.all([
      Deno.readTextFile(`${folder}/pipe`),
      writeText(`${folder}/pipe`, "through"),
    ]);
    assert.equal(read, "through");
    assert.ok(Deno.lstatSync(`${folder}/pipe`).isFifo);
  });
});

Deno.test("fs: a missing folder, file or name is said", async () => {
  await inFolder(async (folder) => {
    await assert.rejects(writeText(`${folder}/no/a.csv`, ""), {
      message: `cannot write "${folder}/no/a.csv": the folder "${folder}/no" does not exist`,
    });
    await assert.rejects(readBytes(`${folder}/a.csv`), {
      message: `cannot read "${folder}/a.csv": there is no such file`,
    });
    await assert.rejects(writeText(folder, ""), {
      message: `cannot write "${folder}": it is a folder`,
    });
    await assert.rejects(readBytes(folder), /^Error: cannot read ".*": /);
    await assert.rejects(writeText("", ""), { message: 'cannot write "": the path is empty' });
    await assert.rejects(readBytes(""), { message: 'cannot read "": the path is empty' });
    await writeText(`${folder}/file`, "");
    await assert.rejects(writeText(`${folder}/file/a.csv`, ""), /a part of the path is a file/);
    assert.deepEqual(namesIn(folder), ["file"]);
  });
});

Deno.test({
  name: "fs: without permissions, reading names the flag",
  permissions: { read: false },
  fn: async () => {
    await assert.rejects(readBytes("model.safetensors"), {
      message: 'cannot read "model.safetensors": Deno may not; ' +
        "run it with --allow-read=model.safetensors",
    });
  },
});

Deno.test({
  name: "fs: without permissions, writing names both flags for the folder",
  permissions: { read: true, write: false },
  fn: async () => {
    await assert.rejects(writeText("a.csv", ""), {
      message: 'cannot write "a.csv": Deno may not; run it with --allow-read=. --allow-write=.',
    });
    await assert.rejects(writeText("/tmp/a.csv", ""), /--allow-read=\/tmp --allow-write=\/tmp/);
    await assert.rejects(writeText("/a.csv", ""), /--allow-read=\/ --allow-write=\//);
  },
});

Deno.test("fs: a write that fails half way removes its temporary file and keeps the old one", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/model`;
    await writeText(path, "old");
    const rename = Deno.rename;
    let temporary: string[] = [];
    Deno.rename = () => {
      temporary = namesIn(folder);
      return Promise.reject(new Error("No space left on device (os error 28)"));
    };
    try {
      await assert.rejects(writeText(path, "new"), {
        message: `cannot write "${path}": No space left on device (os error 28)`,
      });
    } finally {
      Deno.rename = rename;
    }
    assert.equal(temporary.length, 2, "the new content had a name of its own");
    assert.deepEqual(namesIn(folder), ["model"]);
    assert.equal(Deno.readTextFileSync(path), "old");
  });
});

Deno.test("fs: a file is never seen half written", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/file`;
    const contents = [1, 2].map((value) => new Uint8Array(2_000_000).fill(value));
    await writeBytes(path, contents[0]);
    let writing = true;
    const writer = (async () => {
      for (let i = 0; i < 20; i++) await writeBytes(path, contents[i % 2]);
      writing = false;
    })();
    let reads = 0;
    while (writing) {
      const bytes = await readBytes(path);
      assert.equal(bytes.length, contents[0].length);
      assert.ok(bytes.every((value) => value === bytes[0]));
      reads++;
    }
    await writer;
    assert.ok(reads > 0);
  });
});

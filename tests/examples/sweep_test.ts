/** Tests of examples/sweep.ts, started as a user would. @module */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const EXAMPLE = fileURLToPath(new URL("../../examples/sweep.ts", import.meta.url));

async function sweep(folder: string, ...args: string[]) {
  const permissions = [`--allow-read=${folder}`, `--allow-write=${folder}`];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...permissions, EXAMPLE, ...args],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("sweep: trains an agent for each value and seed, and draws a curve with a band for each value", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const out = `${folder}/sweep.svg`;
    const { code, stdout, stderr } = await sweep(
      folder,
      ...["--vary", "gamma", "--values", "0.5,0.98", "--seeds", "2", "--steps", "1536"],
      ...["--every", "512", "--episodes", "4", "--out", out],
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /4 agents in CartPole-v1: gamma 0\.5, 0\.98, 2 seeds each/);
    assert.match(stdout, /gamma 0\.98\s+last [\d.]+ \([\d.]+, [\d.]+\), best [\d.]+/);
    const svg = Deno.readTextFileSync(out);
    assert.match(svg, />gamma 0\.5</);
    assert.match(svg, /bands: 95 %/);
    assert.doesNotMatch(svg, /NaN|undefined/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("sweep: what makes no sense is refused before any work", async () => {
  for (
    const [args, message] of [
      [["--vary", "batchSize"], /--vary must be one of learningRate, .*got "batchSize"/],
      [["--values", "1,two"], /--values must be numbers/],
      [["--env", "LunarLander-v3"], /--env must be one of CartPole-v0, .*got "LunarLander-v3"/],
      [["--seeds", "0"], /--seeds must be an integer of at least 1, got "0"/],
    ] as const
  ) {
    const { code, stderr } = await sweep("/tmp", ...args);
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
});

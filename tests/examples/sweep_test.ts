/** Tests of examples/sweep.ts, started as a user would. @module */

import assert from "node:assert/strict";
import { inFolder, permissionsFor, runExample } from "./start.ts";

const sweep = (folder: string, args: string) => runExample("sweep", args, permissionsFor(folder));

Deno.test("sweep: trains an agent for each value and seed, and draws a curve with a band for each value", async () => {
  await inFolder(async (folder) => {
    const out = `${folder}/sweep.svg`;
    const { code, stdout, stderr } = await sweep(
      folder,
      "--vary gamma --values 0.5,0.98 --seeds 2 --steps 1376 --every 512 --episodes 4 " +
        `--out ${out}`,
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /4 agents in CartPole-v1: gamma 0\.5, 0\.98, 2 seeds each/);
    // Also where that is no multiple of --every.
    assert.match(stdout, /\nmeans of 4 greedy episodes, last at step 1,376:\n/);
    assert.match(stdout, /gamma 0\.98\s+last [\d.]+ \([\d.]+, [\d.]+\), best [\d.]+/);
    const svg = Deno.readTextFileSync(out);
    assert.match(svg, />gamma 0\.5</);
    assert.match(svg, /bands: 95 %/);
    assert.doesNotMatch(svg, /NaN|undefined/);
  });
});

Deno.test("sweep: what makes no sense is refused before any work", async () => {
  const cases: [args: string, message: RegExp][] = [
    ["--vary batchSize", /--vary must be one of learningRate, .*got "batchSize"/],
    ["--values 1,two", /--values must be numbers/],
    ["--env LunarLander-v3", /--env must be one of CartPole-v0, .*got "LunarLander-v3"/],
    ["--seeds 0", /--seeds must be an integer of at least 1, got "0"/],
    [
      "--steps 1000 --every 1024",
      /^error: --every \(1024\) must not be larger than --steps \(1000\)\n$/,
    ],
  ];
  await inFolder(async (folder) => {
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await sweep(folder, args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, message);
    }
  });
});

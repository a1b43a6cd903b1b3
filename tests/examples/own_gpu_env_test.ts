/** The example of an environment of one's own on the GPU: a DQN learns it, and the program runs. @module */

import assert from "node:assert/strict";
import { createAgent, desert, train } from "../../examples/own_gpu_env.ts";
import { evaluate, makeGpu } from "../../mod.ts";
import { runExample } from "./start.ts";

Deno.test("own_gpu_env: a DQN learns it from three seeds, and random play is far from it", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  assert.ok(adapter, "no GPU adapter");
  const device = await adapter.requestDevice();
  const fresh = { episodes: 100, seed: 1_000_000 };
  const scores: number[] = [];
  for (const seed of [1, 2, 3]) {
    using agent = await createAgent(seed, device);
    const random = await evaluate(agent, makeGpu(desert, 100), { ...fresh, deterministic: false });
    assert.ok(random.mean < 1, `random play ${random.mean}`);
    const { seconds, stoppedBy } = await train(agent, () => {});
    const { mean } = await evaluate(agent, makeGpu(desert, 100), fresh);
    scores.push(mean);
    console.log(
      `Desert-v0, seed ${seed}: ${mean.toFixed(2)} after ${agent.steps} steps, ` +
        `${seconds.toFixed(1)} s (${stoppedBy})`,
    );
  }
  device.destroy();
  // 18 ends training; other episodes may turn out a little worse.
  for (const score of scores) assert.ok(score >= 17, `means ${scores.join(", ")}`);
});

Deno.test("own_gpu_env: an override is an option, and changes the game", async () => {
  using agent = await createAgent(1);
  const play = (options: { gravity: number }) =>
    evaluate(agent, makeGpu(desert, 50, options), {
      ...{ episodes: 50, seed: 7, deterministic: false },
    });
  // Where jumps are long, random play comes farther than where no jump is high enough.
  const [light, heavy] = [await play({ gravity: 0.02 }), await play({ gravity: 0.2 })];
  assert.ok(light.mean > heavy.mean, `${light.mean} and ${heavy.mean}`);
  assert.equal(heavy.max, -1);
});

Deno.test("own_gpu_env: the program learns and compares without any permission", async () => {
  const { code, stdout, stderr } = await runExample("own_gpu_env", "--seed 2");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^<GpuEnv<Desert-v0>, 64> on /);
  const end = /^solved after \d+ steps, .* mean return (\S+) ± \S+, random play (\S+)$/m.exec(
    stdout,
  );
  assert.ok(end, stdout);
  assert.ok(Number(end[1]) > 17 && Number(end[2]) < 1, end[0]);
});

Deno.test("own_gpu_env: help and mistakes need no GPU", async () => {
  const help = await runExample("own_gpu_env", "--help");
  assert.equal(help.code, 0);
  assert.match(help.stdout, /--seed N/);
  const wrong = await runExample("own_gpu_env", "--sede 3");
  assert.equal(wrong.code, 2);
  assert.equal(wrong.stderr, 'error: cannot read "--sede 3"; --help tells what there is\n');
});

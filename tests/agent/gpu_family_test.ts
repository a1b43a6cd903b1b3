/**
 * Tests that all of the family learns in environments on the GPU, and that the host hardly speaks to the
 * GPU meanwhile.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type DQNConfig, evaluate, makeGpu } from "../../mod.ts";
import { ALGORITHMS } from "../../src/dqn/algorithms/by_name.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { ladder } from "../dqn/gpu_toys.ts";
import { device, smallAgent, withSubmitsOf } from "./support.ts";
import { cartPoles, ladders, LANES } from "./gpu_support.ts";

/** Small enough to compile and run quickly. */
function smallOf(config: DQNConfig): DQNConfig {
  return {
    ...config,
    ...config.atoms !== undefined && { atoms: 11 },
    ...config.quantiles !== undefined && { quantiles: 5 },
    ...config.cosines !== undefined && { cosines: 4 },
  };
}

for (const [name, { config }] of Object.entries(ALGORITHMS)) {
  Deno.test(`GPU family: ${name} learns, and its numbers are finite`, async () => {
    using agent = await smallAgent(cartPoles(), smallOf(config));
    const result = await agent.learn(LANES * 60);
    assert.equal(agent.updates, 2 * (60 - 5));
    assert.ok(result.episodes > 5);
    const { loss, meanQ, gradNorm, tdError } = await agent.diagnostics();
    for (const number of [loss, meanQ, gradNorm, tdError]) assert.ok(Number.isFinite(number), name);
    for (const [key, { data }] of Object.entries(await agent.getParameters())) {
      assert.ok(data.every(Number.isFinite), key);
    }
    assert.equal((await evaluate(agent, cartPoles(), { episodes: 4 })).episodes, 4);
  });
}

Deno.test("GPU family: with priorities and stacks, the ladder's best action is found", async () => {
  for (const config of [{ sampling: "prioritized" }, { frameStack: 2, nSteps: 2 }] as const) {
    using agent = await smallAgent(makeGpu(ladder(), LANES), {
      ...{ gamma: 0.5, hiddenLayers: [16], explorationFinalEps: 0.2, bufferSize: 2000 },
      ...config,
    });
    await agent.learn(LANES * 300);
    const { mean, lengths } = await evaluate(agent, ladders(), { episodes: 60 });
    // What the actions alone can bring: 2 a step; chance brings half of it.
    const steps = lengths.reduce((a, b) => a + b) / lengths.length;
    const rest = lengths.reduce((sum, n) => sum + n * (n + 1) / 8 + 3 / 8 * n, 0) / lengths.length;
    assert.ok((mean - rest) / steps > 1.75, `${(mean - rest) / steps} a step`);
  }
});

Deno.test("GPU family: CartPole is learnt to a score of 140 within 8,000 steps, by two seeds of two", async () => {
  for (const seed of [1, 2]) {
    using agent = await smallAgent(makeGpu("CartPole-v1", 8), {
      ...{ seed, hiddenLayers: [64, 64], batchSize: 32, bufferSize: 20_000, learningStarts: 400 },
      ...{ learningRate: 2e-3, trainFreq: 8, gradientSteps: 4, targetUpdateInterval: 160 },
      ...{ explorationFraction: 0.2, explorationFinalEps: 0.04 },
    });
    const { best } = await agent.learn(8000, {
      // Schedules as of a longer run.
      horizon: 20_000,
      evaluation: {
        ...{ every: 1600, episodes: 16, env: makeGpu("CartPole-v1", 16), stopAt: 140 },
      },
    });
    // Random play makes 22.
    assert.ok(best!.mean >= 140, `seed ${seed}: ${best!.mean}`);
  }
});

Deno.test("GPU family: over thousands of steps and updates the host uploads a table and reads a word or two per submit", async () => {
  using agent = await smallAgent(cartPoles(), { trainFreq: 2 * LANES, gradientSteps: 1 });
  await agent.learn(LANES * 100);
  const { traffic } = await Gpu.open({ device });
  const before = { ...traffic };
  const { updates } = agent;
  const [steps, most] = [4000, 500];
  const started = performance.now();
  await withSubmitsOf(most, () => agent.learn(LANES * steps));
  const seconds = (performance.now() - started) / 1000;
  const ticks = steps + agent.updates - updates;
  assert.equal(ticks, 6000);
  const submits = ticks / most;
  assert.equal(traffic.uploads - before.uploads, submits);
  // Health after each submit; each look at the episodes reads their number and the log, five times a
  // second at most; the loop's turn and its end ask for health once more.
  const readbacks = traffic.readbacks - before.readbacks;
  const bound = submits + 2 * (5 * seconds + 1) + Math.min(submits, 20 * seconds) + 2;
  assert.ok(readbacks <= bound, `${readbacks} readbacks in ${seconds} s`);
  assert.equal(traffic.submits - before.submits, submits + readbacks);
  assert.ok(traffic.submits - before.submits < ticks / 50);
});

/**
 * A test of the whole: the preset with environments on the GPU learns CartPole-v1 from several seeds, and the
 * score of each is printed. Whether all of ten seeds reach it, how fast, and the same of other presets, is
 * measured by tests/bench/; with an environment on the host, tests/envs/own_env_test.ts shows scores.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DQN, evaluate, makeGpu } from "../../mod.ts";
import { CARTPOLE_PRESETS } from "../../src/dqn/presets/cartpole.ts";

const SEEDS = [1, 2, 3];
/** The task's own threshold, as Gymnasium registers it. */
const SOLVED = 475;

Deno.test("score: the preset with environments on the GPU solves CartPole-v1", async () => {
  const { config, evaluation, length, gpuEnvs } = CARTPOLE_PRESETS.gpu;
  const { steps } = length as { steps: number };
  const judge = makeGpu("CartPole-v1", evaluation!.episodes);
  const scores: number[] = [];
  for (const seed of SEEDS) {
    using agent = await DQN.create(makeGpu("CartPole-v1", gpuEnvs!), { ...config, seed });
    const { seconds, stoppedBy } = await agent.learn(steps, {
      evaluation: { ...evaluation!, env: judge, seed: 1_000, keepBest: true },
    });
    // Fresh episodes: other seeds than those of the evaluations that chose the network.
    const { mean, std, min } = await evaluate(agent, judge, { episodes: 100, seed: 1_000_000 });
    scores.push(mean);
    console.log(
      `CartPole-v1, seed ${seed}: ${mean.toFixed(1)} ± ${std.toFixed(1)}, worst ${min}, after ` +
        `${agent.steps} steps, ${agent.updates} updates, ${seconds.toFixed(1)} s (${stoppedBy})`,
    );
  }
  // The claim is nine seeds of ten. Another adapter rounds differently, so one of three may be that one.
  const solved = scores.filter((mean) => mean >= SOLVED);
  assert.ok(solved.length >= 2, `means ${scores.join(", ")}`);
});

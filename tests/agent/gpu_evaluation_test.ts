/** Tests of evaluating an agent in environments on the GPU. @module */

import assert from "node:assert/strict";
import { type DQN, evaluate, make, makeGpu } from "../../mod.ts";
import { argmax } from "../../src/agent/exploration.ts";
import { ACTIONS, ladder, pictureLadder } from "../dqn/gpu_toys.ts";
import { fingerprint, smallAgent, withSubmitsOf } from "./support.ts";
import { cartPoles, ladders, LANES, PICTURES } from "./gpu_support.ts";

Deno.test("GPU evaluation: each lane plays its share, and the first to end are not favoured", async () => {
  using agent = await smallAgent(ladders());
  // Lengths are the starts' alone, so the plain odds are known: a fifth each of 1, 2, 3, and 4 twice.
  const told: number[] = [];
  const { returns, lengths, episodes } = await evaluate(agent, ladders(32), {
    ...{ episodes: 1000, seed: 2 },
    onEpisode: ({ index, length }) => {
      assert.equal(index, told.length);
      told.push(length);
    },
  });
  assert.equal(episodes, 1000);
  assert.equal(returns.length, 1000);
  assert.deepEqual(told, lengths);
  const counts = [1, 2, 3, 4].map((length) => lengths.filter((one) => one === length).length);
  // Standard deviations are below 16.
  [200, 200, 200, 400].forEach((wanted, i) => {
    assert.ok(Math.abs(counts[i] - wanted) < 60, `${counts}`);
  });
});

Deno.test("GPU evaluation: fewer episodes than lanes, more, and another number of both", async () => {
  using agent = await smallAgent(ladders());
  for (const [lanes, episodes] of [[5, 2], [5, 5], [5, 13], [1, 3]]) {
    const result = await evaluate(agent, ladders(lanes), { episodes });
    assert.equal(result.episodes, episodes);
    assert.equal(result.lengths.length, episodes);
  }
});

Deno.test("GPU evaluation: the same seed gives the same episodes, in submits of any size, side by side too", async () => {
  using agent = await smallAgent(ladders());
  await agent.learn(LANES * 30);
  const env = ladders(6);
  const play = (seed: number, deterministic = true) =>
    evaluate(agent, env, { episodes: 40, seed, deterministic });
  const [one, two] = [await play(1), await play(2)];
  assert.notDeepEqual(two.returns, one.returns);
  assert.deepEqual(await play(1), one);
  assert.deepEqual(await withSubmitsOf(3, () => play(1)), one);
  assert.deepEqual(await evaluate(agent, ladders(6), { episodes: 40, seed: 1 }), one);
  assert.deepEqual(await Promise.all([play(1), play(2), play(1)]), [one, two, one]);
  assert.deepEqual(await play(1, false), await play(1, false));
});

Deno.test("GPU evaluation: it changes nothing, in the agent's own environments either", async () => {
  for (const config of [{}, { noisy: true }, { sampling: "prioritized" }] as const) {
    const env = ladders();
    using agent = await smallAgent(env, config);
    await agent.learn(LANES * 30);
    const before = await fingerprint(agent);
    await evaluate(agent, env, { episodes: 10 });
    await evaluate(agent, ladders(7), { episodes: 10, deterministic: false });
    assert.equal(await fingerprint(agent), before);
  }
});

Deno.test("GPU evaluation: greedy by default, else as while learning", async () => {
  using agent = await smallAgent(ladders(), {
    ...{ explorationInitialEps: 1, explorationFinalEps: 1, gamma: 0.5 },
    ...{ learningRate: 0.02, hiddenLayers: [16] },
  });
  await agent.learn(LANES * 150);
  // The best action is worth 2 a step, a random one 1, as the environment has it.
  const rest = (lengths: readonly number[]) =>
    lengths.reduce((sum, length) => sum + length * (length + 1) / 8, 0) / lengths.length;
  const perStep = async (deterministic: boolean) => {
    const { mean, lengths } = await evaluate(agent, ladders(32), { episodes: 400, deterministic });
    const steps = lengths.reduce((a, b) => a + b) / lengths.length;
    // The start's share of the reward is 3/8 on average.
    return (mean - rest(lengths)) / steps - 3 / 8;
  };
  const [greedy, random] = [await perStep(true), await perStep(false)];
  assert.ok(Math.abs(greedy - (ACTIONS - 1)) < 0.06, `greedy ${greedy}`);
  assert.ok(Math.abs(random - (ACTIONS - 1) / 2) < 0.15, `random ${random}`);
});

Deno.test("GPU evaluation: a policy gets the same there as on the host, within what chance explains", async () => {
  using agent = await smallAgent(cartPoles());
  // Towards where the pole leans: 40 steps or so, with a wide spread.
  await agent.setParameters(await leaning(agent));
  const options = { maxEpisodeSteps: 200 };
  const gpu = await evaluate(agent, makeGpu("CartPole-v1", 64, options), { episodes: 256 });
  const host = await evaluate(agent, make("CartPole-v1", options), { episodes: 256 });
  const error = Math.sqrt((gpu.std ** 2 + host.std ** 2) / 256);
  assert.ok(gpu.std > 3 && gpu.mean > 20 && gpu.mean < 150, `${gpu.mean} ± ${gpu.std}`);
  assert.ok(Math.abs(gpu.mean - host.mean) < 4 * error, `${gpu.mean}, ${host.mean}, ± ${error}`);
  assert.deepEqual(gpu.lengths, gpu.returns);
});

/** Parameters for which the second action's value is the angle, and the first one's minus that. */
async function leaning(agent: DQN) {
  const parameters = await agent.getParameters();
  for (const [name, { data }] of Object.entries(parameters)) {
    data.fill(0);
    // Two of the hidden layer's units are the angle's positive and its negative part.
    if (name === "q.0.weight") [data[2], data[4 + 2]] = [1, -1];
    if (name === "q.2.weight") [data[0], data[1], data[8], data[9]] = [-1, 1, 1, -1];
  }
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => name.startsWith("q.")));
}

Deno.test("GPU evaluation: agents on the host, and without environments, play there too", async () => {
  const options = { maxEpisodeSteps: 14 };
  using host = await smallAgent(make("CartPole-v1", options));
  await host.learn(100);
  const there = await evaluate(host, cartPoles(), { episodes: 9, seed: 3 });
  using gpu = await smallAgent(cartPoles());
  await gpu.setParameters(await host.getParameters());
  assert.deepEqual(await evaluate(gpu, cartPoles(), { episodes: 9, seed: 3 }), there);
  const { observationSpace, actionSpace } = host;
  using bare = await smallAgent({ observationSpace, actionSpace });
  await bare.setParameters(await host.getParameters());
  assert.deepEqual(await evaluate(bare, cartPoles(), { episodes: 9, seed: 3 }), there);
});

Deno.test("GPU evaluation: stacked pictures are acted on as predict does, padded at starts", async () => {
  using agent = await smallAgent(makeGpu(pictureLadder(), LANES), {
    ...{ ...PICTURES, learningStarts: 0, trainFreq: 10 ** 6 },
    ...{ explorationInitialEps: 0, explorationFinalEps: 0, init: "he" },
  });
  await agent.learn(LANES * 40);
  const { observations, actions } = await agent.replay.transitions();
  const size = observations.length / actions.length;
  const frames: Uint8Array[] = [];
  const stacks = Array.from(actions, (_, i) => {
    const frame = observations.subarray(i * size, (i + 1) * size) as Uint8Array;
    // The first pixel is the time, so this one begins an episode.
    if (frame[0] === 0) frames.length = 0;
    frames.push(frame);
    const stack = [3, 2, 1].flatMap((back) => [...frames[Math.max(0, frames.length - back)]]);
    return Uint8Array.from(stack);
  });
  const values = await agent.qValuesOf(stacks);
  const best = Array.from(actions, (_, i) => argmax(values, ACTIONS * i, ACTIONS));
  assert.deepEqual([...actions], best);
  assert.ok(new Set(best).size > 1);
  const before = await fingerprint(agent);
  const result = await evaluate(agent, makeGpu(pictureLadder(), 3), { episodes: 12, seed: 1 });
  assert.ok(result.mean > 0);
  assert.equal(await fingerprint(agent), before);
});

Deno.test("GPU evaluation: a signal stops it, and what can't play is told so", async () => {
  using agent = await smallAgent(ladders());
  const stopped = await evaluate(agent, ladders(), { signal: AbortSignal.abort() });
  assert.equal(stopped.episodes, 0);
  await assert.rejects(evaluate(agent, cartPoles()), /the agent was created for/);
  const { epsilon, temperature, config } = agent;
  const policy = {
    ...{ epsilon, temperature, config },
    owns: () => false,
    qValuesOf: () => Promise.resolve(new Float32Array()),
  };
  await assert.rejects(evaluate(policy, makeGpu(ladder(), 2)), /can't play on the GPU/);
});

Deno.test("GPU evaluation: many in new environments of the same kind take no more memory", async () => {
  using agent = await smallAgent(ladders());
  await evaluate(agent, ladders(3), { episodes: 3 });
  const { gpuBytes } = agent;
  for (let i = 0; i < 4; i++) await evaluate(agent, ladders(3), { episodes: 2 + i });
  assert.equal(agent.gpuBytes, gpuBytes);
});

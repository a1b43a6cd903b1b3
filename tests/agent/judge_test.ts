/** Tests of evaluation while learning: when, what it tells, and which network is kept. @module */

import assert from "node:assert/strict";
import { DQN, type LearnEvaluation, make } from "../../mod.ts";
import { device, inFolder, namesIn, smallAgent } from "./support.ts";
import { ends, StubEnv } from "./stub_env.ts";

const cartPole = () => make("CartPole-v1", { maxEpisodeSteps: 20 });

/** An agent's two networks, as plain arrays. */
async function networks(agent: DQN): Promise<number[][]> {
  return Object.values(await agent.getParameters()).map(({ data }) => [...data]);
}

/** Evaluations in an environment whose episodes are worth what is told, one after the other. */
function scores(...means: number[]): { env: StubEnv } {
  const env = new StubEnv(({ episode }) => ({ reward: means[episode - 1], terminated: true }), {
    size: 4,
  });
  return { env };
}

Deno.test("judge: evaluates every so many steps, after the updates of the step", async () => {
  using agent = await smallAgent(cartPole());
  const told: [number, number, boolean][] = [];
  const { best, stoppedBy } = await agent.learn(110, {
    evaluation: {
      ...scores(3, 7, 5, 7, 9),
      every: 20,
      episodes: 1,
      onEvaluation: ({ steps, mean, best }) => told.push([steps, mean, best]),
    },
  });
  assert.deepEqual(told, [
    [20, 3, true],
    [40, 7, true],
    [60, 5, false],
    // As good is not better: the earlier one is kept.
    [80, 7, false],
    [100, 9, true],
  ]);
  assert.deepEqual([best, stoppedBy], [{ mean: 9, steps: 100 }, "steps"]);
});

Deno.test("judge: with lanes, an evaluation is due when its step has been passed", async () => {
  using agent = await smallAgent([cartPole(), cartPole(), cartPole()]);
  const steps: number[] = [];
  await agent.learn(45, {
    evaluation: {
      ...scores(1, 1, 1, 1, 1),
      every: 10,
      episodes: 1,
      onEvaluation: (evaluation) => steps.push(evaluation.steps),
    },
  });
  assert.deepEqual(steps, [12, 21, 30, 42]);
});

Deno.test("judge: stops when an evaluation is good enough", async () => {
  using agent = await smallAgent(cartPole());
  const result = await agent.learn(1000, {
    evaluation: { ...scores(3, 9.9, 10, 20), every: 20, episodes: 1, stopAt: 10 },
  });
  assert.deepEqual([result.stoppedBy, result.steps, agent.steps], ["solved", 60, 60]);
  assert.deepEqual(result.best, { mean: 10, steps: 60 });
});

/** The network after so many steps of a run of 200, undisturbed. */
async function networksAt(steps: number): Promise<number[][]> {
  using agent = await smallAgent(cartPole());
  await agent.learn(steps, { horizon: 200 });
  return await networks(agent);
}

/** A run of 200 steps with evaluations. */
async function judged(
  evaluation: LearnEvaluation,
  signal?: AbortSignal,
): Promise<number[][]> {
  using agent = await smallAgent(cartPole());
  await agent.learn(200, { horizon: 200, evaluation, signal });
  return await networks(agent);
}

Deno.test("judge: keepBest puts the best network back, and nothing else does", async () => {
  const means = [1, 8, 2, 3];
  const common = { every: 50, episodes: 1 };
  assert.deepEqual(
    await judged({ ...scores(...means), ...common, keepBest: true }),
    await networksAt(100),
  );
  assert.deepEqual(await judged({ ...scores(...means), ...common }), await networksAt(200));
  // The last may be the best.
  const rising = scores(1, 2, 3, 4);
  assert.deepEqual(await judged({ ...rising, ...common, keepBest: true }), await networksAt(200));
});

Deno.test("judge: keepBest leaves a run that is to go on where it was", async () => {
  const common = { every: 50, episodes: 1, keepBest: true };
  // Aborted: optimizer and replay buffer belong to the network of the last update.
  const controller = new AbortController();
  using aborted = await smallAgent(cartPole());
  const result = await aborted.learn(200, {
    horizon: 200,
    signal: controller.signal,
    evaluation: {
      ...scores(8, 2, 9),
      ...common,
      onEvaluation: ({ steps }) => steps === 100 && controller.abort(),
    },
  });
  assert.deepEqual([result.stoppedBy, result.steps], ["signal", 100]);
  assert.deepEqual(result.best, { mean: 8, steps: 50 });
  assert.deepEqual(await networks(aborted), await networksAt(100));
  // Done with a part, the horizon not reached; then done with all.
  using part = await smallAgent(cartPole());
  const evaluation = { ...scores(8, 9, 2, 7), ...common };
  const first = await part.learn(150, { horizon: 200, evaluation });
  assert.deepEqual(first.best, { mean: 9, steps: 100 });
  assert.deepEqual(await networks(part), await networksAt(150));
  const second = await part.learn(50, { horizon: 200, evaluation });
  assert.deepEqual(second.best, { mean: 7, steps: 200 });
  assert.deepEqual(await networks(part), await networksAt(200));
});

Deno.test("judge: keepBest counts a run of so many episodes as over", async () => {
  const env = () => new StubEnv(ends(10, "terminated"), { size: 4 });
  using agent = await smallAgent(env());
  const { stoppedBy, steps } = await agent.learn(200, {
    horizon: 200,
    episodes: 10,
    evaluation: { ...scores(8, 2), every: 50, episodes: 1, keepBest: true },
  });
  assert.deepEqual([stoppedBy, steps], ["episodes", 100]);
  using same = await smallAgent(env());
  await same.learn(50, { horizon: 200 });
  assert.deepEqual(await networks(agent), await networks(same));
});

Deno.test("judge: saveBest keeps the best agent on disk", async () => {
  await inFolder(async (folder) => {
    const saveBest = `${folder}/best.safetensors`;
    const seen: [number, boolean][] = [];
    using agent = await smallAgent(cartPole());
    await agent.learn(200, {
      horizon: 200,
      evaluation: {
        ...scores(1, 8, 2, 3),
        every: 50,
        episodes: 1,
        saveBest,
        onEvaluation: ({ steps, best }) => seen.push([steps, best]),
      },
    });
    assert.deepEqual(seen, [[50, true], [100, true], [150, false], [200, false]]);
    assert.deepEqual(namesIn(folder), ["best.safetensors"]);
    using best = await DQN.load(saveBest, cartPole(), { device });
    assert.equal(best.steps, 100);
    assert.deepEqual(
      await networks(best),
      await networksAt(100),
    );
    // It is a whole checkpoint: it goes on as the run did.
    await best.learn(100, { horizon: 200 });
    assert.deepEqual(await networks(best), await networks(agent));
  });
});

Deno.test("judge: evaluation episodes have the seeds that were asked for", async () => {
  const { env } = scores(1, 1, 1, 1, 1, 1);
  using agent = await smallAgent(cartPole());
  await agent.learn(60, { evaluation: { env, every: 30, episodes: 3, seed: 500 } });
  const seeds = [500, 501, 502, 500, 501, 502];
  assert.deepEqual(env.resets, seeds.map((seed) => ({ seed })));
});

Deno.test("judge: the environment that is trained in may be the one to evaluate in if make made it", async () => {
  const env = cartPole();
  using agent = await smallAgent(env);
  const lengths: number[] = [];
  await agent.learn(60, {
    evaluation: {
      env,
      every: 30,
      episodes: 4,
      onEvaluation: (evaluation) => lengths.push(evaluation.episodes),
    },
  });
  assert.deepEqual(lengths, [4, 4]);
});

Deno.test("judge: an environment of other spaces is refused before anything is learnt", async () => {
  using agent = await smallAgent(cartPole());
  const env = new StubEnv(undefined, { size: 3, actions: 2 });
  const evaluation = { env, every: 20, episodes: 1 };
  await assert.rejects(agent.learn(100, { evaluation }), {
    name: "TypeError",
    message:
      "evaluation.env must have the spaces that the agent was created for, 4 numbers and 2 " +
      "actions from 0 on; <StubEnv> has 3 numbers and 2 actions from 0 on",
  });
  assert.equal(agent.steps, 0);
});

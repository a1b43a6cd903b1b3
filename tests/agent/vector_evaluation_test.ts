/** Tests of evaluating in vector environments. @module */

import assert from "node:assert/strict";
import { evaluate, make, makeVec, SyncVectorEnv } from "../../mod.ts";
import { CartPole } from "../../src/envs/classic/cartpole.ts";
import { TimeLimit } from "../../src/envs/wrappers/time_limit.ts";
import { StubEnv, type StubMoment } from "./stub_env.ts";
import { device, smallAgent } from "./support.ts";

/** A policy that always finds the same action best. */
const policy = (owned?: unknown) => ({
  epsilon: 0,
  temperature: null,
  owns: (env: unknown) => env === owned,
  qValuesOf: (observations: readonly ArrayLike<number>[]) =>
    Promise.resolve(Float32Array.from(observations.flatMap(() => [0, 1]))),
});

/** Lane i plays episodes of i + 1 steps, each paid by its number. */
function lanes(count: number) {
  return Array.from(
    { length: count },
    (_, lane) =>
      new StubEnv(({ step, episode }: StubMoment) => ({
        reward: episode,
        terminated: step === lane + 1,
      })),
  );
}

for (const mode of ["next_step", "same_step", "disabled"] as const) {
  Deno.test(`vector evaluation: ${mode}: each lane plays its share, whole episodes`, async () => {
    const envs = lanes(3);
    const env = new SyncVectorEnv(envs.map((each) => () => each), { autoresetMode: mode });
    const ended: number[] = [];
    const result = await evaluate(policy(), env, {
      episodes: 7,
      seed: 20,
      onEpisode: ({ index }) => ended.push(index),
    });
    // 7 episodes are 2, 2 and 3; sums of 1 · length, 2 · length and so on.
    assert.deepEqual([...result.returns].sort((a, b) => a - b), [1, 2, 2, 3, 4, 6, 9]);
    assert.deepEqual([...result.lengths].sort(), [1, 1, 2, 2, 3, 3, 3]);
    assert.deepEqual(ended, [0, 1, 2, 3, 4, 5, 6]);
    assert.deepEqual(envs.map(({ resets }) => resets[0]?.seed), [20, 21, 22]);
    assert.ok(envs.every(({ actions }) => actions.every((action) => action === 1)));
  });
}

Deno.test("vector evaluation: returns are those of single environments from the same seeds", async () => {
  using agent = await smallAgent(make("CartPole-v1"));
  const single = await evaluate(agent, make("CartPole-v1"), { episodes: 5, seed: 3 });
  const several = await evaluate(agent, makeVec("CartPole-v1", 5), { episodes: 5, seed: 3 });
  const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
  assert.deepEqual(sorted(several.returns), sorted(single.returns));
});

Deno.test("vector evaluation: what is wrong is said", async () => {
  const env = makeVec("CartPole-v1", 2);
  await assert.rejects(evaluate(policy(env), env), {
    name: "Error",
    message: /is the environment that the agent trains in/,
  });
  const broken = new SyncVectorEnv([
    () => new TimeLimit(new CartPole(), 5),
    () => {
      const limited = new TimeLimit(new CartPole(), 5);
      limited.step = () => [Float32Array.of(0, 0, NaN, 0), 1, false, false, {}];
      return limited;
    },
  ]);
  await assert.rejects(evaluate(policy(), broken), {
    name: "RangeError",
    message: /environment 1: number 2 of the observation is NaN$/,
  });
  using agent = await smallAgent(new StubEnv(undefined, { actions: 3 }), { device });
  const two = new SyncVectorEnv([() => new StubEnv()]);
  await assert.rejects(evaluate(agent, two), {
    name: "TypeError",
    message: /has 2 actions, and the agent knows 3$/,
  });
});

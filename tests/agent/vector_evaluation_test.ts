/** Tests of evaluating in vector environments. @module */

import assert from "node:assert/strict";
import {
  type Env,
  evaluate,
  FrameStack,
  make,
  makeVec,
  type Policy,
  SyncVectorEnv,
} from "../../mod.ts";
import { CartPole } from "../../src/envs/classic/cartpole.ts";
import { TimeLimit } from "../../src/envs/wrappers/time_limit.ts";
import { PictureEnv } from "./picture_env.ts";
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
    message: /has 2 numbers and 2 actions .* created for 2 numbers and 3 actions/,
  });
});

for (const autoresetMode of ["next_step", "same_step", "disabled"] as const) {
  Deno.test(`vector evaluation: stacks stay within their episode in mode ${autoresetMode}`, async () => {
    const seen: number[][] = [];
    const policy: Policy = {
      epsilon: 0,
      temperature: null,
      config: { frameStack: 3 },
      owns: () => false,
      qValuesOf: (observations) => {
        seen.push([...observations[0]]);
        return Promise.resolve(new Float32Array(2 * observations.length));
      },
    };
    const one = () => new PictureEnv() as unknown as Env;
    const env = new SyncVectorEnv([one, one], { autoresetMode });
    await evaluate(policy, env, { episodes: 6 });
    const wanted: number[][] = [];
    const stacked = new FrameStack<Uint8Array>(new PictureEnv(), 3);
    while (wanted.length < seen.length) {
      let [observation] = stacked.reset();
      for (let over = false; !over;) {
        wanted.push([...observation]);
        const [next, , terminated, truncated] = stacked.step(0);
        observation = next;
        over = terminated || truncated;
        // The step that is a reset is asked for too.
        if (over && autoresetMode === "next_step") wanted.push([...observation]);
      }
    }
    assert.ok(seen.length > 20);
    assert.deepEqual(seen, wanted.slice(0, seen.length));
  });
}

import assert from "node:assert/strict";
import recorded from "../../fixtures/wrappers/wrappers.json" with { type: "json" };
import {
  Box,
  type BoxArrays,
  type BoxDtype,
  Discrete,
  make,
  MaxAndSkip,
} from "../../../src/envs/mod.ts";
import { assertSameBits } from "../fixture.ts";
import { arraysFrom, boxFrom, ReplayEnv, replayOf, savedState } from "./replay_env.ts";

Deno.test("max_and_skip: observations, rewards and ends are Gymnasium's, early ends included", () => {
  for (const [index, record] of recorded.maxAndSkip.entries()) {
    const { rewards, ends, skip } = record;
    const inner = replayOf(record.space, record.observations, { rewards, ends });
    const env = new MaxAndSkip(inner, { skip });
    const { dtype, size } = boxFrom(record.space);
    const out = arraysFrom(record.out, dtype, size);
    const show = (observation: BoxArrays[BoxDtype], what: string) =>
      assertSameBits(observation, out.shift()!, `case ${index}, ${what}`);
    show(env.reset()[0], "reset");
    assert.ok(record.results.length >= 9);
    for (const [step, wanted] of record.results.entries()) {
      const [observation, reward, terminated, truncated] = env.step(0);
      show(observation, `step ${step}`);
      assert.deepEqual([reward, terminated, truncated], [...wanted, false]);
      if (terminated) show(env.reset()[0], `reset after step ${step}`);
    }
    assert.equal(out.length, 0);
  }
});

Deno.test("max_and_skip: NaN is the maximum, as in NumPy", () => {
  const frames = [[0, 0], [NaN, 1], [1, NaN]].map((values) => Float32Array.from(values));
  const env = new MaxAndSkip(new ReplayEnv(new Box(0, 1, [2]), frames), { skip: 2 });
  env.reset();
  assert.deepEqual(env.step(0)[0], Float32Array.of(NaN, NaN));
});

Deno.test("max_and_skip: the state keeps the frames", () => {
  const { space, observations, rewards, ends } = recorded.maxAndSkip[2];
  const fresh = () => new MaxAndSkip(replayOf(space, observations, { rewards, ends }));
  const env = fresh(), copy = fresh();
  env.reset();
  env.step(0);
  copy.setState!(savedState(env));
  // The next step ends before its last frames, so it shows those of the state.
  for (let i = 0; i < 3; i++) assert.deepEqual(copy.step(0), env.step(0));
  const before = savedState(env);
  assert.throws(
    () => env.setState!({ own: { frames: [[1, 2], [3]] }, env: 0 }),
    /frame 1 in the state of MaxAndSkip must have 2 elements, got 1/,
  );
  assert.deepEqual(savedState(env), before);
});

Deno.test("max_and_skip: its name, and what it refuses", () => {
  const env = make("CartPole-v1");
  assert.equal(`${new MaxAndSkip(env)}`, "<MaxAndSkip<TimeLimit<CartPole<CartPole-v1>>>>");
  for (const skip of [1, 0, 2.5, NaN]) {
    assert.throws(() => new MaxAndSkip(env, { skip }), {
      name: "RangeError",
      message: `MaxAndSkip: skip must be an integer of at least 2, got ${skip}`,
    });
  }
  assert.throws(
    () => new MaxAndSkip(new ReplayEnv(new Discrete(2), [0]) as never),
    /MaxAndSkip: the observations of ReplayEnv must lie in a Box, got Discrete\(2\)/,
  );
});

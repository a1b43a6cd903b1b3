import assert from "node:assert/strict";
import recorded from "../../fixtures/wrappers/wrappers.json" with { type: "json" };
import {
  type BoxArrays,
  type BoxDtype,
  Discrete,
  FrameStack,
  make,
} from "../../../src/envs/mod.ts";
import { ARRAYS } from "../../../src/envs/spaces/dtype.ts";
import { assertSameBits } from "../fixture.ts";
import { arraysFrom, boxFrom, ReplayEnv, replayOf, savedState } from "./replay_env.ts";

function stackOf(record: typeof recorded.frameStack[number]) {
  const inner = replayOf(record.space, record.observations);
  const { padding, stackSize } = record;
  const { dtype, size } = boxFrom(record.space);
  if (typeof padding === "string") {
    return new FrameStack(inner, stackSize, { paddingType: padding as "reset" | "zero" });
  }
  const custom = new ARRAYS[dtype](size);
  custom.set(padding);
  return new FrameStack(inner, stackSize, { paddingType: custom });
}

Deno.test("frame_stack: stacks and spaces are Gymnasium's, of any dtype and padding", () => {
  for (const [index, record] of recorded.frameStack.entries()) {
    const env = stackOf(record);
    const { dtype, size } = boxFrom(record.to);
    assert.ok(env.observationSpace.equals(boxFrom(record.to)), `case ${index}`);
    const stacks = arraysFrom(record.stacks, dtype, size);
    assert.ok(stacks.length >= 8);
    for (const [at, stack] of stacks.entries()) {
      const [observation] = at === 0 || record.resets.includes(at) ? env.reset() : env.step(0);
      assertSameBits<BoxArrays[BoxDtype]>(observation, stack, `case ${index}, at ${at}`);
    }
  }
});

Deno.test("frame_stack: stacks are fresh arrays", () => {
  const env = new FrameStack(make("CartPole-v1"), 2);
  const [first] = env.reset({ seed: 1 });
  const kept = first.slice();
  const [second] = env.step(0);
  first.fill(9);
  const [third] = env.step(0);
  assertSameBits(second.slice(0, 4), kept.slice(4), "the older half");
  assertSameBits(third.slice(0, 4), second.slice(4), "the older half");
});

Deno.test("frame_stack: the state keeps the frames", () => {
  for (const record of recorded.frameStack) {
    const env = stackOf(record), copy = stackOf(record);
    env.reset();
    env.step(0);
    env.observationSpace.seed(1);
    copy.setState!(savedState(env));
    for (const act of [(e: typeof env) => e.step(0), (e: typeof env) => e.reset()]) {
      assertSameBits<BoxArrays[BoxDtype]>(act(copy)[0], act(env)[0], "after the state");
    }
    assert.deepEqual(copy.observationSpace.sample(), env.observationSpace.sample());
  }
  const env = stackOf(recorded.frameStack[0]);
  env.reset();
  const before = savedState(env);
  const bad = (frames: never) => () =>
    env.setState!({ own: { frames, observationSpace: null }, env: 7 });
  assert.throws(bad([] as never), /the state of FrameStack must hold 3 frames, got 0/);
  assert.throws(bad([[1], [1], [1]] as never), /frame 0 .* must have 4 elements, got 1/);
  assert.deepEqual(savedState(env), before);
});

Deno.test("frame_stack: its name, and what it refuses", () => {
  const env = make("CartPole-v1");
  assert.equal(`${new FrameStack(env, 4)}`, "<FrameStack<TimeLimit<CartPole<CartPole-v1>>>>");
  for (const size of [0, -1, 1.5, NaN]) {
    assert.throws(() => new FrameStack(env, size), {
      name: "RangeError",
      message: `FrameStack: stackSize must be an integer of at least 1, got ${size}`,
    });
  }
  assert.throws(
    () => new FrameStack(env, 2, { paddingType: "zeros" as never }),
    /FrameStack: paddingType must be "reset", "zero" or an observation, got "zeros"/,
  );
  assert.throws(
    () => new FrameStack(env, 2, { paddingType: new Float32Array(3) }),
    /a paddingType .* must lie in Box\(.*\), got Float32Array \[0, 0, 0\]/,
  );
  assert.throws(
    () => new FrameStack(new ReplayEnv(new Discrete(3), [0]) as never, 2),
    /FrameStack: .* must lie in a Box, got Discrete\(3\); wrap the environment in OneHot first/,
  );
});

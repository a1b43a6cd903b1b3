import assert from "node:assert/strict";
import recorded from "../../fixtures/wrappers/wrappers.json" with { type: "json" };
import {
  Box,
  type BoxArrays,
  type BoxDtype,
  make,
  RescaleAction,
  RescaleObservation,
} from "../../../src/envs/mod.ts";
import { assertSameBits, number } from "../fixture.ts";
import { arraysFrom, boxFrom, ReplayEnv, replayOf, savedState } from "./replay_env.ts";

/** Bounds as they were given in Python: a number, or an array in its own precision. */
function bounds(values: (number | string)[], dtype: string, size: number) {
  const given = values.map(number);
  if (given.length === 1 && size > 1) return given[0];
  return dtype === "float32" ? Float32Array.from(given) : given;
}

Deno.test("rescale_observation: observations and bounds are Gymnasium's, bit for bit", () => {
  for (const [index, record] of recorded.rescale.entries()) {
    const inner = replayOf(record.space, record.observations);
    const { size, dtype } = boxFrom(record.space);
    const env = new RescaleObservation(inner, {
      minObs: bounds(record.least, record.dtypes[0], size),
      maxObs: bounds(record.most, record.dtypes[1], size),
    });
    assert.ok(env.observationSpace.equals(boxFrom(record.to)), `case ${index}`);
    for (const [at, rescaled] of arraysFrom(record.rescaled, dtype, size).entries()) {
      const [observation] = at === 0 ? env.reset() : env.step(0);
      assertSameBits<BoxArrays[BoxDtype]>(observation, rescaled, `case ${index}, at ${at}`);
    }
  }
});

Deno.test("rescale_action: what the environment gets is Gymnasium's, bit for bit", () => {
  for (const [index, record] of recorded.rescale.entries()) {
    const { size, dtype } = boxFrom(record.space);
    const space = boxFrom(record.space) as unknown as Box;
    const inner = new ReplayEnv<Float32Array, Float32Array>(space, [space.low], {
      actionSpace: space,
    });
    const env = new RescaleAction(inner, {
      minAction: bounds(record.least, record.dtypes[0], size),
      maxAction: bounds(record.most, record.dtypes[1], size),
    });
    assert.ok(env.actionSpace.equals(boxFrom(record.to)), `case ${index}`);
    env.reset();
    for (const action of arraysFrom(record.rescaled, dtype, size)) env.step(action as Float32Array);
    for (const [at, back] of arraysFrom(record.back, dtype, size).entries()) {
      assertSameBits<BoxArrays[BoxDtype]>(inner.taken[at], back, `case ${index}, at ${at}`);
    }
  }
});

Deno.test("rescale_observation: the state is that of the environment inside and of the space", () => {
  const fresh = () => new RescaleObservation(make("MountainCar-v0"), { minObs: -1, maxObs: 1 });
  const env = fresh(), copy = fresh();
  assert.equal(`${env}`, "<RescaleObservation<TimeLimit<MountainCar<MountainCar-v0>>>>");
  assert.equal(`${env.observationSpace}`, "Box(-1, 1, [2], float32)");
  env.reset({ seed: 1 });
  env.observationSpace.seed(2);
  copy.setState!(savedState(env));
  assertSameBits(copy.step(2)[0], env.step(2)[0], "step");
  assertSameBits(copy.observationSpace.sample(), env.observationSpace.sample(), "sample");
});

Deno.test("rescale_observation: bad bounds and spaces are refused", () => {
  const env = make("CartPole-v1");
  const refuse = (minObs: never, maxObs: never, message: RegExp) =>
    assert.throws(() => new RescaleObservation(env, { minObs, maxObs }), message);
  refuse(
    0 as never,
    1 as never,
    /RescaleObservation: minObs must be finite where .* got 0 for -Infinity at index 1/,
  );
  refuse(
    [0] as never,
    1 as never,
    /RescaleObservation: minObs must be a number or 4 numbers, got 1/,
  );
  refuse(undefined as never, 1 as never, /minObs must be a number or 4 numbers, got undefined/);
  refuse(
    [2, -Infinity, 0, -Infinity] as never,
    [1, Infinity, 1, Infinity] as never,
    /minObs must not exceed maxObs, got 2 and 1 at index 0/,
  );
  const bytes = new ReplayEnv(new Box(0, 255, [2], "uint8"), [new Uint8Array(2)]);
  assert.throws(
    () => new RescaleObservation(bytes as never, { minObs: 0, maxObs: 1 }),
    /observations must be float32 or float64, got Box\(0, 255, \[2\], uint8\); .* TransformObservation/,
  );
  const point = new ReplayEnv(new Box([0, 1], [1, 1]), [new Float32Array(2)]);
  assert.throws(
    () => new RescaleObservation(point, { minObs: 0, maxObs: 1 }),
    /element 1 has room for 1 only/,
  );
});

Deno.test("rescale_action: bad bounds, spaces and actions are refused", () => {
  assert.throws(
    () => new RescaleAction(make("CartPole-v1") as never, { minAction: 0, maxAction: 1 }),
    /RescaleAction: the actions of CartPole-v1 must lie in a float32 or float64 Box, got Discrete\(2\)/,
  );
  const space = new Box(-2, 2);
  const env = new ReplayEnv<Float32Array, Float32Array>(space, [new Float32Array(1)], {
    actionSpace: space,
  });
  assert.throws(
    () => new RescaleAction(env, { minAction: 1, maxAction: 1 }),
    /minAction must be less than maxAction, got 1 for both at index 0/,
  );
  const rescaled = new RescaleAction(env, { minAction: 0, maxAction: 1 });
  rescaled.reset();
  assert.throws(
    () => rescaled.step(0.5 as never),
    /an action must be an array of 1 numbers, got 0.5/,
  );
});

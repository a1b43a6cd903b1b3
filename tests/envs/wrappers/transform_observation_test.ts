import assert from "node:assert/strict";
import { Box, Discrete, make, TransformObservation } from "../../../src/envs/mod.ts";
import { ReplayEnv, savedState } from "./replay_env.ts";

Deno.test("transform_observation: puts observations of resets and steps through the function", () => {
  const inner = new ReplayEnv(new Discrete(9), [3, 4, 5], { rewards: [0, 7] });
  const space = new Box(0, 100);
  const env = new TransformObservation(inner, (n) => Float32Array.of(10 * n), space);
  assert.equal(env.observationSpace, space);
  assert.deepEqual(env.reset({ seed: 8 }), [Float32Array.of(30), {}]);
  assert.deepEqual(inner.resets, [{ seed: 8 }]);
  assert.deepEqual(env.step(2), [Float32Array.of(40), 7, false, false, {}]);
  assert.deepEqual(inner.taken, [2]);
  assert.equal(`${env}`, "<TransformObservation<ReplayEnv>>");
});

Deno.test("transform_observation: without a space it is the environment's, in the state too", () => {
  const inner = make("CartPole-v1");
  const env = new TransformObservation(inner, (observation) => observation.map((x) => x / 2));
  assert.equal(env.observationSpace, inner.observationSpace);
  env.reset({ seed: 1 });
  const copy = new TransformObservation(make("CartPole-v1"), (observation) => observation);
  copy.setState!(savedState(env));
  const [half] = env.step(1), [whole] = copy.step(1);
  assert.deepEqual(half, whole.map((x) => x / 2));
});

Deno.test("transform_observation: the state keeps the space's generator; a bad one changes nothing", () => {
  const fresh = () =>
    new TransformObservation(make("CartPole-v1"), (o) => o.slice(2), new Box(-1, 1, [2]));
  const env = fresh(), copy = fresh();
  env.reset({ seed: 1 });
  env.observationSpace.seed(1);
  copy.setState!(savedState(env));
  assert.deepEqual(copy.observationSpace.sample(), env.observationSpace.sample());
  const before = savedState(copy);
  assert.throws(
    () => copy.setState!({ own: {}, env: savedState(make("CartPole-v1")) }),
    /must be an object made by getState/,
  );
  assert.deepEqual(savedState(copy), before);
});

Deno.test("transform_observation: wants a function and a space", () => {
  const env = make("CartPole-v1");
  assert.throws(
    () => new TransformObservation(env, "half" as never),
    /TransformObservation: transform must be a function, got half/,
  );
  assert.throws(
    () => new TransformObservation(env, (o) => o, [4] as never),
    /TransformObservation: observationSpace must be a space, got 4/,
  );
});

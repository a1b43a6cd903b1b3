import assert from "node:assert/strict";
import {
  batchSpace,
  Box,
  Discrete,
  type Env,
  makeVec,
  MultiBinary,
  MultiDiscrete,
  type Space,
  SyncVectorEnv,
  Tuple,
} from "../../../src/envs/mod.ts";
import recorded from "../../fixtures/vector/infos.json" with { type: "json" };

Deno.test("batch_space: shapes and samples as Gymnasium's", () => {
  const spaces: Record<string, Space<unknown>> = {
    Discrete: new Discrete(5, { start: -2 }),
    Box: new Box([-1, -Infinity], [1, 3]),
    MultiDiscrete: new MultiDiscrete([3, 7], { start: [1, -4] }),
    MultiBinary: new MultiBinary(4),
  };
  assert.equal(recorded.batches.length, 4);
  for (const { space, shape, samples } of recorded.batches) {
    const batch = batchSpace(spaces[space], 3) as Space<Float32Array>;
    batch.seed(11);
    assert.deepEqual((batch as unknown as Box).shape, shape, space);
    const actual = Array.from({ length: 20 }, () => [...batch.sample()]).flat();
    assert.deepEqual(actual, samples, space);
  }
});

Deno.test("batch_space: an environment's batches are elements of its spaces", () => {
  const env = makeVec("CartPole-v1", 3);
  env.actionSpace.seed(1);
  const [observations] = env.reset({ seed: 1 });
  assert.ok(env.observationSpace.contains(observations));
  assert.equal(env.actionSpace, env.actionSpace);
  for (let i = 0; i < 20; i++) {
    const actions = env.actionSpace.sample();
    assert.ok(actions instanceof Int32Array && actions.length === 3);
    env.step(actions);
  }
});

Deno.test("batch_space: flat actions of a Box reach the environments one by one", () => {
  const seen: Float32Array[] = [];
  const maker = (): Env<Float32Array, Float32Array> => ({
    observationSpace: new Box(-1, 1, [1]),
    actionSpace: new Box(-1, 1, [2]),
    reset: () => [new Float32Array(1), {}],
    step: (action) => {
      seen.push(action);
      return [new Float32Array(1), 0, false, false, {}];
    },
    close: () => {},
  });
  const env = new SyncVectorEnv([maker, maker]);
  env.reset();
  env.step(Float32Array.of(1, 2, 3, 4));
  assert.deepEqual(seen, [Float32Array.of(1, 2), Float32Array.of(3, 4)]);
  env.step(env.actionSpace.sample());
  for (
    const [bad, got] of [[new Float32Array(3), "a Float32Array of 3"], [
      new Float64Array(4),
      "a Float64Array of 4",
    ]] as const
  ) {
    assert.throws(() => env.step(bad as Float32Array), {
      message:
        `SyncVectorEnv(Object, numEnvs=2): step() takes 2 actions or one Float32Array of 2 x 2 numbers, got ${got}`,
    });
  }
});

Deno.test("batch_space: other spaces and counts are refused", () => {
  assert.throws(() => batchSpace(new Discrete(2), 0), /n must be an integer of at least 1, got 0/);
  assert.throws(
    () => batchSpace(new Tuple([new Discrete(2)]), 2),
    /elements of Tuple\(.*\) do not fit into one typed array/,
  );
});

import assert from "node:assert/strict";
import { Box, Discrete, make, TransformAction } from "../../../src/envs/mod.ts";
import { ReplayEnv, savedState } from "./replay_env.ts";

Deno.test("transform_action: the environment takes what the function makes of actions", () => {
  const inner = new ReplayEnv<number, Float32Array>(new Discrete(3), [0, 1, 2], {
    actionSpace: new Box(-2, 2),
  });
  const space = new Discrete(3);
  const env = new TransformAction(inner, (n: number) => Float32Array.of(2 * n - 2), space);
  assert.equal(env.actionSpace, space);
  env.reset();
  assert.deepEqual(env.step(2), [1, 1, false, false, {}]);
  env.step(0);
  assert.deepEqual(inner.taken, [Float32Array.of(2), Float32Array.of(-2)]);
  assert.equal(`${env}`, "<TransformAction<ReplayEnv>>");
});

Deno.test("transform_action: without a space it is the environment's; the state keeps generators", () => {
  const fresh = () => new TransformAction(make("CartPole-v1"), (n) => 1 - n);
  const env = fresh(), copy = fresh();
  assert.equal(env.actionSpace, env.env.actionSpace);
  env.reset({ seed: 1 });
  copy.setState!(savedState(env));
  assert.deepEqual(copy.step(0), env.step(0));
  const own = () =>
    new TransformAction(make("CartPole-v1"), (n: number) => n >> 1, new Discrete(4));
  const seeded = own(), second = own();
  seeded.reset({ seed: 1 });
  seeded.actionSpace.seed(4);
  second.setState!(savedState(seeded));
  const samples = Array.from({ length: 20 }, () => seeded.actionSpace.sample());
  assert.deepEqual(Array.from({ length: 20 }, () => second.actionSpace.sample()), samples);
});

Deno.test("transform_action: wants a function and a space", () => {
  const env = make("CartPole-v1");
  assert.throws(() => new TransformAction(env, 1 as never), /transform must be a function, got 1/);
  assert.throws(
    () => new TransformAction(env, (n) => n, 2 as never),
    /TransformAction: actionSpace must be a space, got 2/,
  );
});

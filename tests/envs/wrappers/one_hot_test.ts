import assert from "node:assert/strict";
import { Discrete, make, OneHot } from "../../../src/envs/mod.ts";
import { ReplayEnv, savedState } from "./replay_env.ts";

Deno.test("one_hot: 1 at the observation's place, counted from the space's start", () => {
  const env = new OneHot(new ReplayEnv(new Discrete(4, { start: -1 }), [-1, 1, 2]));
  assert.equal(`${env.observationSpace}`, "Box(0, 1, [4], float32)");
  const seen = [env.reset()[0], env.step(0)[0], env.step(0)[0]];
  assert.deepEqual(seen, [
    Float32Array.of(1, 0, 0, 0),
    Float32Array.of(0, 0, 1, 0),
    Float32Array.of(0, 0, 0, 1),
  ]);
  assert.ok(seen.every((vector) => env.observationSpace.contains(vector)));
  assert.equal(`${env}`, "<OneHot<ReplayEnv>>");
});

Deno.test("one_hot: also of very many states", () => {
  const env = new OneHot(new ReplayEnv(new Discrete(5000), [4999]));
  const [vector] = env.reset();
  assert.equal(vector.length, 5000);
  assert.equal(vector.indexOf(1), 4999);
  // No part of a larger buffer: one observation kept does not keep 63 others.
  assert.equal(vector.buffer.byteLength, 20_000);
});

Deno.test("one_hot: the state is that of the environment inside and of the space", () => {
  const fresh = () => new OneHot(new ReplayEnv(new Discrete(4), [0, 1, 2, 3]));
  const env = fresh(), copy = fresh();
  env.reset();
  env.step(0);
  env.observationSpace.seed(2);
  copy.setState!(savedState(env));
  assert.deepEqual(copy.step(0), env.step(0));
  assert.deepEqual(copy.observationSpace.sample(), env.observationSpace.sample());
});

Deno.test("one_hot: other spaces and observations outside are refused", () => {
  assert.throws(() => new OneHot(make("CartPole-v1") as never), {
    name: "TypeError",
    message: /^OneHot: .* CartPole-v1 must be Discrete, got Box.*; FlattenObservation takes other/,
  });
  const env = new OneHot(new ReplayEnv(new Discrete(4), [4]));
  assert.throws(() => env.reset(), /OneHot: ReplayEnv observed 4, which is not in Discrete\(4\)/);
});

import assert from "node:assert/strict";
import recorded from "../../fixtures/wrappers/wrappers.json" with { type: "json" };
import {
  Box,
  Dict,
  Discrete,
  type FlatArray,
  FlattenObservation,
  MultiBinary,
  MultiDiscrete,
  type Space,
  Tuple,
} from "../../../src/envs/mod.ts";
import { ReplayEnv, savedState } from "./replay_env.ts";

const at = Float32Array.of(0.25, -0.5);

const INNER: Record<string, readonly [Space<unknown>, unknown]> = {
  Discrete: [new Discrete(4, { start: 2 }), 3],
  Tuple: [new Tuple([new Discrete(3), new Box(-1, 1, [2])]), [2, at]],
  Dict: [new Dict({ zoom: new Discrete(3), at: new Box(-1, 1, [2]) }), { at, zoom: 1 }],
  Blackjack: [new Tuple([new Discrete(32), new Discrete(11), new Discrete(2)]), [13, 10, 1]],
  MultiDiscrete: [new MultiDiscrete([2, 3]), Int32Array.of(1, 0)],
  MultiBinary: [new MultiBinary(3), Int8Array.of(1, 0, 1)],
  Box: [new Box(0, 255, [2, 2], "uint8"), Uint8Array.of(0, 1, 2, 3)],
};

Deno.test("flatten_observation: arrays and bounds are Gymnasium's, int32 for int64", () => {
  for (const { name, dtype, flat, low, high } of recorded.flatten) {
    const [space, value] = INNER[name];
    const env = new FlattenObservation<FlatArray, number, unknown>(new ReplayEnv(space, [value]));
    const box = env.observationSpace;
    assert.equal(box.dtype, dtype.replace("int64", "int32"), name);
    assert.deepEqual(Array.from(box.low), low, name);
    assert.deepEqual(Array.from(box.high), high, name);
    for (const observation of [env.reset()[0], env.step(0)[0]]) {
      assert.deepEqual(Array.from(observation), flat, name);
      assert.equal(box.contains(observation), true, name);
    }
  }
});

Deno.test("flatten_observation: the state keeps the space's generator", () => {
  const fresh = () =>
    new FlattenObservation<FlatArray, number, unknown>(new ReplayEnv(...unpack(INNER.Tuple)));
  const env = fresh(), copy = fresh();
  assert.equal(`${env}`, "<FlattenObservation<ReplayEnv>>");
  env.reset();
  env.observationSpace.seed(1);
  copy.setState!(savedState(env));
  assert.deepEqual(copy.observationSpace.sample(), env.observationSpace.sample());
});

function unpack([space, value]: readonly [Space<unknown>, unknown]): [Space<unknown>, unknown[]] {
  return [space, [value]];
}

Deno.test("flatten_observation: refuses spaces that have no flat form", () => {
  assert.throws(() => new FlattenObservation(new ReplayEnv(new Tuple([]), [[]]) as never), {
    name: "TypeError",
    message: /^FlattenObservation: Tuple\(\) cannot be flattened/,
  });
});

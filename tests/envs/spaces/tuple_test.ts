import assert from "node:assert/strict";
import { Box, Discrete, MultiBinary, type Space, Tuple } from "../../../src/envs/mod.ts";
import { assertThrows, checkSeries } from "./recorded.ts";

/** Compiles only if the elements' types are those of the spaces. */
const typed: Space<[number, Float32Array, [Int8Array]]> = new Tuple([
  new Discrete(3),
  new Box(-1, 1, [2]),
  new Tuple([new MultiBinary(2)]),
]);

Deno.test("tuple: samples are Gymnasium's for an integer and for a list of seeds", async () => {
  await checkSeries("Tuple", 21);
});

Deno.test("tuple: contains arrays with an element of each space", () => {
  assert.ok(typed.contains([2, Float32Array.of(0, 1), [Int8Array.of(0, 1)]]));
  assert.ok(typed.contains(typed.sample()));
  for (
    const x of [
      [3, Float32Array.of(0, 1), [Int8Array.of(0, 1)]],
      [2, Float32Array.of(0, 2), [Int8Array.of(0, 1)]],
      [2, Float32Array.of(0, 1), Int8Array.of(0, 1)],
      [2, Float32Array.of(0, 1)],
      [2, Float32Array.of(0, 1), [Int8Array.of(0, 1)], 0],
      { 0: 2, length: 1 },
      2,
      null,
    ]
  ) assert.ok(!typed.contains(x), JSON.stringify(x));
});

Deno.test("tuple: seed without a seed differs from time to time, parts may be left to chance", () => {
  const space = new Tuple([new Discrete(2 ** 40), new Discrete(2 ** 40)]);
  const draw = (...seed: Parameters<typeof space.seed>) => {
    space.seed(...seed);
    return space.sample();
  };
  assert.notDeepEqual(draw(), draw());
  const [a, b] = draw([1, null]), [c, d] = draw([1, undefined]);
  assert.equal(a, c);
  assert.notEqual(b, d);
});

Deno.test("tuple: the state survives JSON; a bad state or seed leaves all as it was", () => {
  const space = new Tuple([new Discrete(1000), new Tuple([new Discrete(1000)])]);
  space.seed(1);
  space.sample();
  const state = JSON.parse(JSON.stringify(space.getState()));
  const copy = new Tuple([new Discrete(1000), new Tuple([new Discrete(1000)])]);
  copy.setState(state);
  assert.deepEqual(copy.getState(), state);
  assertThrows([
    [() => copy.setState([null, [3]]), TypeError, /state of a random generator must be an object/],
    [() => copy.setState([null, []]), RangeError, /Tuple\(Discrete\(1000\)\) must hold 1 .* got 0/],
    [() => copy.setState([null]), RangeError, /must hold 2 states, got 1/],
    [() => copy.setState({}), TypeError, /must be an array, got \{\}/],
    [() => copy.seed([1]), TypeError, /an array of 2 seeds.* got 1 seeds/],
    [() => copy.seed([1, [1, 2]]), TypeError, /an array of 1 seeds.* got 2 seeds/],
    [() => copy.seed([1, [-1]]), RangeError, /seed must be an integer from 0 .* got -1/],
    [() => copy.seed(1.5), RangeError, /seed must be an integer from 0 .* got 1.5/],
    [() => copy.seed({ a: 1 }), TypeError, /seed must be an integer or an array .* got object/],
  ]);
  assert.deepEqual(copy.getState(), state);
  assert.deepEqual(copy.sample(), space.sample());
});

Deno.test("tuple: bad arguments, masks and probabilities are refused", () => {
  assertThrows([
    [() => new Tuple(3 as unknown as []), TypeError, /spaces must be an array of spaces, got 3/],
    [
      () => new Tuple([new Discrete(2), 3 as unknown as Discrete]),
      TypeError,
      /spaces must hold spaces, got 3 at index 1/,
    ],
    [() => typed.sample([[1, 1, 1]]), TypeError, /mask must be an array of 3.* got 1/],
    [
      () => typed.sample(Int8Array.of(1, 1, 1)),
      TypeError,
      /mask must be an array of 3.* got object/,
    ],
    [() => typed.sample([[1, 1], null, null]), TypeError, /Discrete: mask must hold 3 .* got 2/],
    [() => typed.sample([null, [1, 1], null]), TypeError, /Box: sample takes no mask/],
    [() => typed.sample(null, [null, [1, 1], null]), TypeError, /Box: sample takes no probability/],
    [() => typed.sample([], []), TypeError, /takes a mask or probabilities, not both/],
  ]);
});

Deno.test("tuple: toString", () => {
  assert.equal(
    `${typed}`,
    "Tuple(Discrete(3), Box(-1, 1, [2], float32), Tuple(MultiBinary(2)))",
  );
});

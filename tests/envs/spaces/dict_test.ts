import assert from "node:assert/strict";
import { Box, Dict, Discrete, MultiBinary, type Space } from "../../../src/envs/mod.ts";
import { assertThrows, checkSeries } from "./recorded.ts";

/** Compiles only if the elements' types are those of the spaces. */
const typed: Space<{ position: Float32Array; gear: number; inner: { bits: Int8Array } }> = new Dict(
  {
    position: new Box(-1, 1, [2]),
    gear: new Discrete(5),
    inner: new Dict({ bits: new MultiBinary(2) }),
  },
);
const element = {
  position: Float32Array.of(0, 1),
  gear: 4,
  inner: { bits: Int8Array.of(0, 1) },
};

Deno.test("dict: samples are Gymnasium's for an integer and for a record of seeds", async () => {
  await checkSeries("Dict", 31);
});

Deno.test("dict: keys are in order, or as given", () => {
  const spaces = { b: new Discrete(1), a: new Discrete(1), B: new Discrete(1) };
  assert.deepEqual(new Dict(spaces).keys, ["B", "a", "b"]);
  assert.deepEqual(new Dict(spaces, { sortKeys: false }).keys, ["b", "a", "B"]);
  assert.deepEqual(Object.keys(new Dict(spaces).sample()), ["B", "a", "b"]);
});

Deno.test("dict: contains records with the keys and an element of each space", () => {
  assert.ok(typed.contains(element));
  assert.ok(typed.contains(typed.sample()));
  const { gear: _, ...lacking } = element;
  for (
    const x of [
      { ...element, gear: 5 },
      { ...element, inner: {} },
      { ...element, more: 0 },
      lacking,
      [],
      null,
      4,
    ]
  ) assert.ok(!typed.contains(x), JSON.stringify(x));
});

Deno.test("dict: a key may be called __proto__", () => {
  const space = new Dict({ ["__proto__"]: new Discrete(1) });
  const sample = space.sample();
  assert.ok(Object.hasOwn(sample, "__proto__"));
  assert.ok(space.contains(sample));
});

Deno.test("dict: the state survives JSON; a bad state or seed leaves all as it was", () => {
  const make = () =>
    new Dict({ a: new Discrete(1000), b: new Dict({ c: new Discrete(1000) }), d: new Discrete(9) });
  const space = make(), copy = make();
  space.seed(1);
  space.sample();
  const state = JSON.parse(JSON.stringify(space.getState()));
  copy.setState(state);
  assert.deepEqual(copy.getState(), state);
  assertThrows([
    [() => copy.setState({ ...state, a: null, d: 3 }), TypeError, /random generator .* got 3/],
    [() => copy.setState({ ...state, a: null, b: {} }), TypeError, /record with the keys c, got/],
    [() => copy.setState({ a: null }), TypeError, /record with the keys a, b, d, got the keys a/],
    [() => copy.setState([]), TypeError, /must be an object made by getState\(\), got \[\]/],
    [() => copy.seed({ a: 1 }), TypeError, /an integer or a record with the keys a, b, d, got/],
    [() => copy.seed({ a: 1, b: { c: -1 }, d: 2 }), RangeError, /from 0 to 2\^53 - 1, got -1/],
    [() => copy.seed([1, 2, 3]), TypeError, /seed must be an integer or a record .* got 1,2,3/],
    [() => copy.seed(-1), RangeError, /seed must be an integer from 0 .* got -1/],
  ]);
  assert.deepEqual(copy.getState(), state);
  assert.deepEqual(copy.sample(), space.sample());
});

Deno.test("dict: bad arguments, masks and probabilities are refused", () => {
  const none = {} as unknown as Discrete;
  const noRecord = [new Discrete(1)] as unknown as Record<string, Discrete>;
  const space = new Dict({ a: new Discrete(2), b: new Box(0, 1) });
  assertThrows([
    [() => new Dict(noRecord), TypeError, /spaces must be a record of spaces, got Discrete/],
    [
      () => new Dict(new Discrete(1) as unknown as Record<string, Discrete>),
      TypeError,
      /spaces must be a record of spaces, got Discrete\(1\)/,
    ],
    [() => new Dict({ a: none }), TypeError, /hold spaces, got \[object Object\] for "a"/],
    [() => space.sample({ a: [1, 1] }), TypeError, /mask must be a record .* a, b, got the keys a/],
    [() => space.sample([1, 1]), TypeError, /mask must be a record with the keys a, b, got 1,1/],
    [() => space.sample({ a: [1], b: null }), TypeError, /Discrete: mask must hold 2 .* got 1/],
    [() => space.sample({ a: null, b: [1] }), TypeError, /Box: sample takes no mask/],
    [() => space.sample({}, {}), TypeError, /takes a mask or probabilities, not both/],
  ]);
});

Deno.test("dict: toString", () => {
  assert.equal(
    `${typed}`,
    'Dict("gear": Discrete(5), "inner": Dict("bits": MultiBinary(2)), ' +
      '"position": Box(-1, 1, [2], float32))',
  );
});

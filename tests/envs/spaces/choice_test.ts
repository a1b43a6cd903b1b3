import assert from "node:assert/strict";
import { Discrete } from "../../../src/envs/mod.ts";
import { assertThrows, checkSeries } from "./recorded.ts";

Deno.test("choice: Discrete's masked and weighted samples are Gymnasium's", async () => {
  await checkSeries("Discrete", 10);
});

Deno.test("choice: a mask of zeros gives the smallest element and draws nothing", () => {
  const space = new Discrete(3, { start: 5 });
  space.seed(1);
  const state = space.getState();
  assert.equal(space.sample([0, 0, 0]), 5);
  assert.equal(space.sample(Int8Array.of(0, 0, 1)), 7);
  assert.deepEqual(space.getState(), state);
});

Deno.test("choice: values of probability 0 never come", () => {
  const space = new Discrete(4);
  space.seed(1);
  const seen = new Set(Array.from({ length: 300 }, () => space.sample(null, [0, 0.5, 0, 0.5])));
  assert.deepEqual([...seen].sort(), [1, 3]);
});

Deno.test("choice: bad masks and probabilities are refused", () => {
  const space = new Discrete(2);
  const no = (x: unknown) => x as number[];
  assertThrows([
    [() => space.sample([1]), TypeError, /Discrete: mask must hold 2 numbers.* got 1/],
    [() => space.sample(no(1)), TypeError, /mask must hold 2 numbers.* got number/],
    [() => space.sample([1, 0.5]), RangeError, /mask must hold 0 and 1, got 0.5 at index 1/],
    [() => space.sample(null, [1]), TypeError, /Discrete: probability must hold 2 .* got 1/],
    [() => space.sample(null, [1, -1]), RangeError, /probability must hold .* got -1 at index 1/],
    [() => space.sample(null, [NaN, 1]), RangeError, /probability must hold .* got NaN at index 0/],
    [() => space.sample(null, [0.5, 0.4]), RangeError, /probability must sum to 1, got .* 0.9/],
    [() => space.sample([1, 1], [0, 1]), TypeError, /Discrete: sample takes a mask or prob/],
  ]);
});

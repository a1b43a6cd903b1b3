import assert from "node:assert/strict";
import { MultiBinary } from "../../../src/envs/mod.ts";
import { assertSameBits } from "../fixture.ts";
import { assertThrows, checkSeries } from "./recorded.ts";

Deno.test("multi_binary: samples are Gymnasium's, masked and weighted ones too", async () => {
  await checkSeries("MultiBinary", 30);
});

Deno.test("multi_binary: shape and size", () => {
  assert.deepEqual(new MultiBinary(5).shape, [5]);
  const table = new MultiBinary([3, 2]);
  assert.deepEqual(table.shape, [3, 2]);
  assert.equal(table.size, 6);
  assert.equal(table.dtype, "int8");
});

Deno.test("multi_binary: contains Int8Arrays of 0 and 1", () => {
  const space = new MultiBinary([2, 2]);
  assert.ok(space.contains(Int8Array.of(0, 1, 1, 0)));
  for (
    const x of [
      Int8Array.of(0, 1, 2, 0),
      Int8Array.of(0, -1, 1, 0),
      Int8Array.of(0, 1, 1),
      Uint8Array.of(0, 1, 1, 0),
      [0, 1, 1, 0],
      0,
      null,
    ]
  ) assert.ok(!space.contains(x), String(x));
});

Deno.test("multi_binary: the state survives JSON", () => {
  const space = new MultiBinary(50);
  space.seed(3);
  space.sample();
  const copy = new MultiBinary(50);
  copy.setState(JSON.parse(JSON.stringify(space.getState())));
  for (let i = 0; i < 10; i++) assertSameBits(copy.sample(), space.sample(), `sample ${i}`);
});

Deno.test("multi_binary: bad arguments, masks and probabilities are refused", () => {
  const space = new MultiBinary(2);
  assertThrows([
    [() => new MultiBinary(0), RangeError, /shape must hold integers of at least 1, got \[0\]/],
    [() => new MultiBinary([2, 1.5]), RangeError, /shape must hold integers .* got \[2,1.5\]/],
    [() => new MultiBinary("2" as unknown as number), TypeError, /n must be an integer .* got 2/],
    [() => space.sample([1]), TypeError, /mask must hold 2 numbers.* got 1/],
    [() => space.sample([1, 3]), RangeError, /mask must hold 0, 1 or 2, got 3 at index 1/],
    [() => space.sample(null, [1]), TypeError, /probability must hold 2 numbers.* got 1/],
    [() => space.sample(null, [1, NaN]), RangeError, /probability must hold .* got NaN at index 1/],
    [() => space.sample([1, 1], [1, 1]), TypeError, /takes a mask or probabilities, not both/],
  ]);
});

Deno.test("multi_binary: toString", () => {
  assert.equal(`${new MultiBinary(5)}`, "MultiBinary(5)");
  assert.equal(`${new MultiBinary([3, 2])}`, "MultiBinary([3, 2])");
});

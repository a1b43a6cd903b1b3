import assert from "node:assert/strict";
import { MultiDiscrete } from "../../../src/envs/mod.ts";
import { assertSameBits } from "../fixture.ts";
import { assertThrows, checkSeries } from "./recorded.ts";

Deno.test("multi_discrete: samples are Gymnasium's, masked and weighted ones too", async () => {
  await checkSeries("MultiDiscrete", 38);
});

Deno.test("multi_discrete: counts, start, shape, size and dtype", () => {
  const keys = new MultiDiscrete([5, 2, 2]);
  assertSameBits(keys.nvec, Int32Array.of(5, 2, 2), "nvec");
  assertSameBits(keys.start, Int32Array.of(0, 0, 0), "start");
  assert.deepEqual(keys.shape, [3]);
  assert.equal(keys.size, 3);
  assert.equal(keys.dtype, "int32");
  const table = new MultiDiscrete([1, 2, 3, 4, 5, 6], { shape: [2, 3], dtype: "uint8" });
  assert.deepEqual(table.shape, [2, 3]);
  assert.equal(table.size, 6);
  const sample: Uint8Array = table.sample();
  assert.ok(sample instanceof Uint8Array);
  assert.equal(sample.length, 6);
});

Deno.test("multi_discrete: contains arrays of its type and size inside the ranges", () => {
  const space = new MultiDiscrete([5, 2], { start: [-2, 7] });
  for (const x of [[-2, 7], [2, 8]]) assert.ok(space.contains(Int32Array.from(x)), String(x));
  for (
    const x of [
      Int32Array.of(-3, 7),
      Int32Array.of(3, 7),
      Int32Array.of(0, 6),
      Int32Array.of(0, 9),
      Int32Array.of(0),
      Int32Array.of(0, 7, 7),
      Int8Array.of(0, 7),
      Float32Array.of(0, 7),
      [0, 7],
      0,
      null,
    ]
  ) assert.ok(!space.contains(x), String(x));
  // Differences that a 32-bit subtraction would wrap around.
  const wide = new MultiDiscrete([3], { start: [-(2 ** 31)] });
  assert.ok(!wide.contains(Int32Array.of(2 ** 31 - 1)));
});

Deno.test("multi_discrete: the state survives JSON, and a sample is an array of its own", () => {
  const space = new MultiDiscrete([1000, 1000]);
  space.seed(3);
  const first = space.sample();
  const kept = first.slice();
  const copy = new MultiDiscrete([1000, 1000]);
  copy.setState(JSON.parse(JSON.stringify(space.getState())));
  for (let i = 0; i < 10; i++) assertSameBits(copy.sample(), space.sample(), `sample ${i}`);
  assertSameBits(first, kept, "the first sample after the others");
});

Deno.test("multi_discrete: bad arguments, masks and probabilities are refused", () => {
  const space = new MultiDiscrete([2, 3]);
  const int64 = "int64" as "int32";
  assertThrows([
    [() => new MultiDiscrete(3 as unknown as number[]), TypeError, /nvec must be a list .* got 3/],
    [() => new MultiDiscrete([2, 0]), RangeError, /nvec must hold .* from 1 .* got 0 at index 1/],
    [() => new MultiDiscrete([1.5]), RangeError, /nvec must hold .* got 1.5 at index 0/],
    [() => new MultiDiscrete([2 ** 31]), RangeError, /from 1 to 2147483647 \(dtype int32\), got/],
    [() => new MultiDiscrete([2], { dtype: int64 }), RangeError, /dtype must be .* got int64/],
    [() => new MultiDiscrete([2], { start: [0, 1] }), RangeError, /start must hold 1 .* got 2/],
    [
      () => new MultiDiscrete([2], { start: [-1], dtype: "uint8" }),
      RangeError,
      /start must hold integers from 0 to 255 \(dtype uint8\), got -1/,
    ],
    [
      () => new MultiDiscrete([2], { start: [127], dtype: "int8" }),
      RangeError,
      /start \+ nvec - 1 must be at most 127 \(dtype int8\), got 128 at index 0/,
    ],
    [() => new MultiDiscrete([2, 2], { shape: [3] }), RangeError, /nvec must hold 3 .* got 2/],
    [() => new MultiDiscrete([2, 2], { shape: [0] }), RangeError, /shape must hold .* least 1/],
    [() => space.sample([[1, 1]]), TypeError, /mask must be an array of 2 lists.* got 1/],
    [() => space.sample([[1, 1], [1, 1]]), TypeError, /element 1: mask must hold 3 .* got 2/],
    [
      () => space.sample([[1, 2], [1, 1, 1]]),
      RangeError,
      /element 0: mask must hold 0 and 1, got 2/,
    ],
    [() => space.sample(null, [[1, 1], [1, 0, 0]]), RangeError, /element 0: .* sum to 1, got .* 2/],
    [() => space.sample([], []), TypeError, /takes a mask or probabilities, not both/],
  ]);
});

Deno.test("multi_discrete: toString", () => {
  assert.equal(`${new MultiDiscrete([5, 2, 2])}`, "MultiDiscrete([5, 2, 2])");
  assert.equal(
    `${new MultiDiscrete([1, 2, 3, 4], { start: [0, 0, 1, 0], shape: [2, 2], dtype: "int8" })}`,
    "MultiDiscrete([1, 2, 3, 4], start=[0, 0, 1, 0], shape=[2, 2], dtype=int8)",
  );
});

import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/spaces.json" with { type: "json" };
import { Box, type BoxArrays, type BoxDtype } from "../../../src/envs/mod.ts";
import { assertSameBits, bytesFrom, number } from "../fixture.ts";

const ARRAYS: { [D in BoxDtype]: new (buffer: ArrayBuffer) => BoxArrays[D] } = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
};

Deno.test("box: samples are Gymnasium's for all bounds and dtypes", () => {
  for (const record of recorded.box) {
    const dtype = record.dtype as BoxDtype;
    const space = new Box(record.low.map(number), record.high.map(number), record.shape, dtype);
    space.seed(record.seed);
    const wanted = new ARRAYS[dtype](bytesFrom(record.samples));
    assert.equal(wanted.length, 100 * space.size);
    for (let i = 0; i < wanted.length; i += space.size) {
      const sample = space.sample();
      const name = `${space}, seed ${record.seed}, sample ${i / space.size}`;
      assertSameBits(sample, wanted.slice(i, i + space.size), name);
      assert.ok(space.contains(sample), name);
      if (i > 0) continue;
      const first = record.first.map(dtype === "float32" ? Math.fround : Number);
      assert.deepEqual([...sample], first, name);
    }
  }
});

Deno.test("box: shape, size, bounds and dtype", () => {
  const plane = new Box([-1, 0], [1, Infinity]);
  assert.deepEqual(plane.shape, [2]);
  assert.equal(plane.size, 2);
  assert.equal(plane.dtype, "float32");
  assertSameBits(plane.low, Float32Array.of(-1, 0), "low");
  assertSameBits(plane.high, Float32Array.of(1, Infinity), "high");
  assert.deepEqual(new Box(0, 1).shape, [1]);
  assert.deepEqual(new Box(0, [1, 2]).shape, [2]);
  const image = new Box(0, 255, [2, 3, 1], "uint8");
  assert.equal(image.size, 6);
  assertSameBits(image.high, Uint8Array.of(255, 255, 255, 255, 255, 255), "high");
  // Bounds are rounded to the dtype, as NumPy does.
  assert.equal(new Box(-0.1, 0.1).high[0], Math.fround(0.1));
  assert.equal(new Box(-Infinity, 5, [1], "int8").low[0], -128);
});

Deno.test("box: isBounded", () => {
  const half = new Box([-1, 0], [1, Infinity]);
  assert.ok(!half.isBounded());
  assert.ok(half.isBounded("below"));
  assert.ok(!half.isBounded("above"));
  assert.ok(new Box(0, 1).isBounded());
});

Deno.test("box: contains arrays of its type and size inside the bounds", () => {
  const space = new Box([-1, 0], [1, Infinity]);
  assert.ok(space.contains(Float32Array.of(1, 0)));
  assert.ok(space.contains(Float32Array.of(0, Infinity)));
  for (
    const x of [
      Float32Array.of(1.001, 0),
      Float32Array.of(0, -0.001),
      Float32Array.of(NaN, 0),
      Float32Array.of(0),
      Float32Array.of(0, 0, 0),
      Float64Array.of(0, 0),
      [0, 0],
      0,
      null,
    ]
  ) assert.ok(!space.contains(x), String(x));
});

Deno.test("box: a sample is an array of its own, and the state survives JSON", () => {
  const space = new Box(-1, 1, [3]);
  space.seed(1);
  const first = space.sample();
  const kept = first.slice();
  const state = JSON.parse(JSON.stringify(space.getState()));
  const second = space.sample();
  assertSameBits(first, kept, "the first sample after the second");
  const copy = new Box(-1, 1, [3]);
  copy.setState(state);
  assertSameBits(copy.sample(), second, "the sample after setState");
});

Deno.test("box: bad arguments are refused", () => {
  const cases: [() => unknown, RegExp][] = [
    [() => new Box(1, 0), /low must not exceed high, got low 1 and high 0 at index 0/],
    [() => new Box(Infinity, Infinity), /low must hold numbers .* or -Infinity .* got Infinity/],
    [() => new Box(NaN, 0), /low must hold numbers .* got NaN/],
    [() => new Box([0, 0], [1, 1, 1]), /high must be a number or hold 2 numbers .* got 3/],
    [() => new Box(0, 1, [2, -1]), /shape must hold integers of at least 0, got \[2,-1\]/],
    [() => new Box(0, 1e39), /high must hold numbers from .* \(dtype float32\), got 1e\+39/],
    [() => new Box(0, 256, [1], "uint8"), /high must hold integers from 0 to 255 .* got 256/],
    [() => new Box(-Infinity, 1, [1], "uint8"), /low must hold integers from 0 .* got -Infinity/],
    [() => new Box(Infinity, Infinity, [1], "int8"), /low must hold integers .* got Infinity/],
    [() => new Box(0.5, 1, [1], "int8"), /low must hold integers .* got 0.5/],
    [() => new Box(0, 1, [1], "int64" as "int32"), /dtype must be one of float32, .* got int64/],
    [
      () => new Box(-Number.MAX_VALUE, Number.MAX_VALUE, [1], "float64").sample(),
      /the range overflows a double/,
    ],
  ];
  for (const [make, message] of cases) {
    assert.throws(
      make,
      (error: Error) => error instanceof RangeError && message.test(error.message),
      String(message),
    );
  }
});

Deno.test("box: toString", () => {
  assert.equal(`${new Box(0, 255, [84, 84], "uint8")}`, "Box(0, 255, [84, 84], uint8)");
  assert.equal(`${new Box([-1, 0], [1, Infinity])}`, "Box([-1, 0], [1, Infinity], [2], float32)");
});

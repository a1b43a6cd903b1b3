import assert from "node:assert/strict";
import {
  Box,
  Dict,
  Discrete,
  flatdim,
  flatten,
  flattenSpace,
  MultiBinary,
  MultiDiscrete,
  SeededSpace,
  Tuple,
  unflatten,
} from "../../../src/envs/mod.ts";
import { assertSameBits, sha256 } from "../fixture.ts";
import { assertThrows, bounds, build, dtypeHere, SAMPLES } from "./recorded.ts";

Deno.test("flatten: flat arrays, sizes and boxes are Gymnasium's, and unflatten goes back", async () => {
  let checked = 0;
  for (const { space: description, seed, flat: wanted } of SAMPLES) {
    if (wanted === undefined) continue;
    const space = build(description);
    const name = `${space}, seed ${JSON.stringify(seed)}`;
    assert.equal(flatdim(space), wanted.dim, name);
    const box = flattenSpace(space);
    const { low, high, shape } = wanted.box;
    const dtype = dtypeHere(wanted.box.dtype);
    assert.ok(box.equals(new Box(bounds(low), bounds(high), shape, dtype)), `${name}: ${box}`);
    box.seed(3);
    assert.deepEqual(Array.from(box.sample()), wanted.boxSample, name);

    space.seed(seed);
    const all: number[] = [];
    for (let i = 0; i < 200; i++) {
      const sample = space.sample();
      const flat = flatten(space, sample);
      assert.ok(box.contains(flat), name);
      assert.deepEqual(unflatten(space, flat), sample, name);
      all.push(...flat);
    }
    const first = wanted.first.map(dtype === "float32" ? Math.fround : Number);
    assert.deepEqual(all.slice(0, wanted.dim), first, name);
    assert.equal(await sha256(Float64Array.from(all)), wanted.sha256, name);
    checked++;
  }
  assert.ok(checked >= 80, `${checked} spaces`);
});

Deno.test("flatten: boxes of several axes keep their numbers, bounds and dtype", () => {
  const image = new Box(0, 255, [2, 3], "uint8");
  const flat = flatten(image, Uint8Array.of(1, 2, 3, 4, 5, 6));
  assertSameBits(flat as Uint8Array, Uint8Array.of(1, 2, 3, 4, 5, 6), "flat");
  assert.ok(flattenSpace(image).equals(new Box(0, 255, [6], "uint8")));
  const half = flattenSpace(new Tuple([new Box([-1, 0], [1, Infinity]), new MultiBinary(1)]));
  assert.equal(`${half}`, "Box([-1, 0, 0], [1, Infinity, 1], [3], float32)");
});

Deno.test("flatten: gives an array of its own", () => {
  const space = new Box(0, 1, [2]);
  const x = space.sample();
  assert.notEqual(flatten(space, x), x);
  assert.notEqual(unflatten(space, x), x);
});

Deno.test("flatten: of several hot elements the first counts", () => {
  assert.equal(unflatten(new Discrete(4, { start: 2 }), [0, 0, 0.5, 1]), 4);
});

Deno.test("flatten: what is no element, or of another length, is refused", () => {
  const box = new Box(0, 1, [2]);
  const dict = new Dict({ a: new Discrete(2), b: box });
  const no = (x: unknown) => x as never;
  assertThrows([
    [() => flatten(new Discrete(2), 2), RangeError, /flatten: 2 is not in Discrete\(2\)/],
    [() => flatten(new Discrete(2, { start: 1 }), 0), RangeError, /0 is not in Discrete\(2, start/],
    [
      () => flatten(new MultiDiscrete([2, 2]), Int32Array.of(0, 2)),
      RangeError,
      /Int32Array of 2 is not in MultiDiscrete/,
    ],
    [
      () => flatten(box, Float32Array.of(1)),
      TypeError,
      /arrays of 2 numbers, got Float32Array of 1/,
    ],
    [() => flatten(new MultiBinary(2), no(1)), TypeError, /arrays of 2 numbers, got 1/],
    [() => flatten(new Tuple([box]), no([])), TypeError, /has arrays of 1, got Array of 0/],
    [() => flatten(dict, no({ b: [0, 1] })), TypeError, /records with the key a, got the keys b/],
    [() => flatten(dict, no(undefined)), TypeError, /records with the key a, got undefined/],
    [() => unflatten(box, [1]), TypeError, /unflatten: Box.* needs 2 numbers, got Array of 1/],
    [
      () => unflatten(dict, [0, 0, 1, 1]),
      RangeError,
      /for Discrete\(2\) must have an element .* 0/,
    ],
    [() => unflatten(new MultiDiscrete([1, 2]), [1, 0, 0]), RangeError, /a one-hot part for/],
    [() => flatdim(new Tuple([])), TypeError, /Tuple\(\) cannot be flattened: it is empty/],
  ]);
});

Deno.test("flatten: a space of one's own is refused by name", () => {
  class Own extends SeededSpace<number> {
    sample(): number {
      return 0;
    }
    contains(x: unknown): x is number {
      return x === 0;
    }
    equals(other: unknown): boolean {
      return other instanceof Own;
    }
    override toString(): string {
      return "Own()";
    }
  }
  for (const call of [flatdim, flattenSpace]) {
    assert.throws(() => call(new Tuple([new Own()])), {
      name: "TypeError",
      message: /^Own\(\) cannot be flattened: it must be a Box, Discrete, .* Tuple or Dict$/,
    });
  }
});

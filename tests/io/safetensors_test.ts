/** Tests of the safetensors format: against files of Python's package, and against bytes gone wrong. @module */

import assert from "node:assert/strict";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../../src/io/safetensors.ts";

/** A file with this header, text as it stands, and `dataBytes` bytes of values. */
function fileWith(header: string, dataBytes = 0, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** A header's JSON with one F32 tensor per pair of offsets. */
function headerOf(...offsets: [begin: number, end: number][]): string {
  return JSON.stringify(Object.fromEntries(offsets.map(([begin, end], i) => [
    "abc"[i],
    { dtype: "F32", shape: [(end - begin) / 4], data_offsets: [begin, end] },
  ])));
}

const fixture = Deno.readFileSync(
  new URL("../fixtures/safetensors/python.safetensors", import.meta.url),
);

Deno.test("safetensors: reads what Python's package wrote", () => {
  const { tensors, metadata } = decodeSafetensors(fixture);
  assert.deepEqual(metadata, { format: 'dinoq "1" ü' });
  assert.equal(Object.keys(tensors).length, 16);
  const weight = Float32Array.from({ length: 12 }, (_, i) => Math.fround(i) / 3);
  assert.deepEqual(tensors["q.0.weight"], { shape: [3, 4], data: weight });
  const bias = tensors["q.0.bias"].data;
  assert.deepEqual(bias, Float32Array.of(NaN, Infinity, -Infinity, -0, 1e-45));
  assert.deepEqual(tensors.f64.data, Float64Array.of(0.1, 5e-324, Number.MAX_VALUE));
  assert.deepEqual(tensors.i64.data, BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n));
  assert.deepEqual(tensors.u64.data, BigUint64Array.of(2n ** 64n - 1n));
  assert.deepEqual(tensors.i32, { shape: [2, 1], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) });
  assert.deepEqual(tensors.u32.data, Uint32Array.of(2 ** 32 - 1));
  assert.deepEqual(tensors.i16.data, Int16Array.of(-32768, 32767, 1));
  assert.deepEqual(tensors.u16.data, Uint16Array.of(65535));
  assert.deepEqual(tensors.i8.data, Int8Array.of(-128, 127, 3));
  assert.deepEqual(tensors.u8.data, Uint8Array.of(255, 0));
  assert.deepEqual(tensors.scalar, { shape: [], data: Float32Array.of(2.5) });
  assert.deepEqual(tensors.empty, { shape: [0, 3], data: new Float32Array(0) });
  assert.deepEqual(tensors["1"].data, Float32Array.of(1));
  assert.deepEqual(Object.entries(tensors).find(([name]) => name === "__proto__")?.[1], {
    shape: [1],
    data: Float32Array.of(2),
  });
  assert.deepEqual(tensors['a "quoted" \\ näme'].data, Float32Array.of(3));
});

Deno.test("safetensors: writes the bytes that Python's package wrote, in whatever order", () => {
  const { tensors, metadata } = decodeSafetensors(fixture);
  assert.deepEqual(encodeSafetensors(tensors, metadata), fixture);
  const reversed = Object.fromEntries(Object.entries(tensors).reverse());
  assert.deepEqual(encodeSafetensors(reversed, metadata), fixture);
});

Deno.test("safetensors: nothing at all is a file, too", () => {
  const bytes = encodeSafetensors({});
  assert.equal(new TextDecoder().decode(bytes.subarray(8)), "{}      ");
  assert.deepEqual(decodeSafetensors(bytes), { tensors: {}, metadata: {} });
});

Deno.test("safetensors: takes views into larger buffers, and gives copies", () => {
  const data = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
  const bytes = encodeSafetensors({ a: { shape: [2], data } });
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const { tensors } = decodeSafetensors(shifted.subarray(3));
  shifted.fill(0);
  assert.deepEqual(tensors.a, { shape: [2], data: Float32Array.of(1, 2) });
});

Deno.test("safetensors: refuses tensors and metadata that make no file", () => {
  const encode = (tensor: unknown, metadata?: unknown, name = "a") => () =>
    encodeSafetensors({ [name]: tensor as Tensor }, metadata as Record<string, string>);
  const data = new Float32Array(3);
  assert.throws(encode({ shape: [2, 2], data }), {
    name: "RangeError",
    message: 'tensor "a": a shape of [2, 2] wants 4 values, got 3',
  });
  assert.throws(encode({ shape: [1.5, 2], data }), /integers of at least 0, got \[1.5, 2\]/);
  assert.throws(encode({ shape: [-1, -3], data }), /integers of at least 0/);
  assert.throws(encode({ shape: [3], data: [1, 2, 3] }), {
    name: "TypeError",
    message: /data must be one of Big.*, got Array/,
  });
  assert.throws(encode({ shape: [3], data: new DataView(new ArrayBuffer(3)) }), /got DataView/);
  assert.throws(encode({ shape: [3], data }, undefined, "__metadata__"), /reserves it/);
  assert.throws(encode({ shape: [3], data }, { steps: 3 }), /"steps" must be a string, got number/);
});

Deno.test("safetensors: every truncation of a file is an error", () => {
  for (let length = 0; length < fixture.length; length++) {
    assert.throws(
      () => decodeSafetensors(fixture.subarray(0, length)),
      /^Error: (truncated|not a) safetensors file/,
      `${length} bytes`,
    );
  }
});

Deno.test("safetensors: foreign bytes are an error that says so", () => {
  const foreign: [string, Uint8Array, RegExp][] = [
    ["nothing", new Uint8Array(0), /it holds 0 bytes/],
    ["a PNG", Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10, 0, 0), /gives? a header of \d+ bytes/],
    ["zeros", new Uint8Array(100), /must begin with "\{"/],
    ["a header length over the limit", fileWith("{}", 0, 100_000_001n), /of 100000001 bytes/],
    ["a huge header length", fileWith("{}", 0, 2n ** 64n - 1n), /at most 100000000/],
    ["no brace", fileWith("  {}"), /must begin with "\{"/],
    ["no JSON", fileWith('{"a":'), /the header is not JSON \(SyntaxError/],
    ["no UTF-8", fileWith("{}").map((byte, i) => i === 9 ? 0xff : byte), /the header is not JSON/],
  ];
  for (const [what, bytes, message] of foreign) {
    assert.throws(() => decodeSafetensors(bytes), message, what);
    assert.throws(() => decodeSafetensors(bytes), /not a safetensors file/, what);
  }
});

Deno.test("safetensors: a header that contradicts itself is an error", () => {
  const entry = (more: Record<string, unknown>) =>
    JSON.stringify({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...more } });
  const wrong: [string, Uint8Array, RegExp][] = [
    [
      "unknown dtype",
      fileWith(entry({ dtype: "BF16" }), 8),
      /has dtype "BF16"; those known are U64/,
    ],
    ["no dtype", fileWith(entry({ dtype: 1 }), 8), /must have a dtype, a shape and data_offsets/],
    ["no entry", fileWith('{"a":3}', 8), /"a" must have a dtype, a shape and data_offsets, got 3/],
    [
      "size mismatch",
      fileWith(entry({ shape: [3] }), 8),
      /wants 12 bytes, its data_offsets give 8/,
    ],
    ["fraction", fileWith(entry({ shape: [0.5, 4] }), 8), /impossible shape, \[0.5,4\]/],
    ["negative", fileWith(entry({ shape: [-1, -2] }), 8), /impossible shape/],
    ["overflow", fileWith(entry({ shape: [2 ** 40, 2 ** 40] }), 8), /impossible shape/],
    ["offsets", fileWith(entry({ data_offsets: [8, 0] }), 8), /two ascending byte counts/],
    ["one offset", fileWith(entry({ data_offsets: [8] }), 8), /two ascending byte counts/],
    ["text offsets", fileWith(entry({ data_offsets: ["0", "8"] }), 8), /two ascending byte counts/],
    ["out of range", fileWith(entry({}), 4), /truncated.*take 8 bytes, 4 are there/],
    ["bytes left", fileWith(entry({}), 10), /last 2 bytes of the file belong to no tensor/],
    ["overlap", fileWith(headerOf([0, 8], [4, 12]), 12), /"a" and "b" overlap at byte 4/],
    ["same place", fileWith(headerOf([0, 8], [0, 8]), 8), /"a" and "b" overlap at byte 0/],
    ["hole", fileWith(headerOf([0, 4], [8, 12]), 12), /bytes 4 to 8, before "b", belong to no/],
    ["hole in front", fileWith(headerOf([4, 8]), 8), /bytes 0 to 4, before "a", belong to no/],
    ["metadata", fileWith('{"__metadata__":[]}'), /__metadata__ must be an object/],
    ["number", fileWith('{"__metadata__":{"a":1}}'), /metadata "a" must be a string, got number/],
  ];
  for (const [what, bytes, message] of wrong) {
    assert.throws(() => decodeSafetensors(bytes), message, what);
  }
});

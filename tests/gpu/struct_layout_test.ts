/** Tests of the sizes of WGSL structs that are read from their text. */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { structBytes, withoutComments } from "../../src/gpu/struct_layout.ts";
import { bytesOf } from "./harness.ts";

/** Structs that begin with `S`, and their sizes by the specification's rules. */
const STRUCTS: readonly [code: string, bytes: number][] = [
  ["struct S { a: f32 }", 4],
  ["struct S { a: f32, b: u32, c: i32, }", 12],
  ["struct S{a:vec2f,b:f32}", 16],
  ["struct S { a: vec3f }", 16],
  ["struct S { a: vec3<u32>, b: f32 }", 16],
  ["struct S { b: f32, a: vec3f, c: i32 }", 32],
  ["struct S { a: f32, b: vec4i, c: f32 }", 48],
  ["struct S { a: array<u32, 5> }", 20],
  ["struct S { a: array<vec3f, 3> }", 48],
  ["struct S { a: u32, b: array<vec2u, 3>, c: u32 }", 40],
  ["const N = 7u;\nstruct S { a: array<f32, N>, }", 28],
  ["const M: u32 = N; const N = 0x3;\nstruct S { a: array<array<f32, 2>, M>, b: vec2f }", 32],
  ["struct T { a: vec3f, b: u32, c: u32 }\nstruct S { a: f32, t: T, b: f32 }", 64],
  ["struct S { t: array<T, 2>, b: f32 }\nstruct T { a: vec2f, b: f32 }", 40],
  ["alias Board = array<u32, 10>;\nstruct S { board: Board }", 40],
  ["struct S { @align(16) a: f32, @size(32) b: vec2<f32>, c: u32 }", 48],
  ["struct S {\n  // a: vec4f,\n  b: u32, /* c: f32, /* d: */ } */\n  e: u32,\n}", 8],
  ["struct Sides { a: vec4f }\nstruct NotS { a: vec2f }\nstruct S { a: u32 }", 4],
];

Deno.test("struct layout: sizes follow WGSL's rules", () => {
  for (const [code, bytes] of STRUCTS) assert.equal(structBytes(code, "S"), bytes, code);
});

Deno.test("struct layout: sizes are those of the adapter's compiler", async () => {
  const gpu = await Gpu.open();
  const buffers = new Buffers(gpu);
  const bytes = 1 << 16;
  const array = buffers.storage("structs", bytes);
  const found = buffers.storage("found", 4);
  for (const [i, [code]] of STRUCTS.entries()) {
    const name = `tests/struct_${i}`;
    const text = `${code}
      @group(0) @binding(0) var<storage, read_write> structs: array<S>;
      @group(0) @binding(1) var<storage, read_write> found: array<u32>;
      @compute @workgroup_size(1) fn main() { found[0] = arrayLength(&structs); }`;
    const kernel = await gpu.kernels.get({ kernel: name, texts: { [name]: text } });
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(kernel.pipeline);
    pass.setBindGroup(0, kernel.bind({ structs: array, found }));
    pass.dispatchWorkgroups(1);
    pass.end();
    gpu.submit(encoder.finish());
    const [length] = new Uint32Array(await bytesOf(gpu, found));
    assert.equal(length, Math.floor(bytes / structBytes(code, "S")), code);
  }
  buffers.destroy();
});

Deno.test("struct layout: what can't be read is refused with the member's name", () => {
  const refused: readonly [code: string, message: RegExp][] = [
    ["struct T { a: f32 }", /no struct S in the WGSL/],
    ["struct S { }", /struct S has no members/],
    ["struct S { ended: bool }", /member ended must be .* got bool \(a bool has no place .* u32\)/],
    ["struct S { a: f16 }", /member a must be .* got f16/],
    ["struct S { a: vec2<bool> }", /member a must be .* got vec2<bool>/],
    ["struct S { a: mat2x2f }", /member a must be .* got mat2x2f/],
    ["struct S { a: array<f32> }", /member a must be an array of a fixed length/],
    ["struct S { a: array<f32, N> }", /member a, its length, must be a whole number .* got N/],
    ["override N = 2;\nstruct S { a: array<f32, N> }", /its length, .* got N/],
    ["const N = 2 * 3;\nstruct S { a: array<f32, N> }", /its length, .* got 2 \* 3/],
    ["const N = N;\nstruct S { a: array<f32, N> }", /its length, .* got N/],
    ["struct S { a: array<f32, 0> }", /its length, .* got 0/],
    ["struct S { a: T }", /member a must be .* got T/],
    ["struct S { a }", /can't read the member "a"/],
    ["struct S { t: T }\nstruct T { s: S }", /struct S contains itself: S > T > S/],
    ["alias A = A;\nstruct S { a: A }", /member a must be .* got A/],
    ["struct S { @align(N) a: f32 }", /member a, its @align, .* got N/],
  ];
  for (const [code, message] of refused) {
    assert.throws(() => structBytes(code, "S"), message, code);
  }
});

Deno.test("struct layout: comments are taken out, nested ones too", () => {
  assert.equal(withoutComments("a // b\nc /* d /* e */ f */ g"), "a \nc   g");
  assert.equal(withoutComments("a / b * c"), "a / b * c");
  assert.equal(withoutComments("a // b"), "a ");
});

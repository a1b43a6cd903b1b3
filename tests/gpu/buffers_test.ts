/** Tests of GPU memory with an owner: sizes, limits, freeing, and uploads that stay inside. */

import assert from "node:assert/strict";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { floatsOf } from "./harness.ts";

const gpu = await Gpu.open();

Deno.test("buffers: storage is zeroed, and rounded up to whole vec4s", async () => {
  const buffers = new Buffers(gpu);
  for (const [asked, given] of [[0, 16], [1, 16], [16, 16], [17, 32], [4097, 4112]]) {
    assert.equal(buffers.storage("some", asked).size, given);
  }
  assert.equal(buffers.bytes, 16 + 16 + 16 + 32 + 4112);
  const zeros = await floatsOf(gpu, buffers.storage("zeros", 64));
  assert.deepEqual([...zeros], new Array(16).fill(0));
  buffers.destroy();
});

Deno.test("buffers: all of them are freed at once", async () => {
  const buffers = new Buffers(gpu);
  const buffer = buffers.storage("short-lived", 16);
  buffers.uniform("also", 16);
  assert.equal(buffers.bytes, 32);
  buffers.destroy();
  assert.equal(buffers.bytes, 0);
  const keeper = new Buffers(gpu);
  const target = keeper.storage("target", 16);
  await assert.rejects(
    gpu.scoped("using a destroyed buffer", () => {
      const encoder = gpu.device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, 0, target, 0, 16);
      gpu.device.queue.submit([encoder.finish()]);
    }),
    /short-lived.* destroyed/s,
  );
  // It can be used again, and destroying twice does no harm.
  buffers.destroy();
  assert.equal(buffers.storage("next", 16).size, 16);
  assert.equal(buffers.bytes, 16);
  buffers.destroy();
  keeper.destroy();
});

Deno.test("buffers: more than the adapter can bind is a RangeError that names both sizes", () => {
  const buffers = new Buffers(gpu);
  const { maxStorageBufferBindingSize, maxBufferSize } = gpu.device.limits;
  const storage = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  const cases: [() => GPUBuffer, number, number][] = [
    [() => buffers.storage("huge", storage + 4), Math.ceil((storage + 4) / 16) * 16, storage],
    [() => buffers.uniform("huge", maxBufferSize + 16), maxBufferSize + 16, maxBufferSize],
    [
      () => buffers.other("huge", 2 * maxBufferSize, GPUBufferUsage.COPY_DST),
      2 * maxBufferSize,
      maxBufferSize,
    ],
  ];
  for (const [create, wanted, most] of cases) {
    assert.throws(create, (error: Error) => {
      assert(error instanceof RangeError);
      assert(error.message.includes('"huge"'), error.message);
      assert(error.message.includes(String(Math.ceil(wanted / 16) * 16)), error.message);
      assert(error.message.includes(String(most)), error.message);
      assert(error.message.includes(gpu.adapter), error.message);
      return true;
    });
  }
  assert.equal(buffers.bytes, 0);
  gpu.check();
});

Deno.test("buffers: one that there is no memory for is none, and does not count", async () => {
  const buffers = new Buffers(gpu);
  const small = await buffers.tryStorage("small", 20);
  assert.equal(small!.size, 32);
  assert.equal(buffers.bytes, 32);
  gpu.device.popErrorScope = async () => {
    Reflect.deleteProperty(gpu.device, "popErrorScope");
    await gpu.device.popErrorScope();
    return new GPUOutOfMemoryError("no memory left");
  };
  assert.equal(await buffers.tryStorage("large", 4096), undefined);
  assert.equal(buffers.bytes, 32);
  // Too large to be bound is another thing; and no error scope is left open.
  await assert.rejects(buffers.tryStorage("huge", buffers.mostStorage + 1), RangeError);
  assert.equal(await buffers.tryStorage("next", 16).then((buffer) => buffer!.size), 16);
  assert.equal(buffers.bytes, 48);
  gpu.check();
  buffers.destroy();
});

Deno.test("buffers: one of them is freed by itself, and only by its owner", () => {
  const buffers = new Buffers(gpu);
  const first = buffers.storage("first", 16);
  buffers.storage("second", 64);
  buffers.free(first);
  assert.equal(buffers.bytes, 64);
  const message = 'the buffer "first" has another owner, or none any more';
  assert.throws(() => buffers.free(first), { message });
  assert.throws(() => new Buffers(gpu).free(first), { message });
  buffers.destroy();
});

Deno.test("buffers: an upload lands where it should, and nothing else changes", async () => {
  const buffers = new Buffers(gpu);
  const buffer = buffers.storage("values", 32);
  upload(gpu, buffer, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  // A view into the middle of its array: only the view's numbers are written.
  upload(gpu, buffer, Float32Array.of(10, 20, 30, 40).subarray(1, 3), 12);
  assert.deepEqual([...await floatsOf(gpu, buffer)], [1, 2, 3, 20, 30, 6, 7, 8]);
  upload(gpu, buffer, new Float32Array(0), 32);
  upload(gpu, buffer, Uint8Array.of(0, 0, 128, 63), 28);
  assert.deepEqual([...await floatsOf(gpu, buffer)], [1, 2, 3, 20, 30, 6, 7, 1]);
  buffers.destroy();
});

Deno.test("buffers: an upload that does not fit is a RangeError, not the end of the process", async () => {
  const buffers = new Buffers(gpu);
  const buffer = buffers.storage("values", 16);
  const cases: [ArrayBufferView, number][] = [
    [new Float32Array(5), 0],
    [new Float32Array(1), 16],
    [new Float32Array(4), 4],
    [new Float32Array(1), -4],
    [new Float32Array(1), 2],
    [new Uint8Array(3), 0],
    [new Uint8Array(4), 1.5],
    [new Float32Array(0), 20],
  ];
  for (const [data, offset] of cases) {
    const { uploads } = gpu.traffic;
    assert.throws(() => upload(gpu, buffer, data, offset), (error: Error) => {
      assert(error instanceof RangeError);
      assert(error.message.includes(`${data.byteLength} bytes at offset ${offset}`), error.message);
      return /"values", which has 16 bytes/.test(error.message);
    });
    assert.equal(gpu.traffic.uploads, uploads);
  }
  assert.deepEqual([...await floatsOf(gpu, buffer)], [0, 0, 0, 0]);
  buffers.destroy();
});

/** Tests of readbacks: any size, in pieces, by the quick way and by the promised one. */

import assert from "node:assert/strict";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Readback } from "../../src/gpu/readback.ts";
import { bufferOf } from "./harness.ts";

const gpu = await Gpu.open();

/** Numbers that tell their place. */
function ramp(count: number, from = 0): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => from + i);
}

/** Buffers whose mapped range can't be had before the mapping is awaited, as in browsers. */
class PatientBuffers extends Buffers {
  /** How often it was asked for too early. */
  early = 0;

  override other(label: string, bytes: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const buffer = super.other(label, bytes, usage);
    const map = buffer.mapAsync.bind(buffer);
    const range = buffer.getMappedRange.bind(buffer);
    let settled = true;
    buffer.mapAsync = async (...given) => {
      settled = false;
      await map(...given);
      settled = true;
    };
    buffer.getMappedRange = (...given) => {
      if (settled) return range(...given);
      this.early++;
      throw new DOMException("the buffer is not mapped yet", "OperationError");
    };
    return buffer;
  }
}

Deno.test("readback: ranges of any size and place, in as many pieces as it takes", async () => {
  const buffers = new Buffers(gpu);
  const source = bufferOf(gpu, buffers, ramp(1000));
  for (const landing of [16, 64, 4096]) {
    const readback = new Readback(gpu, buffers, "landing", landing);
    assert.equal(readback.bytes, landing);
    for (
      const [offset, count] of [[0, 1], [0, 3], [1, 5], [7, 17], [3, 333], [999, 1], [0, 1000]]
    ) {
      const { readbacks } = gpu.traffic;
      const bytes = await readback.read(source, 4 * offset, 4 * count);
      assert.deepEqual(new Float32Array(bytes), ramp(count, offset), `${offset} + ${count}`);
      assert.equal(gpu.traffic.readbacks - readbacks, Math.ceil(4 * count / landing));
    }
    assert.equal((await readback.read(source, 4, 0)).byteLength, 0);
  }
  const readback = new Readback(gpu, buffers, "landing", 128);
  assert.deepEqual(new Float32Array(await readback.read(source)), ramp(1000));
  assert.deepEqual(new Float32Array(await readback.read(source, 3600)), ramp(100, 900));
  buffers.destroy();
});

Deno.test("readback: what was read stays when the landing place is used again", async () => {
  const buffers = new Buffers(gpu);
  const source = bufferOf(gpu, buffers, ramp(8));
  const readback = new Readback(gpu, buffers, "landing", 16);
  const first = new Float32Array(await readback.read(source, 0, 16));
  const second = new Float32Array(await readback.read(source, 16, 16));
  assert.deepEqual([...first, ...second], [...ramp(8)]);
  buffers.destroy();
});

Deno.test("readback: the quick way and the awaited way bring the same", async () => {
  const quick = new Buffers(gpu);
  const patient = new PatientBuffers(gpu);
  const source = bufferOf(gpu, quick, ramp(500));
  const quickly = new Readback(gpu, quick, "quick", 256);
  const patiently = new Readback(gpu, patient, "patient", 256);
  for (let round = 0; round < 3; round++) {
    const [offset, bytes] = [4 * round, 4 * (400 - 77 * round)];
    const [one, other] = [
      await quickly.read(source, offset, bytes),
      await patiently.read(source, offset, bytes),
    ];
    assert.deepEqual(new Float32Array(one), new Float32Array(other));
    assert.deepEqual(new Float32Array(one), ramp(bytes / 4, round));
  }
  assert.equal(patient.early, 1, "the quick way is tried once, and not again once it has failed");
  gpu.check();
  quick.destroy();
  patient.destroy();
});

Deno.test("readback: many round trips, each with what was written just before", async () => {
  const buffers = new Buffers(gpu);
  const source = bufferOf(gpu, buffers, ramp(16));
  const readback = new Readback(gpu, buffers, "landing", 64);
  const rounds = 2000;
  let wrong = 0;
  for (let round = 0; round < rounds; round++) {
    upload(gpu, source, ramp(16, round));
    const got = new Float32Array(await readback.read(source));
    for (let i = 0; i < 16; i++) if (got[i] !== round + i) wrong++;
  }
  assert.equal(wrong, 0, `of ${16 * rounds} numbers`);
  buffers.destroy();
});

Deno.test("readback: reads asked for at once each bring their own, first ones included", async () => {
  const quick = new Buffers(gpu);
  const source = bufferOf(gpu, quick, ramp(100));
  for (const buffers of [quick, new PatientBuffers(gpu)]) {
    const readback = new Readback(gpu, buffers, "landing", 32);
    const all = await Promise.all(
      [0, 10, 20, 30].map((offset) => readback.read(source, 4 * offset, 40)),
    );
    all.forEach((bytes, i) => assert.deepEqual(new Float32Array(bytes), ramp(10, 10 * i)));
  }
  gpu.check();
  quick.destroy();
});

Deno.test("readback: a failed GPU gives its failure, not numbers", async () => {
  const adapter = (await navigator.gpu.requestAdapter())!;
  const failing = await Gpu.open({ device: await adapter.requestDevice() });
  const buffers = new Buffers(failing);
  const source = bufferOf(failing, buffers, ramp(4));
  const readback = new Readback(failing, buffers, "landing", 16);
  await readback.read(source);
  failing.fail(new Error("what went wrong"));
  await assert.rejects(readback.read(source), /what went wrong/);
  failing.device.destroy();
});

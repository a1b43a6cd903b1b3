/**
 * What tests on the GPU share: shaders of their own, data up and down, and a moment for errors that
 * WebGPU reports late.
 */

import { Buffers, upload } from "../../src/gpu/buffers.ts";
import type { AdapterKind, Gpu } from "../../src/gpu/gpu.ts";
import { SHADERS } from "../../src/gpu/shaders.generated.ts";

/**
 * Puts a shader on the shelf beside those of shaders/, for this process alone.
 *
 * @param path Its name, such as "tests/affine"; others import it as `package::tests::affine`.
 * @param text Its WGSL.
 */
export function addShader(path: string, text: string): void {
  (SHADERS as Record<string, string>)[path] = text;
}

/** A storage buffer that holds the data. */
export function bufferOf(
  gpu: Gpu,
  buffers: Buffers,
  data: Float32Array | Uint32Array,
  label = "test data",
): GPUBuffer {
  const buffer = buffers.storage(label, data.byteLength);
  upload(gpu, buffer, data);
  return buffer;
}

/** A buffer's bytes, by the slow way that the specification promises. */
export async function bytesOf(
  gpu: Gpu,
  source: GPUBuffer,
  bytes = source.size,
): Promise<ArrayBuffer> {
  const buffers = new Buffers(gpu);
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const landing = buffers.other("test landing", bytes, usage);
  const encoder = gpu.device.createCommandEncoder();
  encoder.copyBufferToBuffer(source, 0, landing, 0, bytes);
  gpu.device.queue.submit([encoder.finish()]);
  await landing.mapAsync(GPUMapMode.READ);
  const data = landing.getMappedRange().slice(0, bytes);
  buffers.destroy();
  return data;
}

/** A buffer's numbers. */
export async function floatsOf(gpu: Gpu, source: GPUBuffer, count?: number): Promise<Float32Array> {
  return new Float32Array(await bytesOf(gpu, source, count === undefined ? undefined : 4 * count));
}

/** Plans the work as if the adapter were of the kind given, which changes the choice of tiles. */
export function withKind<T>(gpu: Gpu, kind: AdapterKind, plan: () => T): T {
  const changeable = gpu as { kind: AdapterKind };
  const before = gpu.kind;
  changeable.kind = kind;
  try {
    return plan();
  } finally {
    changeable.kind = before;
  }
}

/** Gives errors that WebGPU reports late, and the loss of a device, the time to arrive. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

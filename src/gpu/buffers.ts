/**
 * GPU memory with an owner. Buffers are invisible to the garbage collector, so each belongs to a
 * {@link Buffers}, which frees all of its own at once and knows how many bytes they take.
 */

import type { Gpu } from "./gpu.ts";

/** Bytes of a WebGPU word; every size and offset here is a multiple of it. */
const WORD = 4;

/** Buffers that live and die together. */
export class Buffers {
  readonly #gpu: Gpu;
  readonly #all: GPUBuffer[] = [];
  #bytes = 0;

  /** @param gpu The GPU that the buffers are made on. */
  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** Bytes held at present. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * A zeroed storage buffer.
   *
   * @param label Its name in error messages.
   * @param bytes Its size; rounded up to whole vec4s.
   * @param also Usages beside that of a storage buffer that is copied to and from.
   * @throws {RangeError} When it is larger than the adapter can bind.
   */
  storage(label: string, bytes: number, also: GPUBufferUsageFlags = 0): GPUBuffer {
    return this.#create(
      label,
      bytes,
      this.mostStorage,
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC | also,
    );
  }

  /** Bytes of the largest storage buffer that the adapter can bind. */
  get mostStorage(): number {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.#gpu.device.limits;
    return Math.min(maxStorageBufferBindingSize, maxBufferSize);
  }

  /**
   * A zeroed storage buffer, if there is memory for it: for what is large enough to be refused.
   *
   * @param label Its name in error messages.
   * @param bytes Its size; rounded up to whole vec4s.
   * @returns The buffer, or nothing where the adapter has not enough memory left.
   * @throws {RangeError} When it is larger than the adapter can bind.
   */
  async tryStorage(label: string, bytes: number): Promise<GPUBuffer | undefined> {
    const { device } = this.#gpu;
    device.pushErrorScope("out-of-memory");
    let buffer: GPUBuffer;
    let refusal: Promise<GPUError | null>;
    try {
      buffer = this.storage(label, bytes);
    } finally {
      // At once, so that no other work's scope comes between.
      refusal = device.popErrorScope();
    }
    if (await refusal === null) return buffer;
    this.free(buffer);
    return undefined;
  }

  /** Frees one of them. */
  free(buffer: GPUBuffer): void {
    const at = this.#all.indexOf(buffer);
    if (at < 0) throw new Error(`the buffer "${buffer.label}" has another owner, or none any more`);
    this.#all.splice(at, 1);
    this.#bytes -= buffer.size;
    buffer.destroy();
  }

  /** A uniform buffer, read through dynamic offsets, so that it may exceed the binding limit. */
  uniform(label: string, bytes: number): GPUBuffer {
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    return this.#create(label, bytes, this.#gpu.device.limits.maxBufferSize, usage);
  }

  /** Any other buffer, such as one that the host maps. */
  other(label: string, bytes: number, usage: GPUBufferUsageFlags): GPUBuffer {
    return this.#create(label, bytes, this.#gpu.device.limits.maxBufferSize, usage);
  }

  #create(label: string, bytes: number, most: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const size = Math.max(16, Math.ceil(bytes / 16) * 16);
    if (size > most) {
      throw new RangeError(
        `the buffer "${label}" would take ${size} bytes, more than the ${most} that the adapter ` +
          `"${this.#gpu.adapter}" can bind at once: ask for a smaller one`,
      );
    }
    const buffer = this.#gpu.device.createBuffer({ label, size, usage });
    this.#all.push(buffer);
    this.#bytes += size;
    return buffer;
  }

  /** Frees all of them. */
  destroy(): void {
    for (const buffer of this.#all) buffer.destroy();
    this.#all.length = 0;
    this.#bytes = 0;
  }
}

/**
 * Writes host data into a buffer.
 *
 * The range is checked here because a write past the end aborts the whole process in Deno.
 *
 * @param gpu The GPU that owns the buffer.
 * @param buffer Where to.
 * @param data What; its byte length must be a multiple of four.
 * @param offset Byte offset in the buffer, a multiple of four.
 * @throws {RangeError} When the data does not lie inside the buffer.
 */
export function upload(gpu: Gpu, buffer: GPUBuffer, data: ArrayBufferView, offset = 0): void {
  const { byteLength } = data;
  if (byteLength % WORD || offset % WORD || offset < 0 || offset + byteLength > buffer.size) {
    throw new RangeError(
      `cannot write ${byteLength} bytes at offset ${offset} of "${buffer.label}", which has ` +
        `${buffer.size} bytes; both must be multiples of ${WORD} and the range must lie inside`,
    );
  }
  if (byteLength === 0) return;
  gpu.check();
  gpu.traffic.uploads++;
  gpu.device.queue.writeBuffer(
    buffer,
    offset,
    data.buffer as ArrayBuffer,
    data.byteOffset,
    byteLength,
  );
}

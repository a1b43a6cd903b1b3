/**
 * Reads GPU results back, without the 10 ms that Deno's polling would cost each time.
 *
 * Deno polls a device and sleeps 10 ms between polls, so awaiting `mapAsync` costs at least that. But
 * its `getMappedRange`, called straight after an un-awaited `mapAsync`, waits for the queue inside:
 * 0.15 ms a round trip. The specification does not promise this, so it is tried once on each buffer,
 * and where it throws (browsers, a lost device) the awaited way is used instead.
 */

import type { Buffers } from "./buffers.ts";
import type { Gpu } from "./gpu.ts";

/** A host-visible landing place for up to a fixed number of bytes. */
export class Readback {
  readonly #gpu: Gpu;
  readonly #landing: GPUBuffer;
  #primed = false;
  #synchronous = true;
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * @param gpu The GPU to read from.
   * @param buffers Who owns the landing buffer.
   * @param label Its name in error messages.
   * @param bytes The most that one read can bring.
   */
  constructor(gpu: Gpu, buffers: Buffers, label: string, bytes: number) {
    this.#gpu = gpu;
    this.#landing = buffers.other(label, bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  }

  /** Bytes that one read can bring. */
  get bytes(): number {
    return this.#landing.size;
  }

  /** Records the copy of a buffer's range; {@link land} brings it once the commands are submitted. */
  record(encoder: GPUCommandEncoder, source: GPUBuffer, offset: number, bytes: number): void {
    encoder.copyBufferToBuffer(source, offset, this.#landing, 0, bytes);
  }

  /**
   * Waits for the submitted copy and returns its bytes.
   *
   * @param bytes How many; at most what was recorded.
   * @throws {Error} When the GPU has failed meanwhile.
   */
  async land(bytes: number): Promise<ArrayBuffer> {
    this.#gpu.check();
    this.#gpu.traffic.readbacks++;
    if (this.#primed && this.#synchronous) {
      const landed = this.#landNow(bytes);
      if (landed) return landed;
    }
    // A buffer must have been mapped once in the ordinary way before the quick one may be tried.
    try {
      const mapped = this.#landing.mapAsync(GPUMapMode.READ, 0, bytes);
      await Promise.race([mapped, this.#gpu.device.lost]);
      // Taking bytes of what was never mapped ends the whole process in Deno.
      this.#gpu.check();
      const landed = this.#take(bytes);
      this.#primed = true;
      return landed;
    } catch (error) {
      const { message } = error as Error;
      const cause = await this.#gpu.causeOf(new Error(`a readback failed: ${message}`));
      this.#gpu.fail(cause);
      throw cause;
    }
  }

  /** The bytes of the mapped buffer. */
  #take(bytes: number): ArrayBuffer {
    const landed = this.#landing.getMappedRange(0, bytes).slice(0);
    this.#landing.unmap();
    return landed;
  }

  #landNow(bytes: number): ArrayBuffer | undefined {
    // The promise itself is not needed: unmapping may reject it, which is no error here.
    this.#landing.mapAsync(GPUMapMode.READ, 0, bytes).catch(() => {});
    try {
      return this.#take(bytes);
    } catch {
      this.#synchronous = false;
    }
    try {
      this.#landing.unmap();
    } catch {
      // A lost device refuses that as well; the awaited way finds out and says so.
    }
    return undefined;
  }

  /**
   * Copies a buffer's range to the host in a submit of its own, in pieces if it is larger than the
   * landing. Reads that are asked for at once take turns.
   *
   * @param source The buffer.
   * @param offset Where the range starts, in bytes.
   * @param bytes How long it is; all the rest when left out.
   */
  read(source: GPUBuffer, offset = 0, bytes?: number): Promise<ArrayBuffer> {
    const length = bytes ?? source.size - offset;
    const read = this.#turn.then(() => this.#readNow(source, offset, length));
    this.#turn = read.catch(() => {});
    return read;
  }

  async #readNow(source: GPUBuffer, offset: number, bytes: number): Promise<ArrayBuffer> {
    const whole = new Uint8Array(bytes);
    for (let start = 0; start < bytes; start += this.bytes) {
      const piece = Math.min(this.bytes, bytes - start);
      const encoder = this.#gpu.device.createCommandEncoder({ label: "readback" });
      this.record(encoder, source, offset + start, piece);
      this.#gpu.submit(encoder.finish());
      whole.set(new Uint8Array(await this.land(piece)), start);
    }
    return whole.buffer;
  }
}

/**
 * The ring's frames on the GPU: rows of floats or bytes, in one buffer or, where the adapter can't bind
 * so much at once, in several.
 */

import { type Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Readback } from "../gpu/readback.ts";
import { tooLarge } from "./memory.ts";

/** A frame's numbers. */
export type FrameArray = Float32Array | Uint8Array;

/** Bytes that are written at once where there are many. */
const FILL_BYTES = 1 << 24;
/** Bytes that rows are a multiple of. */
const ROW_ALIGNMENT = 16;
/** After a refusal, pieces down to this share of what was asked are tried, to tell what there is. */
const LEAST_SHARE = 1 / 64;

/** The shape of frames. */
export interface FramesShape {
  /** Rows of all lanes. */
  readonly rows: number;
  /** Numbers of a frame. */
  readonly size: number;
  /** Whether numbers are bytes, four in a word; else floats. */
  readonly isBytes: boolean;
  /** The most bytes of one buffer, if fewer than the adapter can bind. */
  readonly chunkBytes?: number;
  /** Bytes of a row besides its frame. */
  readonly otherBytes: number;
}

/** So many zeros, as frames are made of. */
export function zeros(count: number, isBytes: boolean): FrameArray {
  return isBytes ? new Uint8Array(count) : new Float32Array(count);
}

/** Bytes of a frame as it is stored. */
export function frameBytes(size: number, isBytes: boolean): number {
  return Math.ceil(size * (isBytes ? 1 : 4) / ROW_ALIGNMENT) * ROW_ALIGNMENT;
}

/** Rows of frames. */
export class Frames {
  /** Numbers of a frame. */
  readonly size: number;
  /** Whether numbers are bytes. */
  readonly isBytes: boolean;
  /** Bytes of a row: a frame and what fills it up to whole vec4s. */
  readonly rowBytes: number;
  /** Numbers that a row has room for. */
  readonly rowSize: number;
  /** Rows of a chunk; the last one may have fewer. */
  readonly chunkRows: number;
  /** The buffers, of consecutive rows each. */
  readonly chunks: readonly GPUBuffer[];
  readonly #gpu: Gpu;

  private constructor(gpu: Gpu, shape: FramesShape, chunkRows: number, chunks: GPUBuffer[]) {
    this.#gpu = gpu;
    this.size = shape.size;
    this.isBytes = shape.isBytes;
    this.rowBytes = frameBytes(shape.size, shape.isBytes);
    this.rowSize = this.isBytes ? this.rowBytes : this.rowBytes / 4;
    this.chunkRows = chunkRows;
    this.chunks = chunks;
  }

  /**
   * Allocates frames, all zero.
   *
   * @param gpu The GPU.
   * @param buffers Who owns their memory.
   * @param shape Their shape.
   * @param left Bytes that there are, where it is known.
   * @throws {RangeError} When not one row can be bound, or there is not the memory; nothing of it stays
   *   allocated.
   */
  static async create(
    gpu: Gpu,
    buffers: Buffers,
    shape: FramesShape,
    left: number = Infinity,
  ): Promise<Frames> {
    const { rows, size, isBytes, chunkBytes = Infinity, otherBytes } = shape;
    const rowBytes = frameBytes(size, isBytes);
    const demand = { rows, frameBytes: rowBytes, otherBytes };
    const most = Math.min(buffers.mostStorage, chunkBytes);
    const chunkRows = Math.min(rows, Math.floor(most / rowBytes));
    if (chunkRows < 1) {
      throw new RangeError(
        `an observation of ${size} numbers takes ${rowBytes} bytes, more than the ${most} that a ` +
          `buffer on "${gpu.adapter}" may have`,
      );
    }
    if (rows * (rowBytes + otherBytes) > left) throw tooLarge(gpu, demand, left);
    const chunks: GPUBuffer[] = [];
    let made = 0;
    let piece = chunkRows;
    let isRefused = false;
    while (made < rows && piece >= 1) {
      const count = Math.min(piece, rows - made);
      const chunk = await buffers.tryStorage(`replay frames ${chunks.length}`, count * rowBytes);
      if (chunk) {
        chunks.push(chunk);
        made += count;
      } else {
        isRefused = true;
        piece = count > rows * LEAST_SHARE ? Math.floor(count / 2) : 0;
      }
    }
    if (isRefused) {
      chunks.forEach((chunk) => buffers.free(chunk));
      throw tooLarge(gpu, demand, made * rowBytes);
    }
    return new Frames(gpu, shape, chunkRows, chunks);
  }

  /** The rows of a chunk, from one on, up to another. */
  rowsOf(chunk: number): [first: number, end: number] {
    const first = chunk * this.chunkRows;
    return [first, first + this.chunks[chunk].size / this.rowBytes];
  }

  /**
   * Writes whole rows.
   *
   * @param first The first of them.
   * @param data [rows × rowSize]
   */
  write(first: number, data: FrameArray): void {
    this.#split(first, data.length / this.rowSize, (buffer, at, from, count) => {
      const rows = data.subarray(from * this.rowSize, (from + count) * this.rowSize);
      upload(this.#gpu, buffer, rows, at);
    });
  }

  /**
   * Writes consecutive rows, whose frames come from anywhere.
   *
   * @param first The first of them.
   * @param from Frames.
   * @param sources Which of those each row gets.
   */
  fill(first: number, from: FrameArray, sources: readonly number[]): void {
    const { size, rowSize } = this;
    const most = Math.max(1, Math.floor(FILL_BYTES / this.rowBytes));
    const piece = zeros(Math.min(most, sources.length) * rowSize, this.isBytes);
    for (let start = 0; start < sources.length; start += most) {
      const part = sources.slice(start, start + most);
      part.forEach((at, row) => {
        piece.set(from.subarray(at * size, (at + 1) * size), row * rowSize);
      });
      this.write(first + start, piece.subarray(0, part.length * rowSize));
      // What waits for a submit takes memory of its own.
      if (start + most < sources.length) {
        this.#gpu.submit(this.#gpu.device.createCommandEncoder().finish());
      }
    }
  }

  /**
   * Reads the frames of consecutive rows.
   *
   * @param readback Brings them, in pieces of its size.
   * @param first The first row.
   * @param into [rows × size]: where to.
   */
  async read(readback: Readback, first: number, into: FrameArray): Promise<void> {
    const { size, rowSize, rowBytes } = this;
    const count = into.length / size;
    const most = Math.max(1, Math.floor(readback.bytes / rowBytes));
    for (let start = 0; start < count; start += most) {
      const reads: Promise<void>[] = [];
      this.#split(first + start, Math.min(most, count - start), (buffer, at, from, rows) => {
        reads.push(
          readback.read(buffer, at, rows * rowBytes).then((bytes) => {
            const seen = this.isBytes ? new Uint8Array(bytes) : new Float32Array(bytes);
            for (let row = 0; row < rows; row++) {
              const frame = seen.subarray(row * rowSize, row * rowSize + size);
              into.set(frame, (start + from + row) * size);
            }
          }),
        );
      });
      await Promise.all(reads);
    }
  }

  /** Calls for each stretch of rows that lie in one chunk: where it lies there, and among the rows. */
  #split(
    first: number,
    count: number,
    each: (buffer: GPUBuffer, at: number, from: number, count: number) => void,
  ): void {
    for (let from = 0; from < count;) {
      const chunk = Math.floor((first + from) / this.chunkRows);
      const [start, end] = this.rowsOf(chunk);
      const rows = Math.min(count - from, end - first - from);
      each(this.chunks[chunk], (first + from - start) * this.rowBytes, from, rows);
      from += rows;
    }
  }
}

/**
 * Rows on their way to the GPU: images of them, collected on the host and sent in one upload.
 * shaders/lib/images.wgsl reads them.
 */

import { type Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";

/** Bytes that staged rows may take before they are sent without waiting for an update. */
const STAGING_BYTES = 1 << 20;
/** Bits of an image's first word that say which row it is of; the row's kind has those above. */
const SLOT_BITS = 30;
/** All actions are allowed. */
export const ALL_ACTIONS = 0xffffffff;

/** A row: its observation, and what was done there. */
export interface RowImage {
  readonly observation: Float32Array;
  /** Which actions are allowed at the observation, a bit each. */
  readonly mask: number;
  readonly action?: number;
  readonly reward?: number;
  /** What starts at the row: one of KIND. */
  readonly kind: number;
}

/** Collected images. */
export class Staging {
  /** The images on the GPU. */
  readonly images: GPUBuffer;
  /** Images that are sent without waiting for an update; the lanes' open rows come on top. */
  readonly rows: number;
  readonly #gpu: Gpu;
  readonly #imageWords: number;
  readonly #staged: Float32Array;
  readonly #words: Uint32Array;
  #count = 0;

  /**
   * @param gpu The GPU to send to.
   * @param buffers Who owns the images there.
   * @param shape vec4s of an observation, lanes, and rows of a lane.
   */
  constructor(
    gpu: Gpu,
    buffers: Buffers,
    { observation4, lanes, region }: { observation4: number; lanes: number; region: number },
  ) {
    this.#gpu = gpu;
    this.#imageWords = 4 * (1 + observation4);
    const affordable = Math.max(2, Math.floor(STAGING_BYTES / (4 * this.#imageWords)));
    // Fewer than a region, so that no slot is staged twice.
    this.rows = Math.min(affordable, region - 2);
    const words = 4 + (this.rows + 3 * lanes) * this.#imageWords;
    this.#staged = new Float32Array(words);
    this.#words = new Uint32Array(this.#staged.buffer);
    this.images = buffers.storage("replay staging", words * 4);
  }

  /** Whether it is time to send. */
  get isFull(): boolean {
    return this.#count >= this.rows;
  }

  /** Adds a row's image. */
  add(row: number, { observation, mask, action = 0, reward = 0, kind }: RowImage): void {
    const at = 4 + this.#count++ * this.#imageWords;
    this.#words[at] = row + kind * 2 ** SLOT_BITS;
    this.#words[at + 1] = action;
    this.#staged[at + 2] = reward;
    this.#words[at + 3] = mask;
    this.#staged.set(observation, at + 4);
  }

  /** Uploads what was collected, and starts anew. */
  send(): void {
    this.#words[0] = this.#count;
    upload(this.#gpu, this.images, this.#staged.subarray(0, 4 + this.#count * this.#imageWords));
    this.drop();
  }

  /** Forgets what was collected. */
  drop(): void {
    this.#count = 0;
  }
}

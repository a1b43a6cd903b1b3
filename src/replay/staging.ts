/**
 * Rows on their way to the GPU: images of them, collected on the host and sent in one upload.
 * shaders/lib/images.wgsl reads them.
 *
 * Floats that lie in one buffer go along with the images; other frames go straight to their rows.
 */

import { type Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { FrameStaging } from "./frame_staging.ts";
import type { FrameArray, Frames } from "./frames.ts";

/** Bytes that staged rows may take before they are sent without waiting for an update. */
const STAGING_BYTES = 1 << 20;
/** Bits of an image's first word that say which row it is of; the row's kind has those above. */
const SLOT_BITS = 29;
/** All actions are allowed. */
export const ALL_ACTIONS = 0xffffffff;

/** A row: its observation, and what was done there. */
export interface RowImage {
  readonly observation: FrameArray;
  /** Which actions are allowed at the observation, a bit each. */
  readonly mask: number;
  readonly action?: number;
  readonly reward?: number;
  /** What starts at the row: one of KIND, and FIRST where its episode does too. */
  readonly kind: number;
}

/** How many images there may be. */
export interface StagingShape {
  readonly lanes: number;
  /** Rows of a lane. */
  readonly region: number;
  /** Images that may be collected at most. */
  readonly most: number;
}

/** Collected images. */
export class Staging {
  /** The images on the GPU. */
  readonly images: GPUBuffer;
  /** Images that are sent without waiting for an update; the lanes' open rows come on top. */
  readonly rows: number;
  /** vec4s of an image's observation; 0 where observations go another way. */
  readonly observation4: number;
  /** Frames that go straight to their rows. */
  readonly #frames: FrameStaging | undefined;
  readonly #gpu: Gpu;
  readonly #imageWords: number;
  readonly #staged: Float32Array;
  readonly #words: Uint32Array;
  #count = 0;

  /**
   * @param gpu The GPU to send to.
   * @param buffers Who owns the images there.
   * @param frames Where frames go.
   * @param shape How many images there may be.
   */
  constructor(
    gpu: Gpu,
    buffers: Buffers,
    frames: Frames,
    { lanes, region, most }: StagingShape,
  ) {
    const isApart = frames.isBytes || frames.chunks.length > 1;
    this.#gpu = gpu;
    this.#frames = isApart ? new FrameStaging(frames, lanes, region) : undefined;
    this.observation4 = isApart ? 0 : frames.rowBytes / 16;
    this.#imageWords = 4 * (1 + this.observation4);
    const affordable = Math.max(2, Math.floor(STAGING_BYTES / (4 * this.#imageWords)));
    // Fewer than a region, so that no slot is staged twice.
    this.rows = Math.min(affordable, most, region - 2);
    const words = 4 + (this.rows + 3 * lanes) * this.#imageWords;
    this.#staged = new Float32Array(words);
    this.#words = new Uint32Array(this.#staged.buffer);
    this.images = buffers.storage("replay staging", words * 4);
  }

  /** Whether it is time to send. */
  get isFull(): boolean {
    return this.#count >= this.rows || this.#frames?.isFull === true;
  }

  /** A lane's newest frame, of a row whose image is to come. */
  see(lane: number, row: number, frame: FrameArray): void {
    this.#frames?.add(lane, row, frame);
  }

  /** Adds a row's image. */
  add(row: number, { observation, mask, action = 0, reward = 0, kind }: RowImage): void {
    const at = 4 + this.#count++ * this.#imageWords;
    this.#words[at] = row + kind * 2 ** SLOT_BITS;
    this.#words[at + 1] = action;
    this.#staged[at + 2] = reward;
    this.#words[at + 3] = mask;
    if (this.observation4 > 0) this.#staged.set(observation, at + 4);
  }

  /** Uploads what was collected, and starts anew. */
  send(): void {
    this.#frames?.send();
    this.#words[0] = this.#count;
    upload(this.#gpu, this.images, this.#staged.subarray(0, 4 + this.#count * this.#imageWords));
    this.drop();
  }

  /** Forgets what was collected. */
  drop(): void {
    this.#frames?.drop();
    this.#count = 0;
  }
}

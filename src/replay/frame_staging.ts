/**
 * Frames on their way to the GPU where they don't go as part of row images: collected lane by lane, as
 * their rows follow each other there, and written straight to them.
 */

import { type FrameArray, type Frames, zeros } from "./frames.ts";

/** Bytes of frames that may be collected before they are sent without waiting for an update. */
const STAGING_BYTES = 1 << 20;
/** Frames of a lane that may be collected, however large. */
const LEAST_FRAMES = 4;

/** Collected frames. */
export class FrameStaging {
  readonly #frames: Frames;
  readonly #region: number;
  /** Frames of a lane that there is room for. */
  readonly #room: number;
  /** Of each lane, its frames, the row of the first, and how many there are. */
  readonly #staged: readonly FrameArray[];
  readonly #first: number[];
  readonly #count: number[];
  #isFull = false;

  /**
   * @param frames Where they go.
   * @param lanes How many lanes there are.
   * @param region Rows of a lane.
   */
  constructor(frames: Frames, lanes: number, region: number) {
    const affordable = Math.floor(STAGING_BYTES / (frames.rowBytes * lanes));
    this.#frames = frames;
    this.#region = region;
    this.#room = Math.min(region, Math.max(LEAST_FRAMES, affordable));
    this.#staged = Array.from(
      { length: lanes },
      () => zeros(this.#room * frames.rowSize, frames.isBytes),
    );
    this.#first = new Array(lanes).fill(0);
    this.#count = new Array(lanes).fill(0);
  }

  /** Whether it is time to send. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /**
   * Adds a lane's newest frame.
   *
   * @param lane Which lane.
   * @param row Its row there: the one after the last, or the last again.
   * @param frame Its numbers.
   */
  add(lane: number, row: number, frame: FrameArray): void {
    const last = (this.#first[lane] + this.#count[lane] - 1) % this.#region;
    if (this.#count[lane] === 0) this.#first[lane] = row;
    if (this.#count[lane] === 0 || row !== last) this.#count[lane]++;
    if (this.#count[lane] === this.#room) this.#isFull = true;
    this.#staged[lane].set(frame, (this.#count[lane] - 1) * this.#frames.rowSize);
  }

  /** Writes what was collected, and starts anew. */
  send(): void {
    const { rowSize } = this.#frames;
    this.#staged.forEach((staged, lane) => {
      const first = this.#first[lane];
      const count = this.#count[lane];
      // Over the end of its region a lane goes on at its start.
      const before = Math.min(count, this.#region - first);
      const start = lane * this.#region;
      this.#frames.write(start + first, staged.subarray(0, before * rowSize));
      this.#frames.write(start, staged.subarray(before * rowSize, count * rowSize));
    });
    this.drop();
  }

  /** Forgets what was collected. */
  drop(): void {
    this.#count.fill(0);
    this.#isFull = false;
  }
}

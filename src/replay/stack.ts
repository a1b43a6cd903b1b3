/** An episode's newest frames, as a network sees them: oldest first, its start padded with its first. */

import { type FrameArray, zeros } from "./frames.ts";

/** A stack of frames. */
export class Stack {
  /** [frames × size], overwritten as the episode goes on. */
  readonly all: FrameArray;
  /** The newest frame, a part of it. */
  readonly newest: FrameArray;
  readonly #size: number;

  /**
   * @param frames How many.
   * @param size Numbers of one.
   * @param isBytes Whether these are bytes.
   */
  constructor(frames: number, size: number, isBytes: boolean) {
    this.all = zeros(frames * size, isBytes);
    this.newest = this.all.subarray(this.all.length - size);
    this.#size = size;
  }

  /** An episode begins: the stack is filled with its first frame. */
  begin(frame: ArrayLike<number>): void {
    for (let at = 0; at < this.all.length; at += this.#size) this.all.set(frame, at);
  }

  /** A frame follows. */
  push(frame: ArrayLike<number>): void {
    this.all.copyWithin(0, this.#size);
    this.newest.set(frame);
  }
}

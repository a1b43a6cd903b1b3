/** Each lane's newest frames, as the network is to see them when it acts. */

import { type FrameArray, zeros } from "./frames.ts";
import { Stack } from "./stack.ts";

/** The newest stacks of all lanes. */
export class OpenStacks {
  readonly #stacks: readonly Stack[];
  readonly #isBytes: boolean;

  /** @param shape Lanes, frames of a stack, numbers of a frame, and whether these are bytes. */
  constructor(
    shape: { lanes: number; frameStack: number; size: number; isBytes: boolean },
  ) {
    const { lanes, frameStack, size, isBytes } = shape;
    this.#isBytes = isBytes;
    this.#stacks = Array.from({ length: lanes }, () => new Stack(frameStack, size, isBytes));
  }

  /** A copy of all lanes' stacks, one after the other. */
  all(): FrameArray {
    const { length } = this.of(0);
    const all = zeros(this.#stacks.length * length, this.#isBytes);
    this.#stacks.forEach((stack, lane) => all.set(stack.all, lane * length));
    return all;
  }

  /** A lane's stack. */
  of(lane: number): FrameArray {
    return this.#stacks[lane].all;
  }

  /** The newest frame of a lane's stack. */
  newest(lane: number): FrameArray {
    return this.#stacks[lane].newest;
  }

  /** An episode begins in a lane. */
  begin(lane: number, frame: ArrayLike<number>): void {
    this.#stacks[lane].begin(frame);
  }

  /** A frame follows in a lane. */
  push(lane: number, frame: ArrayLike<number>): void {
    this.#stacks[lane].push(frame);
  }

  /** Takes over a whole stack. */
  set(lane: number, stack: ArrayLike<number>): void {
    this.of(lane).set(stack);
  }
}

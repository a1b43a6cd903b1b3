/** Each lane's newest frames, as the network is to see them when it acts: a stack, oldest first. */

import { type FrameArray, zeros } from "./frames.ts";

/** The newest stacks of all lanes. */
export class OpenStacks {
  readonly #size: number;
  readonly #stacks: readonly FrameArray[];

  /** @param shape Lanes, frames of a stack, numbers of a frame, and whether these are bytes. */
  constructor(
    shape: { lanes: number; frameStack: number; size: number; isBytes: boolean },
  ) {
    const { lanes, frameStack, size, isBytes } = shape;
    this.#size = size;
    this.#stacks = Array.from({ length: lanes }, () => zeros(frameStack * size, isBytes));
  }

  /** A copy of all lanes' stacks, one after the other. */
  all(): FrameArray {
    const length = this.#stacks[0].length;
    const all = zeros(this.#stacks.length * length, this.#stacks[0] instanceof Uint8Array);
    this.#stacks.forEach((stack, lane) => all.set(stack, lane * length));
    return all;
  }

  /** A lane's stack. */
  of(lane: number): FrameArray {
    return this.#stacks[lane];
  }

  /** The newest frame of a lane's stack. */
  newest(lane: number): FrameArray {
    const stack = this.#stacks[lane];
    return stack.subarray(stack.length - this.#size);
  }

  /** An episode begins: the stack is filled with its first frame. */
  begin(lane: number, frame: ArrayLike<number>): void {
    const stack = this.#stacks[lane];
    for (let at = 0; at < stack.length; at += this.#size) stack.set(frame, at);
  }

  /** A frame follows. */
  push(lane: number, frame: ArrayLike<number>): void {
    const stack = this.#stacks[lane];
    stack.copyWithin(0, this.#size);
    stack.set(frame, stack.length - this.#size);
  }

  /** Takes over a whole stack. */
  set(lane: number, stack: ArrayLike<number>): void {
    this.#stacks[lane].set(stack);
  }
}

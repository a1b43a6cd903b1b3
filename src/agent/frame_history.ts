/** An episode's newest observations as the stack that an agent with `frameStack` sees. */

import type { Observation } from "./spaces.ts";

/**
 * Stacks observations outside the replay buffer, as in evaluation: oldest first, an episode's start padded
 * with its first one. With one frame the stack is the observation itself.
 */
export class FrameHistory {
  readonly #frames: number;
  #stack: Float32Array | Uint8Array | undefined;

  /** @param frames How many observations a stack has. */
  constructor(frames: number) {
    this.#frames = frames;
  }

  /**
   * An episode begins.
   *
   * @returns The stack, which is overwritten by the next call.
   */
  begin(observation: Observation): Observation {
    if (this.#frames === 1) return observation;
    const size = observation.length;
    const stack = this.#of(observation, size);
    for (let frame = 0; frame < this.#frames; frame++) stack.set(observation, frame * size);
    return stack;
  }

  /**
   * The episode goes on.
   *
   * @returns The stack, which is overwritten by the next call.
   */
  push(observation: Observation): Observation {
    if (this.#frames === 1) return observation;
    const size = observation.length;
    const stack = this.#of(observation, size);
    stack.copyWithin(0, size);
    stack.set(observation, (this.#frames - 1) * size);
    return stack;
  }

  #of(observation: Observation, size: number): Float32Array | Uint8Array {
    const Kind = observation instanceof Uint8Array ? Uint8Array : Float32Array;
    return this.#stack ??= new Kind(this.#frames * size);
  }
}

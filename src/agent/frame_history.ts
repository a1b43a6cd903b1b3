/** An episode's newest observations as the stack that an agent with `frameStack` sees. */

import { Stack } from "../replay/stack.ts";
import type { Observation } from "./spaces.ts";

/**
 * Stacks observations outside the replay buffer, as in evaluation. With one frame the stack is the
 * observation itself.
 */
export class FrameHistory {
  readonly #frames: number;
  #stack: Stack | undefined;

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
    return this.#see(observation, (stack) => stack.begin(observation));
  }

  /**
   * The episode goes on.
   *
   * @returns The stack, which is overwritten by the next call.
   */
  push(observation: Observation): Observation {
    return this.#see(observation, (stack) => stack.push(observation));
  }

  #see(observation: Observation, take: (stack: Stack) => void): Observation {
    if (this.#frames === 1) return observation;
    const { length } = observation;
    this.#stack ??= new Stack(this.#frames, length, observation instanceof Uint8Array);
    take(this.#stack);
    return this.#stack.all;
  }
}

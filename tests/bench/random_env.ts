/**
 * An environment without meaning, of any size: something to fill a replay buffer with.
 *
 * @module
 */

import { Box, Discrete, type Env, type ResetResult, type StepResult } from "../../mod.ts";

/** Chance that a step ends the episode. */
const END = 0.02;

/** Observations and rewards are uniform numbers; episodes end at random. */
export class RandomEnv implements Env<Float32Array, number> {
  readonly observationSpace: Box;
  readonly actionSpace: Discrete;
  #state = 1;

  /**
   * @param inputs Numbers in an observation.
   * @param actions How many actions there are.
   */
  constructor(inputs: number, actions: number) {
    this.observationSpace = new Box(-1, 1, [inputs]);
    this.actionSpace = new Discrete(actions);
  }

  /** Starts an episode. */
  reset(options: { seed?: number } = {}): ResetResult<Float32Array> {
    if (options.seed !== undefined) this.#state = options.seed >>> 0;
    return [this.#observe(), {}];
  }

  /** Takes any action. */
  step(_action: number): StepResult<Float32Array> {
    return [this.#observe(), this.#random(), (this.#random() + 1) / 2 < END, false, {}];
  }

  /** Holds nothing. */
  close(): void {}

  #observe(): Float32Array {
    return Float32Array.from({ length: this.observationSpace.size }, () => this.#random());
  }

  /** A number in [−1, 1), by a linear congruence (Knuth and Lewis): plenty here. */
  #random(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 31 - 1;
  }
}

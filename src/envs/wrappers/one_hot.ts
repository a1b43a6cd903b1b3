/**
 * The wrapper that makes a discrete observation a vector.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { float32Source } from "./box_of.ts";
import { ObservationWrapper } from "./observation_wrapper.ts";
import { envName } from "./wrapper.ts";

/**
 * Makes an observation of a `Discrete(n)` a Float32Array of n: 1 at its place, 0 elsewhere. That is
 * what a network wants of a number that only names a state. Gymnasium's `FlattenObservation` gives
 * the same numbers as int64.
 *
 * @example The squares of a frozen lake
 * ```ts
 * import { make, OneHot } from "@dinoq/dinoq";
 *
 * const env = new OneHot(make<number>("FrozenLake-v1"));
 * env.observationSpace.toString(); // Box(0, 1, [16], float32)
 * env.reset({ seed: 1 })[0]; // Float32Array [1, 0, 0, ...]
 * ```
 *
 * @typeParam Act an action's type
 */
export class OneHot<Act = number> extends ObservationWrapper<Float32Array, Act, number> {
  readonly #space: Discrete;
  readonly #observations: { next(): Float32Array };

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap; its observation space must be Discrete
   */
  constructor(env: Env<number, Act>) {
    const space: unknown = env.observationSpace;
    if (!(space instanceof Discrete)) {
      throw new TypeError(
        `OneHot: the observations of ${envName(env)} must be Discrete, got ${space}; ` +
          "FlattenObservation takes other spaces",
      );
    }
    super(env, new Box(0, 1, [space.n]));
    this.#space = space;
    this.#observations = float32Source(space.n);
  }

  /** `Box(0, 1, [n], float32)`. */
  override get observationSpace(): Box {
    return super.observationSpace as Box;
  }

  /** The vector. */
  override observation(observation: number): Float32Array {
    if (!this.#space.contains(observation)) {
      throw new RangeError(
        `OneHot: ${envName(this)} observed ${observation}, which is not in ${this.#space}`,
      );
    }
    const vector = this.#observations.next();
    vector[observation - this.#space.start] = 1;
    return vector;
  }
}

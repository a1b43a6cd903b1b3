/**
 * The wrapper that puts observations through a function.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { isSpace, type Space } from "../spaces/space.ts";
import { ObservationWrapper } from "./observation_wrapper.ts";
import { checkFunction } from "./transform_reward.ts";

/**
 * Puts every observation through a function, as Gymnasium's `TransformObservation`. The function
 * must leave its argument as it is and return a fresh value (or the argument itself).
 *
 * Where the results lie outside the environment's observation space, or are of another kind, give
 * the space that they lie in.
 *
 * @example Only the pole's angle and its velocity
 * ```ts
 * import { Box, make, TransformObservation } from "@dinoq/dinoq";
 *
 * const env = new TransformObservation(
 *   make("CartPole-v1"),
 *   (observation) => observation.slice(2),
 *   new Box([-0.42, -Infinity], [0.42, Infinity]),
 * );
 * env.reset({ seed: 1 })[0].length; // 2
 * ```
 *
 * @typeParam Obs an observation's type, outside
 * @typeParam Act an action's type
 * @typeParam InnerObs an observation's type, inside
 */
export class TransformObservation<Obs = Float32Array, Act = number, InnerObs = Float32Array>
  extends ObservationWrapper<Obs, Act, InnerObs> {
  readonly #transform: (observation: InnerObs) => Obs;

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap
   * @param transform the function
   * @param observationSpace what it returns; left out, the environment's observation space
   */
  constructor(
    env: Env<InnerObs, Act>,
    transform: (observation: InnerObs) => Obs,
    observationSpace?: Space<Obs>,
  ) {
    super(env, observationSpace);
    checkFunction("TransformObservation", "transform", transform);
    if (observationSpace !== undefined && !isSpace(observationSpace)) {
      throw new TypeError(
        `TransformObservation: observationSpace must be a space, got ${observationSpace}`,
      );
    }
    this.#transform = transform;
  }

  /** The function's value. */
  override observation(observation: InnerObs): Obs {
    return this.#transform(observation);
  }
}

/**
 * The wrapper that makes every observation a flat array.
 *
 * @module
 */

import type { Env } from "../env.ts";
import type { BoxArrays, BoxDtype } from "../spaces/dtype.ts";
import { type FlatArray, flatten, flattenSpace } from "../spaces/flatten.ts";
import type { BoxOf } from "./box_of.ts";
import { ObservationWrapper } from "./observation_wrapper.ts";

/**
 * Makes observations of any space flat arrays by {@linkcode flatten}, as Gymnasium's
 * `FlattenObservation`: a Box's numbers as they are, a Discrete's one-hot, a Tuple's or a Dict's
 * one after the other.
 *
 * The array's dtype is NumPy's for the numbers put together, which is not always float32: a
 * Discrete becomes an Int32Array (int64 in Gymnasium; {@linkcode OneHot} gives a Float32Array), a
 * Tuple of a Discrete and a float32 Box a Float64Array.
 *
 * @example
 * ```ts
 * import { FlattenObservation, make } from "@dinoq/dinoq";
 *
 * const env = new FlattenObservation<Int32Array, number, number>(make("FrozenLake-v1"));
 * env.observationSpace.toString(); // Box(0, 1, [16], int32)
 * env.reset({ seed: 1 })[0]; // Int32Array [1, 0, 0, ...]
 * ```
 *
 * @typeParam Obs an observation's type, outside
 * @typeParam Act an action's type
 * @typeParam InnerObs an observation's type, inside
 */
export class FlattenObservation<
  Obs extends FlatArray = Float32Array,
  Act = number,
  InnerObs = Float32Array,
> extends ObservationWrapper<Obs, Act, InnerObs> {
  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap; its observation space must be one that {@linkcode flatten}
   * knows
   */
  constructor(env: Env<InnerObs, Act>) {
    super(env, flatBox(env) as unknown as BoxOf<Obs>);
  }

  /** A Box with one axis. */
  override get observationSpace(): BoxOf<Obs> {
    return super.observationSpace as BoxOf<Obs>;
  }

  /** The flat array. */
  override observation(observation: InnerObs): Obs {
    return flatten(this.env.observationSpace, observation) as BoxArrays[BoxDtype] as Obs;
  }
}

function flatBox(env: Env<unknown, unknown>): ReturnType<typeof flattenSpace> {
  try {
    return flattenSpace(env.observationSpace);
  } catch (error) {
    throw new TypeError(`FlattenObservation: ${(error as Error).message}`, { cause: error });
  }
}

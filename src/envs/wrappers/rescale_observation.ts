/**
 * The wrapper that maps observations onto other bounds.
 *
 * @module
 */

import type { Env } from "../env.ts";
import type { Box } from "../spaces/box.ts";
import { ARRAYS } from "../spaces/dtype.ts";
import { type BoxOf, float32Source, observationBox } from "./box_of.ts";
import { ObservationWrapper } from "./observation_wrapper.ts";
import { type Bounds, rescaleBox, type Rescaling } from "./rescale_box.ts";

/** The bounds that {@linkcode RescaleObservation} maps to. */
export interface RescaleObservationOptions {
  /** The new lower bound, or one for each element. */
  readonly minObs: Bounds;
  /** The new upper bound, or one for each element. */
  readonly maxObs: Bounds;
}

/**
 * Maps observations linearly from their Box's bounds onto [`minObs`, `maxObs`], as Gymnasium's
 * `RescaleObservation`: gradient · observation + intercept, in the precision of the observation.
 *
 * Where a bound of the environment is infinite the new one must be the same. An element with one
 * finite bound is only shifted, one with none left alone.
 *
 * Only float observations can be rescaled (Gymnasium rounds the gradient of integers to an integer,
 * mostly to 0); put pixels through {@linkcode TransformObservation}. float32 results equal
 * Gymnasium's bit for bit; float64 gradients may differ in the last bit, since Gymnasium computes
 * them in 80 bits on x86-64.
 *
 * @example A car's position and velocity between -1 and 1
 * ```ts
 * import { make, RescaleObservation } from "@dinoq/dinoq";
 *
 * const env = new RescaleObservation(make("MountainCar-v0"), { minObs: -1, maxObs: 1 });
 * env.observationSpace.toString(); // Box(-1, 1, [2], float32)
 * ```
 *
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type
 */
export class RescaleObservation<
  Obs extends Float32Array | Float64Array = Float32Array,
  Act = number,
> extends ObservationWrapper<Obs, Act> {
  readonly #map: Rescaling;
  readonly #fresh: { next(): Float32Array | Float64Array };

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap; its observation space must be a Box of floats
   * @param options the bounds to map to
   */
  constructor(env: Env<Obs, Act>, options: RescaleObservationOptions) {
    const box = observationBox<Obs>("RescaleObservation", env) as unknown as Box<
      "float32" | "float64"
    >;
    if (box.dtype !== "float32" && box.dtype !== "float64") {
      throw new TypeError(
        `RescaleObservation: observations must be float32 or float64, got ${box}; ` +
          "convert them by TransformObservation first",
      );
    }
    const { minObs, maxObs } = options;
    const map = rescaleBox("RescaleObservation", box, ["minObs", minObs], ["maxObs", maxObs]);
    super(env, map.space as unknown as BoxOf<Obs>);
    this.#map = map;
    this.#fresh = box.dtype === "float32"
      ? float32Source(box.size)
      : { next: () => new ARRAYS.float64(box.size) };
  }

  /** The Box with the new bounds. */
  override get observationSpace(): BoxOf<Obs> {
    return super.observationSpace as BoxOf<Obs>;
  }

  /** The observation between the new bounds. */
  override observation(observation: Obs): Obs {
    const { gradient, intercept } = this.#map;
    const rescaled = this.#fresh.next();
    if (rescaled instanceof Float32Array) {
      for (let i = 0; i < rescaled.length; i++) {
        rescaled[i] = Math.fround(gradient[i] * observation[i]) + intercept[i];
      }
    } else {
      for (let i = 0; i < rescaled.length; i++) {
        rescaled[i] = gradient[i] * observation[i] + intercept[i];
      }
    }
    return rescaled as Obs;
  }
}

/**
 * The wrapper that gives observations mean 0 and variance 1.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { type JsonValue, recordFromJson } from "../json.ts";
import { Box } from "../spaces/box.ts";
import type { FlatArray } from "../spaces/flatten.ts";
import { float32Source, observationBox } from "./box_of.ts";
import { ObservationWrapper } from "./observation_wrapper.ts";
import { RunningMeanStd } from "./running_mean_std.ts";

/** How {@linkcode NormalizeObservation} normalises. */
export interface NormalizeObservationOptions {
  /** Added to the variance under the root, over 0; 1e-8 if left out. */
  readonly epsilon?: number;
  /** Whether observations go on being counted, true if left out; it can be switched later. */
  readonly updateRunningMean?: boolean;
}

/**
 * Makes an observation (observation - mean) / sqrt(variance + epsilon), element by element, with
 * the mean and variance of all observations so far, it included, as Gymnasium's
 * `NormalizeObservation`. Any Box in, a Float32Array out.
 *
 * The numbers equal Gymnasium's bit for bit: of float32 observations the statistics are float32
 * too, of others float64 (in NumPy's promotion), and the result is rounded to float32.
 *
 * To evaluate, set `updateRunningMean` to false, and where evaluation has an environment of its
 * own, give it the statistics learnt in training.
 *
 * @example Evaluation with the statistics of training
 * ```ts
 * import { make, NormalizeObservation } from "@dinoq/dinoq";
 *
 * const train = new NormalizeObservation(make("CartPole-v1"));
 * train.reset({ seed: 1 });
 * for (let i = 0; i < 8; i++) train.step(i % 2);
 *
 * const test = new NormalizeObservation(make("CartPole-v1"), { updateRunningMean: false });
 * test.statistics.setState(train.statistics.getState());
 * test.reset({ seed: 2 });
 * ```
 *
 * @typeParam Act an action's type
 * @typeParam InnerObs an observation's type, inside
 */
export class NormalizeObservation<Act = number, InnerObs extends FlatArray = Float32Array>
  extends ObservationWrapper<Float32Array, Act, InnerObs> {
  /** Mean, variance and count of the observations so far. */
  readonly statistics: RunningMeanStd;
  /** Whether observations go on being counted. */
  updateRunningMean: boolean;
  /** Added to the variance under the root. */
  readonly epsilon: number;
  readonly #observations: { next(): Float32Array };

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap; its observation space must be a Box
   * @param options epsilon, and whether to count
   */
  constructor(env: Env<InnerObs, Act>, options: NormalizeObservationOptions = {}) {
    const { size, shape, dtype } = observationBox<InnerObs>("NormalizeObservation", env);
    const { epsilon = 1e-8, updateRunningMean = true } = options;
    if (typeof epsilon !== "number" || !(epsilon > 0)) {
      throw new RangeError(`NormalizeObservation: epsilon must be over 0, got ${epsilon}`);
    }
    if (typeof updateRunningMean !== "boolean") {
      throw new TypeError(
        `NormalizeObservation: updateRunningMean must be a boolean, got ${updateRunningMean}`,
      );
    }
    super(env, new Box(-Infinity, Infinity, shape));
    this.statistics = new RunningMeanStd(size, dtype === "float32" ? "float32" : "float64");
    this.updateRunningMean = updateRunningMean;
    this.epsilon = epsilon;
    this.#observations = float32Source(size);
  }

  /** A Box without bounds, float32. */
  override get observationSpace(): Box {
    return super.observationSpace as Box;
  }

  /** The normalised observation. */
  override observation(observation: InnerObs): Float32Array {
    const { statistics, epsilon } = this;
    if (this.updateRunningMean) statistics.update(observation);
    const { mean, variance } = statistics;
    const normalized = this.#observations.next();
    const { fround, sqrt } = Math;
    if (statistics.dtype === "float64" && statistics.isUpdated) {
      for (let i = 0; i < normalized.length; i++) {
        normalized[i] = (observation[i] - mean[i]) / sqrt(variance[i] + epsilon);
      }
      return normalized;
    }
    // Statistics that count nothing yet are float32, whatever the observations are; a difference
    // from their mean, which is 0, needs no rounding.
    const single = fround(epsilon);
    const isSingle = statistics.dtype === "float32";
    for (let i = 0; i < normalized.length; i++) {
      const difference = observation[i] - mean[i];
      const root = fround(sqrt(fround(variance[i] + single)));
      normalized[i] = (isSingle ? fround(difference) : difference) / root;
    }
    return normalized;
  }

  /** The statistics, whether they are updated, and the space's generator. */
  protected override saveOwn(): { readonly [key: string]: JsonValue } {
    return {
      ...super.saveOwn(),
      statistics: this.statistics.getState(),
      updateRunningMean: this.updateRunningMean,
    };
  }

  /** Takes back what {@linkcode NormalizeObservation.saveOwn} gave. */
  protected override loadOwn(own: JsonValue): void {
    const record = recordFromJson(own, "the state of NormalizeObservation");
    const { updateRunningMean } = record;
    if (typeof updateRunningMean !== "boolean") {
      throw new TypeError(
        `updateRunningMean in the state of NormalizeObservation must be a boolean, got ${updateRunningMean}`,
      );
    }
    const before = this.statistics.getState();
    this.statistics.setState(record.statistics as JsonValue);
    try {
      super.loadOwn(own);
    } catch (error) {
      this.statistics.setState(before);
      throw error;
    }
    this.updateRunningMean = updateRunningMean;
  }
}

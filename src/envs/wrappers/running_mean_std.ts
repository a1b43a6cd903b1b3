/**
 * Mean and variance of a stream of arrays.
 *
 * @module
 */

import { floatFromJson, floatToJson, type JsonValue, recordFromJson } from "../json.ts";
import { arrayToJson, typedArrayFromJson } from "./array_state.ts";

/** The weight of the start, mean 0 and variance 1, as Gymnasium has it. */
const START_COUNT = 1e-4;

/**
 * Mean and variance, element by element, of all arrays that {@linkcode RunningMeanStd.update} was
 * given, as Gymnasium's `RunningMeanStd`: they start at 0 and 1 with the weight of 0.0001 arrays
 * and are updated by T. F. Chan, G. H. Golub and R. J. LeVeque, "Updating Formulae and a Pairwise
 * Algorithm for Computing Sample Variances" (1979).
 *
 * Equal to Gymnasium's bit for bit: in single precision every operation is rounded as NumPy rounds
 * it.
 *
 * @example
 * ```ts
 * import { RunningMeanStd } from "@dinoq/dinoq";
 *
 * const statistics = new RunningMeanStd(2);
 * statistics.update([1, 10]);
 * statistics.update([3, 30]);
 * statistics.mean; // about [2, 20]
 * statistics.variance; // about [1, 100]
 * ```
 */
export class RunningMeanStd {
  /** The means. */
  mean: Float32Array | Float64Array;
  /** The variances (of the whole, not of a sample). */
  variance: Float32Array | Float64Array;
  /** How many arrays there were, and 0.0001. */
  count: number = START_COUNT;
  /** Which precision is computed in. */
  readonly dtype: "float32" | "float64";

  /**
   * Starts at mean 0 and variance 1.
   *
   * @param size how many elements an array has
   * @param dtype the precision to compute in
   */
  constructor(size: number, dtype: "float32" | "float64" = "float64") {
    const Numbers = dtype === "float32" ? Float32Array : Float64Array;
    this.dtype = dtype;
    this.mean = new Numbers(size);
    this.variance = new Numbers(size).fill(1);
  }

  /** Whether an array has been counted. */
  get isUpdated(): boolean {
    return this.count !== START_COUNT;
  }

  /**
   * Counts an array.
   *
   * @param x as many numbers as the mean has
   */
  update(x: ArrayLike<number>): void {
    if (x.length !== this.mean.length) {
      throw new RangeError(
        `RunningMeanStd: update wants ${this.mean.length} numbers, got ${x.length}`,
      );
    }
    if (this.dtype === "float32") this.#updateSingle(x);
    else this.#updateDouble(x);
    this.count += 1;
  }

  #updateDouble(x: ArrayLike<number>): void {
    const { mean, variance, count, isUpdated } = this;
    const total = count + 1;
    for (let i = 0; i < mean.length; i++) {
      // A batch of one: its mean is x, its variance 0, or NaN where x is not finite.
      const delta = x[i] - mean[i];
      // Gymnasium's start is in single precision whatever follows.
      const before = isUpdated ? variance[i] * count : Math.fround(count);
      mean[i] += delta / total;
      variance[i] = (before + (x[i] - x[i]) + delta * delta * count / total) / total;
    }
  }

  #updateSingle(x: ArrayLike<number>): void {
    const { mean, variance } = this;
    const { fround } = Math;
    const count = fround(this.count);
    const total = fround(this.count + 1);
    for (let i = 0; i < mean.length; i++) {
      const delta = fround(x[i] - mean[i]);
      const before = fround(variance[i] * count);
      const added = fround(fround(fround(delta * delta) * count) / total);
      mean[i] += fround(delta / total);
      variance[i] = fround(fround(before + fround(x[i] - x[i])) + added) / total;
    }
  }

  /** The statistics, JSON-serialisable and exact. */
  getState(): JsonValue {
    return {
      mean: arrayToJson(this.mean),
      variance: arrayToJson(this.variance),
      count: floatToJson(this.count),
    };
  }

  /** Goes on from where {@linkcode RunningMeanStd.getState} was called. */
  setState(state: JsonValue): void {
    const what = "the state of RunningMeanStd";
    const record = recordFromJson(state, what);
    const { dtype, mean: { length } } = this;
    const mean = typedArrayFromJson(record.mean, dtype, length, `mean in ${what}`);
    const variance = typedArrayFromJson(record.variance, dtype, length, `variance in ${what}`);
    const count = floatFromJson(record.count, `count in ${what}`);
    if (!(count > 0)) throw new RangeError(`count in ${what} must be over 0, got ${count}`);
    this.mean = mean;
    this.variance = variance;
    this.count = count;
  }
}

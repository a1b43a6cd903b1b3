/**
 * The space of arrays with a lower and an upper bound for each element.
 *
 * @module
 */

import { standardExponential, standardNormal } from "../rng/ziggurat.ts";
import {
  ARRAYS,
  type BoxArrays,
  type BoxDtype,
  checkDtype,
  isIntegerDtype,
  RANGES,
} from "./dtype.ts";
import { checkedShape, listed, sameNumbers } from "./numbers.ts";
import { SeededSpace } from "./seeded_space.ts";

export type { BoxArrays, BoxDtype } from "./dtype.ts";

/**
 * Arrays of one shape and dtype whose elements lie between bounds (the bounds included), each of
 * which may be infinite, as Gymnasium's `Box`. Elements are flat typed arrays in row-major order.
 *
 * Samples equal Gymnasium's for the same seed. An element's distribution follows its bounds:
 *
 * | bounds            | distribution                                |
 * | ----------------- | ------------------------------------------- |
 * | low and high      | uniform (integers: high included)           |
 * | low only          | low + an exponential draw of mean 1         |
 * | high only         | high - an exponential draw of mean 1        |
 * | none              | normal, mean 0, variance 1                  |
 *
 * @example A plane with a half-bounded second coordinate
 * ```ts
 * import { Box } from "@dinoq/dinoq";
 *
 * const space = new Box([-1, 0], [1, Infinity]);
 * space.seed(7);
 * const point = space.sample(); // a Float32Array of 2
 * space.contains(point); // true
 * ```
 *
 * @typeParam D the dtype's name
 */
export class Box<D extends BoxDtype = "float32"> extends SeededSpace<BoxArrays[D]> {
  /** The lower bounds, `size` of them. */
  readonly low: BoxArrays[D];
  /** The upper bounds, `size` of them. */
  readonly high: BoxArrays[D];
  /** The lengths of the array's axes. */
  readonly shape: readonly number[];
  /** The element type. */
  readonly dtype: D;
  /** How many elements an array has. */
  readonly size: number;
  /** Which kind of interval each element has: bit 0 when bounded below, bit 1 when above. */
  readonly #bounded: Uint8Array;

  /**
   * Makes the space.
   *
   * @param low the lower bound, or one a coordinate in row-major order
   * @param high the upper bound, or one a coordinate in row-major order
   * @param shape the lengths of the axes; left out, that of the bounds, `[1]` for two numbers
   * @param dtype the element type; the bounds are rounded to it
   */
  constructor(
    low: number | ArrayLike<number>,
    high: number | ArrayLike<number>,
    shape?: readonly number[],
    dtype: D = "float32" as D,
  ) {
    super();
    checkDtype("Box", dtype, Object.keys(ARRAYS));
    this.dtype = dtype;
    [this.shape, this.size] = checkedShape(
      "Box",
      shape ?? [typeof low !== "number" ? low.length : typeof high !== "number" ? high.length : 1],
      0,
    );
    this.low = this.#bounds("low", low);
    this.high = this.#bounds("high", high);
    this.#bounded = new Uint8Array(this.size);
    for (let i = 0; i < this.size; i++) {
      if (this.low[i] > this.high[i]) {
        throw new RangeError(
          `Box: low must not exceed high, got low ${this.low[i]} and high ${
            this.high[i]
          } at index ${i}`,
        );
      }
      // By the bounds as given: an integer dtype's infinite bounds have become its limits by now.
      const below = (typeof low === "number" ? low : low[i]) > -Infinity;
      const above = (typeof high === "number" ? high : high[i]) < Infinity;
      this.#bounded[i] = (below ? 1 : 0) | (above ? 2 : 0);
    }
  }

  #bounds(name: "low" | "high", given: number | ArrayLike<number>): BoxArrays[D] {
    if (typeof given !== "number" && given.length !== this.size) {
      throw new RangeError(
        `Box: ${name} must be a number or hold ${this.size} numbers (shape [${this.shape}]), got ${given.length}`,
      );
    }
    const [min, max] = RANGES[this.dtype];
    const isInteger = isIntegerDtype(this.dtype);
    const own = name === "low" ? -Infinity : Infinity;
    const bounds = new ARRAYS[this.dtype](this.size);
    for (let i = 0; i < this.size; i++) {
      const value = typeof given === "number" ? given : given[i];
      if (value === own && isInteger && min < 0) {
        bounds[i] = name === "low" ? min : max;
        continue;
      }
      const fits = value >= min && value <= max && (!isInteger || Number.isInteger(value));
      if (!fits && (isInteger || value !== own)) {
        throw new RangeError(
          `Box: ${name} must hold ${isInteger ? "integers" : "numbers"} from ${min} to ${max}${
            isInteger && min === 0 ? "" : ` or ${own}`
          } (dtype ${this.dtype}), got ${value}`,
        );
      }
      bounds[i] = value;
    }
    return bounds;
  }

  /**
   * Whether every element is bounded.
   *
   * @param manner "below", "above", or "both", the default
   */
  isBounded(manner: "both" | "below" | "above" = "both"): boolean {
    const mask = manner === "below" ? 1 : manner === "above" ? 2 : 3;
    return this.#bounded.every((bounded) => (bounded & mask) === mask);
  }

  /**
   * A random element: a fresh array.
   *
   * @param mask there is none for a Box: an error unless null
   * @param probability there is none for a Box: an error unless null
   */
  sample(mask?: null, probability?: null): BoxArrays[D] {
    if ((mask ?? probability ?? null) !== null) {
      throw new TypeError(`Box: sample takes no ${mask ? "mask" : "probability"}`);
    }
    const isInteger = isIntegerDtype(this.dtype);
    const [min, max] = RANGES[this.dtype];
    const sample = new ARRAYS[this.dtype](this.size);
    const rng = this.rng;
    // Gymnasium draws for one kind of interval after the other, so the order is not the array's.
    for (const kind of [0, 1, 2, 3]) {
      for (let i = 0; i < this.size; i++) {
        if (this.#bounded[i] !== kind) continue;
        const low = this.low[i];
        const high = isInteger ? this.high[i] + 1 : this.high[i];
        let value: number;
        if (kind === 0) value = standardNormal(rng);
        else if (kind === 1) value = standardExponential(rng) + low;
        else if (kind === 2) value = -standardExponential(rng) + high;
        else value = low + (high - low) * rng.nextDouble();
        if (!Number.isFinite(value)) {
          throw new RangeError(
            `Box: cannot sample from ${low} to ${high}: the range overflows a double`,
          );
        }
        if (isInteger) value = Math.min(Math.max(Math.floor(value), min), max);
        sample[i] = value;
      }
    }
    return sample;
  }

  /** Whether `x` is a typed array of the box's dtype and size with every element in its bounds. */
  contains(x: unknown): x is BoxArrays[D] {
    if (!(x instanceof ARRAYS[this.dtype]) || x.length !== this.size) return false;
    for (let i = 0; i < this.size; i++) {
      // NaN fails both comparisons.
      if (!(x[i] >= this.low[i] && x[i] <= this.high[i])) return false;
    }
    return true;
  }

  /** Whether `other` is a Box with exactly the same bounds, shape and dtype. */
  equals(other: unknown): boolean {
    return other instanceof Box && other.dtype === this.dtype &&
      sameNumbers(other.shape, this.shape) && sameNumbers(other.low, this.low) &&
      sameNumbers(other.high, this.high);
  }

  /** `Box(0, 1, [4], float32)`; bounds that differ are listed. */
  override toString(): string {
    return `Box(${brief(this.low)}, ${brief(this.high)}, [${
      this.shape.join(", ")
    }], ${this.dtype})`;
  }
}

/** One number where all are equal, else the list. */
function brief(bounds: ArrayLike<number>): string {
  const numbers = Array.from(bounds);
  return numbers.length > 0 && numbers.every((value) => value === numbers[0])
    ? `${numbers[0]}`
    : listed(numbers);
}

/**
 * The space of arrays with a lower and an upper bound for each element.
 *
 * @module
 */

import { standardExponential, standardNormal } from "../rng/ziggurat.ts";
import { SeededSpace } from "./seeded_space.ts";

/** The typed array that holds an element of a {@linkcode Box}, by the box's dtype. */
export interface BoxArrays {
  /** Single precision, the usual one. */
  float32: Float32Array;
  /** Double precision. */
  float64: Float64Array;
  /** Signed bytes. */
  int8: Int8Array;
  /** Signed 16-bit integers. */
  int16: Int16Array;
  /** Signed 32-bit integers. */
  int32: Int32Array;
  /** Bytes, as images have them. */
  uint8: Uint8Array;
  /** Unsigned 16-bit integers. */
  uint16: Uint16Array;
  /** Unsigned 32-bit integers. */
  uint32: Uint32Array;
}

/** The name of a {@linkcode Box}'s element type. */
export type BoxDtype = keyof BoxArrays;

const ARRAYS: { readonly [D in BoxDtype]: new (length: number) => BoxArrays[D] } = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
};

const FLOAT32_MAX = 2 ** 128 - 2 ** 104;
const RANGES: { readonly [D in BoxDtype]: readonly [min: number, max: number] } = {
  float32: [-FLOAT32_MAX, FLOAT32_MAX],
  float64: [-Number.MAX_VALUE, Number.MAX_VALUE],
  int8: [-(2 ** 7), 2 ** 7 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 2 ** 8 - 1],
  uint16: [0, 2 ** 16 - 1],
  uint32: [0, 2 ** 32 - 1],
};

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
    if (!Object.hasOwn(ARRAYS, dtype)) {
      throw new RangeError(
        `Box: dtype must be one of ${Object.keys(ARRAYS).join(", ")}, got ${String(dtype)}`,
      );
    }
    this.shape = Object.freeze(
      shape === undefined
        ? [typeof low !== "number" ? low.length : typeof high !== "number" ? high.length : 1]
        : [...shape],
    );
    for (const length of this.shape) {
      if (!Number.isSafeInteger(length) || length < 0) {
        throw new RangeError(`Box: shape must hold integers of at least 0, got [${this.shape}]`);
      }
    }
    this.dtype = dtype;
    this.size = this.shape.reduce((product, length) => product * length, 1);
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
    const isInteger = !this.dtype.startsWith("float");
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

  /** A random element: a fresh array. */
  sample(): BoxArrays[D] {
    const isInteger = !this.dtype.startsWith("float");
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

  /** `Box(0, 1, [4], float32)`; bounds that differ are listed. */
  override toString(): string {
    return `Box(${brief(this.low)}, ${brief(this.high)}, [${
      this.shape.join(", ")
    }], ${this.dtype})`;
  }
}

/** One number where all are equal, else the list, cut after eight. */
function brief(bounds: ArrayLike<number>): string {
  const numbers = Array.from(bounds);
  if (numbers.length > 0 && numbers.every((value) => value === numbers[0])) return `${numbers[0]}`;
  return `[${numbers.slice(0, 8).join(", ")}${numbers.length > 8 ? ", ..." : ""}]`;
}

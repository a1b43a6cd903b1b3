/**
 * The space of arrays of integers, each with a range of its own.
 *
 * @module
 */

import { maskedChoice, weightedChoice } from "./choice.ts";
import { refuseBoth } from "./composite.ts";
import { ARRAYS, type BoxArrays, checkDtype, type IntegerDtype, RANGES } from "./dtype.ts";
import { checkedShape, listed, sameNumbers } from "./numbers.ts";
import { SeededSpace } from "./seeded_space.ts";

const DTYPES: readonly IntegerDtype[] = ["int8", "int16", "int32", "uint8", "uint16", "uint32"];

/** What {@linkcode MultiDiscrete} can be told beside the counts. */
export interface MultiDiscreteOptions<D extends IntegerDtype = "int32"> {
  /** The smallest value of each element, in row-major order; all 0 if left out. */
  readonly start?: ArrayLike<number>;
  /** The lengths of the axes; left out, one axis. */
  readonly shape?: readonly number[];
  /** The element type, "int32" if left out. */
  readonly dtype?: D;
}

/**
 * Arrays of integers whose element i is one of `start[i]`, ..., `start[i] + nvec[i] - 1`, as
 * Gymnasium's `MultiDiscrete`: several `Discrete` at once, such as the keys of a game controller.
 * Elements are flat typed arrays in row-major order, of int32 unless told otherwise (Gymnasium's
 * int64 would be a BigInt64Array, which does not mix with numbers). Samples are uniform and equal
 * Gymnasium's for the same seed.
 *
 * @example A direction and two buttons
 * ```ts
 * import { MultiDiscrete } from "@dinoq/dinoq";
 *
 * const space = new MultiDiscrete([5, 2, 2]);
 * space.seed(1);
 * const action = space.sample(); // an Int32Array of 3
 * space.contains(action); // true
 * new MultiDiscrete([1, 2, 3, 4], { shape: [2, 2] }); // two axes
 * ```
 *
 * @typeParam D the dtype's name
 */
export class MultiDiscrete<D extends IntegerDtype = "int32"> extends SeededSpace<BoxArrays[D]> {
  /** How many values each element has. */
  readonly nvec: BoxArrays[D];
  /** The smallest value of each element. */
  readonly start: BoxArrays[D];
  /** The lengths of the array's axes. */
  readonly shape: readonly number[];
  /** The element type. */
  readonly dtype: D;
  /** How many elements an array has. */
  readonly size: number;

  /**
   * Makes the space.
   *
   * @param nvec how many values each element has, at least 1, in row-major order
   * @param options the smallest values, the shape and the dtype
   */
  constructor(nvec: ArrayLike<number>, options: MultiDiscreteOptions<D> = {}) {
    super();
    const { start, shape, dtype = "int32" as D } = options;
    checkDtype("MultiDiscrete", dtype, DTYPES);
    this.dtype = dtype;
    if (typeof nvec !== "object" || nvec === null) {
      throw new TypeError(`MultiDiscrete: nvec must be a list of counts, got ${nvec}`);
    }
    [this.shape, this.size] = checkedShape("MultiDiscrete", shape ?? [nvec.length], 1);
    const [min, max] = RANGES[dtype];
    this.nvec = this.#integers("nvec", nvec, 1, max);
    this.start = start === undefined
      ? new ARRAYS[dtype](this.size)
      : this.#integers("start", start, min, max);
    for (let i = 0; i < this.size; i++) {
      const last = this.start[i] + (this.nvec[i] - 1);
      if (last > max) {
        throw new RangeError(
          `MultiDiscrete: start + nvec - 1 must be at most ${max} (dtype ${dtype}), got ${last} at index ${i}`,
        );
      }
    }
  }

  #integers(name: string, given: ArrayLike<number>, min: number, max: number): BoxArrays[D] {
    if (given.length !== this.size) {
      throw new RangeError(
        `MultiDiscrete: ${name} must hold ${this.size} integers (shape [${this.shape}]), got ${given.length}`,
      );
    }
    const integers = new ARRAYS[this.dtype](this.size);
    for (let i = 0; i < this.size; i++) {
      if (!Number.isInteger(given[i]) || given[i] < min || given[i] > max) {
        throw new RangeError(
          `MultiDiscrete: ${name} must hold integers from ${min} to ${max} (dtype ${this.dtype}), got ${
            given[i]
          } at index ${i}`,
        );
      }
      integers[i] = given[i];
    }
    return integers;
  }

  /**
   * A random element: a fresh array.
   *
   * @param mask a mask for each element, in row-major order: `nvec[i]` zeros and ones, 1 for each
   * value that may be drawn; where all are 0, the smallest is taken
   * @param probability the probabilities of each element's values: `nvec[i]` numbers from 0 to 1 that
   * sum to 1
   */
  sample(
    mask?: readonly ArrayLike<number>[] | null,
    probability?: readonly ArrayLike<number>[] | null,
  ): BoxArrays[D] {
    refuseBoth("MultiDiscrete", mask, probability);
    this.#checkCount("mask", mask);
    this.#checkCount("probability", probability);
    const sample = new ARRAYS[this.dtype](this.size);
    const rng = this.rng;
    for (let i = 0; i < this.size; i++) {
      const n = this.nvec[i];
      let value: number;
      if (mask) value = maskedChoice(rng, mask[i], n, `MultiDiscrete, element ${i}`);
      else if (probability) {
        value = weightedChoice(rng, probability[i], n, `MultiDiscrete, element ${i}`, true);
      } else value = Math.floor(rng.nextDouble() * n);
      sample[i] = this.start[i] + value;
    }
    return sample;
  }

  #checkCount(name: string, given: readonly ArrayLike<number>[] | null | undefined): void {
    if (given === undefined || given === null) return;
    if (!Array.isArray(given) || given.length !== this.size) {
      throw new TypeError(
        `MultiDiscrete: ${name} must be an array of ${this.size} lists, one for each element, got ${
          Array.isArray(given) ? given.length : typeof given
        }`,
      );
    }
  }

  /** Whether `x` is a typed array of the dtype and size with every element in its range. */
  contains(x: unknown): x is BoxArrays[D] {
    if (!(x instanceof ARRAYS[this.dtype]) || x.length !== this.size) return false;
    for (let i = 0; i < this.size; i++) {
      if (x[i] < this.start[i] || x[i] - this.start[i] >= this.nvec[i]) return false;
    }
    return true;
  }

  /** Whether `other` is a MultiDiscrete with the same counts, smallest values, shape and dtype. */
  equals(other: unknown): boolean {
    return other instanceof MultiDiscrete && other.dtype === this.dtype &&
      sameNumbers(other.shape, this.shape) && sameNumbers(other.nvec, this.nvec) &&
      sameNumbers(other.start, this.start);
  }

  /** `MultiDiscrete([5, 2, 2])`; start, shape and dtype are told where they are not the usual ones. */
  override toString(): string {
    const parts = [listed(this.nvec)];
    if (Array.from(this.start).some((value) => value !== 0)) {
      parts.push(`start=${listed(this.start)}`);
    }
    if (this.shape.length !== 1) parts.push(`shape=[${this.shape.join(", ")}]`);
    if (this.dtype !== "int32") parts.push(`dtype=${this.dtype}`);
    return `MultiDiscrete(${parts.join(", ")})`;
  }
}

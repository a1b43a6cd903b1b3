/**
 * The space of arrays of bits.
 *
 * @module
 */

import { refuseBoth } from "./composite.ts";
import { checkedShape, sameNumbers } from "./numbers.ts";
import { SeededSpace } from "./seeded_space.ts";

/**
 * Arrays of zeros and ones, as Gymnasium's `MultiBinary`: flat Int8Arrays in row-major order (int8 is
 * what Gymnasium has). Samples are fair coin tosses and equal Gymnasium's for the same seed.
 *
 * @example Five switches
 * ```ts
 * import { MultiBinary } from "@dinoq/dinoq";
 *
 * const space = new MultiBinary(5);
 * space.seed(1);
 * const switches = space.sample(); // an Int8Array of 5
 * space.contains(switches); // true
 * new MultiBinary([3, 2]); // two axes
 * ```
 */
export class MultiBinary extends SeededSpace<Int8Array> {
  /** The lengths of the array's axes. */
  readonly shape: readonly number[];
  /** How many elements an array has. */
  readonly size: number;
  /** The element type. */
  readonly dtype = "int8" as const;

  /**
   * Makes the space.
   *
   * @param n how many bits, or the lengths of the axes, each at least 1
   */
  constructor(n: number | readonly number[]) {
    super();
    if (typeof n !== "number" && !Array.isArray(n)) {
      throw new TypeError(`MultiBinary: n must be an integer or an array of them, got ${n}`);
    }
    [this.shape, this.size] = checkedShape(
      "MultiBinary",
      typeof n === "number" ? [n] : n as readonly number[],
      1,
    );
  }

  /**
   * A random element: a fresh array.
   *
   * @param mask what each element is to be: 0, 1, or 2 for random
   * @param probability the probability that an element is 1, for each
   */
  sample(mask?: ArrayLike<number> | null, probability?: ArrayLike<number> | null): Int8Array {
    refuseBoth("MultiBinary", mask, probability);
    if (probability) return this.#weighted(probability);
    if (mask) this.#check("mask", mask, "0, 1 or 2", (x) => x === 0 || x === 1 || x === 2);
    const sample = new Int8Array(this.size);
    let bytes = 0;
    for (let i = 0; i < this.size; i++) {
      // NumPy cuts a 32-bit draw into four bytes and takes the top bit of each; a new call starts
      // with a new draw. Under a mask Gymnasium tosses for all elements, the fixed ones too.
      bytes = i % 4 === 0 ? this.rng.next32() : bytes >>> 8;
      sample[i] = mask && mask[i] !== 2 ? mask[i] : bytes >>> 7 & 1;
    }
    return sample;
  }

  #weighted(probability: ArrayLike<number>): Int8Array {
    this.#check("probability", probability, "numbers from 0 to 1", (x) => x >= 0 && x <= 1);
    const sample = new Int8Array(this.size);
    for (let i = 0; i < this.size; i++) {
      sample[i] = this.rng.nextDouble() <= probability[i] ? 1 : 0;
    }
    return sample;
  }

  #check(
    name: string,
    given: ArrayLike<number>,
    wanted: string,
    fits: (value: number) => boolean,
  ): void {
    if (given.length !== this.size) {
      throw new TypeError(
        `MultiBinary: ${name} must hold ${this.size} numbers, one for each element, got ${given.length}`,
      );
    }
    for (let i = 0; i < this.size; i++) {
      if (!fits(given[i])) {
        throw new RangeError(
          `MultiBinary: ${name} must hold ${wanted}, got ${given[i]} at index ${i}`,
        );
      }
    }
  }

  /** Whether `x` is an Int8Array of the right size that holds only 0 and 1. */
  contains(x: unknown): x is Int8Array {
    return x instanceof Int8Array && x.length === this.size &&
      x.every((value) => value === 0 || value === 1);
  }

  /** Whether `other` is a MultiBinary of the same shape. */
  equals(other: unknown): boolean {
    return other instanceof MultiBinary && sameNumbers(other.shape, this.shape);
  }

  /** `MultiBinary(5)`, or `MultiBinary([3, 2])`. */
  override toString(): string {
    return this.shape.length === 1
      ? `MultiBinary(${this.size})`
      : `MultiBinary([${this.shape.join(", ")}])`;
  }
}

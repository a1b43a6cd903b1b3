/**
 * The space of finitely many consecutive integers.
 *
 * @module
 */

import { integers } from "../rng/integers.ts";
import { maskedChoice, weightedChoice } from "./choice.ts";
import { refuseBoth } from "./composite.ts";
import { SeededSpace } from "./seeded_space.ts";

/**
 * The integers `start`, ..., `start + n - 1`, as Gymnasium's `Discrete`; samples are uniform and
 * equal Gymnasium's for the same seed, those by a mask or by probabilities too.
 *
 * @example Two actions
 * ```ts
 * import { Discrete } from "@dinoq/dinoq";
 *
 * const space = new Discrete(2);
 * space.seed(1);
 * const action = space.sample(); // 0 or 1
 * space.contains(action); // true
 * ```
 */
export class Discrete extends SeededSpace<number> {
  /** How many elements there are. */
  readonly n: number;
  /** The smallest element. */
  readonly start: number;

  /**
   * Makes the space.
   *
   * @param n how many elements, at least 1
   * @param options `start`: the smallest element, 0 if left out
   */
  constructor(n: number, options: { readonly start?: number } = {}) {
    super();
    const { start = 0 } = options;
    if (!Number.isSafeInteger(n) || n < 1) {
      throw new RangeError(`Discrete: n must be an integer from 1 to 2^53 - 1, got ${n}`);
    }
    if (!Number.isSafeInteger(start)) {
      throw new RangeError(`Discrete: start must be an integer under 2^53 in size, got ${start}`);
    }
    if (!Number.isSafeInteger(start + (n - 1))) {
      throw new RangeError(
        `Discrete: start + n - 1 must be at most 2^53 - 1, got start ${start} and n ${n}`,
      );
    }
    this.n = n;
    this.start = start;
  }

  /**
   * A random element, uniform unless told otherwise.
   *
   * @param mask `n` zeros and ones: 1 for each element that may be drawn, in their order (such as
   * `info.action_mask` of Taxi); where all are 0, `start` is returned
   * @param probability `n` numbers from 0 to 1 that sum to 1: the probability of each element
   */
  sample(mask?: ArrayLike<number> | null, probability?: ArrayLike<number> | null): number {
    refuseBoth("Discrete", mask, probability);
    if (mask) return this.start + maskedChoice(this.rng, mask, this.n, "Discrete");
    if (probability) {
      return this.start + weightedChoice(this.rng, probability, this.n, "Discrete", false);
    }
    return this.start + integers(this.rng, this.n);
  }

  /** Whether `x` is an integer from `start` to `start + n - 1`. */
  contains(x: unknown): x is number {
    return Number.isInteger(x) && (x as number) >= this.start &&
      (x as number) < this.start + this.n;
  }

  /** Whether `other` is a Discrete with the same `n` and `start`. */
  equals(other: unknown): boolean {
    return other instanceof Discrete && other.n === this.n && other.start === this.start;
  }

  /** `Discrete(3)`, or `Discrete(3, start=-1)`. */
  override toString(): string {
    return this.start === 0 ? `Discrete(${this.n})` : `Discrete(${this.n}, start=${this.start})`;
  }
}

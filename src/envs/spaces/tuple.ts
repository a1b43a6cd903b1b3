/**
 * The space of lists whose elements each lie in a space of their own.
 *
 * @module
 */

import { arrayFromJson, type JsonValue } from "../json.ts";
import { allOrNone, refuseBoth, setStates, subSeeds } from "./composite.ts";
import {
  type ElementOf,
  isSpace,
  type SampleWeights,
  type Space,
  type SpaceSeed,
} from "./space.ts";

/** The arrays that are elements of a {@linkcode Tuple} of such spaces. */
export type TupleElements<S extends readonly Space<unknown>[]> = {
  -readonly [K in keyof S]: ElementOf<S[K]>;
};

/**
 * The product of some spaces, as Gymnasium's `Tuple`: an element is an array with an element of each,
 * in their order. Samples equal Gymnasium's for the same seed.
 *
 * @example A count and a point
 * ```ts
 * import { Box, Discrete, Tuple } from "@dinoq/dinoq";
 *
 * const space = new Tuple([new Discrete(3), new Box(-1, 1, [2])]);
 * space.seed(1); // or space.seed([1, 2]): a seed for each
 * const [count, point] = space.sample(); // a number and a Float32Array
 * space.contains([count, point]); // true
 * ```
 *
 * @typeParam S the spaces' types, e.g. `[Discrete, Box]`
 */
export class Tuple<S extends readonly Space<unknown>[]> implements Space<TupleElements<S>> {
  /** The spaces of the elements. */
  readonly spaces: S;

  /**
   * Makes the space.
   *
   * @param spaces the elements' spaces, in order
   */
  constructor(spaces: readonly [...S]) {
    if (!Array.isArray(spaces)) {
      throw new TypeError(`Tuple: spaces must be an array of spaces, got ${spaces}`);
    }
    spaces.forEach((space, i) => {
      if (!isSpace(space)) {
        throw new TypeError(`Tuple: spaces must hold spaces, got ${space} at index ${i}`);
      }
    });
    this.spaces = Object.freeze([...spaces]) as readonly unknown[] as S;
  }

  /**
   * A random element: a fresh array.
   *
   * @param mask a list with a mask (or null) for each space
   * @param probability a list with probabilities (or null) for each space
   */
  sample(mask?: SampleWeights, probability?: SampleWeights): TupleElements<S> {
    refuseBoth("Tuple", mask, probability);
    const masks = this.#weights("mask", mask);
    const probabilities = this.#weights("probability", probability);
    return this.spaces.map((space, i) =>
      space.sample(masks?.[i], probabilities?.[i])
    ) as readonly unknown[] as TupleElements<S>;
  }

  #weights(name: string, given: SampleWeights): readonly SampleWeights[] | undefined {
    if (given === undefined || given === null) return undefined;
    if (!Array.isArray(given) || given.length !== this.spaces.length) {
      throw new TypeError(
        `Tuple: ${name} must be an array of ${this.spaces.length}, one for each space, got ${
          Array.isArray(given) ? given.length : typeof given
        }`,
      );
    }
    return given as readonly SampleWeights[];
  }

  /**
   * Seeds the spaces inside, as Gymnasium does: the same seeds, the same samples.
   *
   * @param seed an integer, from which a seed for each space is drawn; or a list of seeds, one for
   * each space; left out, the operating system gives seeds
   */
  seed(seed?: SpaceSeed): void {
    const count = this.spaces.length;
    let seeds: readonly SpaceSeed[];
    if (seed === undefined || seed === null) seeds = new Array(count).fill(undefined);
    else if (typeof seed === "number") seeds = subSeeds(seed, count);
    else if (Array.isArray(seed) && seed.length === count) seeds = seed;
    else {
      throw new TypeError(
        `Tuple: seed must be an integer or an array of ${count} seeds, one for each space, got ${
          Array.isArray(seed) ? `${seed.length} seeds` : typeof seed
        }`,
      );
    }
    allOrNone(this.spaces, () => this.spaces.forEach((space, i) => space.seed(seeds[i])));
  }

  /** Whether `x` is an array of the right length whose elements lie in their spaces. */
  contains(x: unknown): x is TupleElements<S> {
    return Array.isArray(x) && x.length === this.spaces.length &&
      this.spaces.every((space, i) => space.contains(x[i]));
  }

  /** Whether `other` is a Tuple of equal spaces in the same order. */
  equals(other: unknown): boolean {
    return other instanceof Tuple && other.spaces.length === this.spaces.length &&
      this.spaces.every((space, i) => space.equals(other.spaces[i]));
  }

  /** The states of the spaces inside, a list. */
  getState(): JsonValue {
    return this.spaces.map((space) => space.getState());
  }

  /** Goes on sampling from where {@linkcode Tuple.getState} was called. */
  setState(state: JsonValue): void {
    const states = arrayFromJson(state, `the state of ${this}`);
    if (states.length !== this.spaces.length) {
      throw new RangeError(
        `the state of ${this} must hold ${this.spaces.length} states, got ${states.length}`,
      );
    }
    setStates(this.spaces, states);
  }

  /** `Tuple(Discrete(3), Box(-1, 1, [2], float32))`. */
  toString(): string {
    return `Tuple(${this.spaces.join(", ")})`;
  }
}

/**
 * Spaces: what an environment's observations and actions are, as in Gymnasium.
 *
 * @module
 */

import type { JsonValue } from "../json.ts";

/** A set of values that can be sampled and tested for membership. */
export interface Space<T> {
  /** A random element, by the space's own generator, which is seeded by {@linkcode Space.seed}. */
  sample(): T;
  /** Seeds the generator; without a seed the operating system gives one. */
  seed(seed?: number): void;
  /** Whether `x` is an element. */
  contains(x: unknown): x is T;
  /** The generator's state, JSON-serialisable and exact. */
  getState(): JsonValue;
  /** Goes on sampling from where {@linkcode Space.getState} was called. */
  setState(state: JsonValue): void;
  /** The space in words, e.g. `Discrete(2)`. */
  toString(): string;
}

/**
 * Spaces: what an environment's observations and actions are, as in Gymnasium.
 *
 * @module
 */

import type { JsonValue } from "../json.ts";

/**
 * What {@linkcode Space.seed} takes: a number; for a `Tuple` also a list of such, for a `Dict` also a
 * record of such, one for each space inside. `undefined` or `null` stands for a seed of the operating
 * system's.
 */
export type SpaceSeed =
  | undefined
  | null
  | number
  | readonly SpaceSeed[]
  | { readonly [key: string]: SpaceSeed };

/**
 * What {@linkcode Space.sample} takes as a mask or as probabilities: numbers; for a `Tuple` or a
 * `MultiDiscrete` a list of such, for a `Dict` a record of such. `undefined` or `null` asks for an
 * ordinary sample.
 */
export type SampleWeights =
  | undefined
  | null
  | ArrayLike<number>
  | readonly SampleWeights[]
  | { readonly [key: string]: SampleWeights };

/** A set of values that can be sampled and tested for membership. */
export interface Space<T> {
  /**
   * A random element, by the space's own generator, which is seeded by {@linkcode Space.seed}. What
   * a mask and probabilities are, each space's page says; `Box` takes neither, and none takes both.
   */
  sample(mask?: SampleWeights, probability?: SampleWeights): T;
  /** Seeds the generator; without a seed the operating system gives one. */
  seed(seed?: SpaceSeed): void;
  /** Whether `x` is an element. */
  contains(x: unknown): x is T;
  /** Whether `other` is a space of the same kind with the same elements. */
  equals(other: unknown): boolean;
  /** The generator's state, JSON-serialisable and exact. */
  getState(): JsonValue;
  /** Goes on sampling from where {@linkcode Space.getState} was called. */
  setState(state: JsonValue): void;
  /** The space in words, e.g. `Discrete(2)`. */
  toString(): string;
}

/** What a space's elements are: `ElementOf<Discrete>` is `number`. */
export type ElementOf<S> = S extends Space<infer T> ? T : never;

/** Whether `x` has what a space needs. */
export function isSpace(x: unknown): x is Space<unknown> {
  if (typeof x !== "object" || x === null) return false;
  const space = x as Readonly<Record<string, unknown>>;
  return ["sample", "seed", "contains", "equals", "getState", "setState"].every((name) =>
    typeof space[name] === "function"
  );
}

/**
 * The space of records whose values each lie in a space of their own.
 *
 * @module
 */

import { type JsonValue, recordFromJson } from "../json.ts";
import { allOrNone, refuseBoth, setStates, subSeeds } from "./composite.ts";
import {
  type ElementOf,
  isSpace,
  type SampleWeights,
  type Space,
  type SpaceSeed,
} from "./space.ts";

/** A record of spaces. */
export type SpaceRecord = { readonly [key: string]: Space<unknown> };

/** The records that are elements of a {@linkcode Dict} of such spaces. */
export type DictElements<S extends SpaceRecord> = {
  -readonly [K in keyof S]: ElementOf<S[K]>;
};

/** What {@linkcode Dict} can be told beside the spaces. */
export interface DictOptions {
  /**
   * Whether keys are put in order, by code points, as Gymnasium does with a `dict`. Without it they
   * keep the record's order, as in Gymnasium with `sort_keys=False`, an `OrderedDict` or a list of
   * pairs; but JavaScript itself puts keys that look like integers first. True if left out.
   */
  readonly sortKeys?: boolean;
}

/**
 * The product of some named spaces, as Gymnasium's `Dict`: an element is a record with an element of
 * each. Samples equal Gymnasium's for the same seed. The order of the keys decides which space gets
 * which seed, and where it lies in a flattened element.
 *
 * @example A robot's state
 * ```ts
 * import { Box, Dict, Discrete } from "@dinoq/dinoq";
 *
 * const space = new Dict({ position: new Box(-1, 1, [2]), gear: new Discrete(5) });
 * space.keys; // ["gear", "position"]
 * space.seed(1); // or space.seed({ gear: 1, position: 2 }): a seed for each
 * const { gear, position } = space.sample(); // a number and a Float32Array
 * space.contains({ gear, position }); // true
 * ```
 *
 * @typeParam S the spaces' types, e.g. `{ position: Box; gear: Discrete }`
 */
export class Dict<S extends SpaceRecord> implements Space<DictElements<S>> {
  /** The spaces by key. */
  readonly spaces: S;
  /** The keys, in the space's order. */
  readonly keys: readonly (keyof S & string)[];
  readonly #values: readonly Space<unknown>[];

  /**
   * Makes the space.
   *
   * @param spaces the values' spaces by key
   * @param options whether to put the keys in order
   */
  constructor(spaces: S, options: DictOptions = {}) {
    const { sortKeys = true } = options;
    if (!isRecord(spaces) || isSpace(spaces)) {
      throw new TypeError(`Dict: spaces must be a record of spaces, got ${spaces}`);
    }
    const keys = Object.keys(spaces);
    if (sortKeys) keys.sort(byCodePoints);
    for (const key of keys) {
      if (!isSpace(spaces[key])) {
        throw new TypeError(
          `Dict: spaces must hold spaces, got ${String(spaces[key])} for ${JSON.stringify(key)}`,
        );
      }
    }
    this.keys = Object.freeze(keys);
    this.#values = keys.map((key) => spaces[key]);
    this.spaces = Object.freeze(this.#record((space) => space)) as S;
  }

  /** A record with a value for each space, in order. */
  #record<V>(value: (space: Space<unknown>, key: string) => V): { [key: string]: V } {
    return Object.fromEntries(this.keys.map((key, i) => [key, value(this.#values[i], key)]));
  }

  /**
   * A random element: a fresh record.
   *
   * @param mask a record with a mask (or null) for each space
   * @param probability a record with probabilities (or null) for each space
   */
  sample(mask?: SampleWeights, probability?: SampleWeights): DictElements<S> {
    refuseBoth("Dict", mask, probability);
    const masks = this.#weights("mask", mask);
    const probabilities = this.#weights("probability", probability);
    return this.#record((space, key) =>
      space.sample(masks?.[key], probabilities?.[key])
    ) as DictElements<S>;
  }

  #weights(
    name: string,
    given: SampleWeights,
  ): { readonly [key: string]: SampleWeights } | undefined {
    if (given === undefined || given === null) return undefined;
    this.#checkKeys(name, given);
    return given as { readonly [key: string]: SampleWeights };
  }

  #checkKeys(name: string, given: unknown, or = ""): void {
    if (!this.#hasKeys(given)) {
      throw new TypeError(
        `Dict: ${name} must be ${or}a record with the keys ${this.keys.join(", ")}, got ${
          isRecord(given) ? `the keys ${Object.keys(given).join(", ")}` : String(given)
        }`,
      );
    }
  }

  #hasKeys(x: unknown): x is { readonly [key: string]: unknown } {
    return isRecord(x) && Object.keys(x).length === this.keys.length &&
      this.keys.every((key) => Object.hasOwn(x, key));
  }

  /**
   * Seeds the spaces inside, as Gymnasium does: the same seeds, the same samples.
   *
   * @param seed an integer, from which a seed for each space is drawn, in the order of the keys; or a
   * record of seeds, one for each space; left out, the operating system gives seeds
   */
  seed(seed?: SpaceSeed): void {
    let seeds: { readonly [key: string]: SpaceSeed };
    if (seed === undefined || seed === null) seeds = {};
    else if (typeof seed === "number") {
      const drawn = subSeeds(seed, this.keys.length);
      seeds = Object.fromEntries(this.keys.map((key, i) => [key, drawn[i]]));
    } else {
      this.#checkKeys("seed", seed, "an integer or ");
      seeds = seed as { readonly [key: string]: SpaceSeed };
    }
    allOrNone(this.#values, () => this.#record((space, key) => space.seed(seeds[key])));
  }

  /** Whether `x` is a record with exactly the space's keys whose values lie in their spaces. */
  contains(x: unknown): x is DictElements<S> {
    return this.#hasKeys(x) && this.keys.every((key, i) => this.#values[i].contains(x[key]));
  }

  /** Whether `other` is a Dict with the same keys, in any order, and equal spaces. */
  equals(other: unknown): boolean {
    return other instanceof Dict && this.#hasKeys(other.spaces) &&
      this.keys.every((key, i) => this.#values[i].equals(other.spaces[key]));
  }

  /** The states of the spaces inside, a record. */
  getState(): JsonValue {
    return this.#record((space) => space.getState());
  }

  /** Goes on sampling from where {@linkcode Dict.getState} was called. */
  setState(state: JsonValue): void {
    const states = recordFromJson(state, `the state of ${this}`);
    this.#checkKeys("state", states);
    setStates(this.#values, this.keys.map((key) => states[key]));
  }

  /** `Dict("gear": Discrete(5), "position": Box(-1, 1, [2], float32))`. */
  toString(): string {
    const parts = this.keys.map((key, i) => `${JSON.stringify(key)}: ${this.#values[i]}`);
    return `Dict(${parts.join(", ")})`;
  }
}

function isRecord(x: unknown): x is { readonly [key: string]: unknown } {
  return typeof x === "object" && x !== null && !Array.isArray(x) && !ArrayBuffer.isView(x);
}

/** Python's order of strings; JavaScript's own compares UTF-16 halves. */
function byCodePoints(a: string, b: string): number {
  const as = Array.from(a), bs = Array.from(b);
  for (let i = 0; i < as.length && i < bs.length; i++) {
    if (as[i] !== bs[i]) return as[i].codePointAt(0)! - bs[i].codePointAt(0)!;
  }
  return as.length - bs.length;
}

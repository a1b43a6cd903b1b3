/**
 * What all spaces share: a random generator that comes to life when first needed.
 *
 * @module
 */

import type { JsonValue } from "../json.ts";
import { generatorFromJson, generatorToJson, PCG64 } from "../rng/pcg64.ts";
import type { SampleWeights, Space } from "./space.ts";

/** Base class of spaces: keeps the generator, its seed and its state. */
export abstract class SeededSpace<T> implements Space<T> {
  #rng: PCG64 | undefined;

  /** The generator to sample by; a space that nobody seeded seeds itself. */
  protected get rng(): PCG64 {
    return this.#rng ??= new PCG64();
  }

  /** A random element, restricted by a mask or weighted by probabilities where the space has them. */
  abstract sample(mask?: SampleWeights, probability?: SampleWeights): T;

  /** Whether `x` is an element. */
  abstract contains(x: unknown): x is T;

  /** Whether `other` is a space of the same kind with the same elements. */
  abstract equals(other: unknown): boolean;

  /**
   * Seeds the generator: the same seed, the same samples, and the same as Gymnasium's.
   *
   * @param seed an integer from 0 to 2^53 - 1; left out, the operating system gives one
   */
  seed(seed?: number | null): void {
    this.#rng = new PCG64(seed ?? undefined);
  }

  /** The generator's state, JSON-serialisable; `null` when nothing has seeded it yet. */
  getState(): JsonValue {
    return generatorToJson(this.#rng);
  }

  /** Goes on sampling from where {@linkcode SeededSpace.getState} was called. */
  setState(state: JsonValue): void {
    this.#rng = generatorFromJson(state);
  }
}

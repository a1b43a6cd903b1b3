/**
 * Batches: the observations of all lanes in one array.
 *
 * @module
 */

import { ArraySource } from "../array_source.ts";
import type { Space } from "../spaces/space.ts";
import { ARRAYS, type Layout, layoutOf, misfit, put } from "./layout.ts";
import type { ObservationArray, ObservationBatch } from "./vector_env.ts";

/** The longest arrays that are cut from shared buffers, where that saves time. */
const LONGEST_VIEW = 1024;

/** Makes fresh batches of observations. */
export class Batcher<Obs> {
  /** How observations lie in a batch; undefined when a batch is a plain array. */
  readonly layout: Layout | undefined;
  readonly #count: number;
  readonly #name: string;
  readonly #views: ArraySource<Float32Array> | undefined;

  /**
   * @param space a single environment's observation space
   * @param count how many observations a batch holds
   * @param name the environment's, for errors
   */
  constructor(space: Space<Obs>, count: number, name: string) {
    this.layout = layoutOf(space);
    this.#count = count;
    this.#name = name;
    const length = count * (this.layout?.size ?? 0);
    if (this.layout?.array === "Float32Array" && length <= LONGEST_VIEW) {
      this.#views = new ArraySource(Float32Array, length);
    }
  }

  /** An array for a batch, all zeros. */
  #empty(layout: Layout): ObservationArray {
    return this.#views?.next() ?? new ARRAYS[layout.array](layout.size * this.#count);
  }

  /**
   * A batch of these observations.
   *
   * @throws {TypeError} When an observation has another type or length than its space says.
   */
  batch(observations: readonly Obs[]): ObservationBatch<Obs> {
    const { layout } = this;
    if (layout === undefined) return observations.slice() as ObservationBatch<Obs>;
    const array = this.#empty(layout);
    for (let lane = 0; lane < this.#count; lane++) {
      const wanted = misfit(layout, observations[lane]);
      if (wanted !== undefined) {
        throw new TypeError(`${this.#name}, lane ${lane}: the observation must be ${wanted}`);
      }
      put(layout, array, lane, observations[lane]);
    }
    return array as ObservationBatch<Obs>;
  }
}

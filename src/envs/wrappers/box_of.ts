/**
 * What wrappers of array observations share: the space's type and the check that it is a Box.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { ArraySource } from "../array_source.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import type { BoxArrays, BoxDtype } from "../spaces/dtype.ts";
import type { FlatArray } from "../spaces/flatten.ts";
import type { Space } from "../spaces/space.ts";
import { envName } from "./wrapper.ts";

/** The name of an array's element type: `DtypeOf<Uint8Array>` is `"uint8"`. */
export type DtypeOf<A> = { [D in BoxDtype]: A extends BoxArrays[D] ? D : never }[BoxDtype];

/** The Box whose elements are such arrays: `BoxOf<Uint8Array>` is a `Box<"uint8">`. */
export type BoxOf<A> = Space<A> & Box<DtypeOf<A>>;

/**
 * The environment's observation space, which must be a Box.
 *
 * @param who the wrapper that asks, for the error
 */
export function observationBox<A extends FlatArray>(who: string, env: Env<A, unknown>): BoxOf<A> {
  const space: Space<unknown> = env.observationSpace;
  if (space instanceof Box) return space as unknown as BoxOf<A>;
  const remedy = space instanceof Discrete ? "OneHot" : "FlattenObservation";
  throw new TypeError(
    `${who}: the observations of ${envName(env)} must lie in a Box, got ${space}; ` +
      `wrap the environment in ${remedy} first`,
  );
}

/** Larger arrays are made one by one: 64 of them in a buffer would keep too much alive. */
const LARGEST_SHARED = 1024;

/** Makes fresh zeroed Float32Arrays of one length. */
export function float32Source(length: number): { next(): Float32Array } {
  return length > LARGEST_SHARED
    ? { next: () => new Float32Array(length) }
    : new ArraySource(Float32Array, length);
}

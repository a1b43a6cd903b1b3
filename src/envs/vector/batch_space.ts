/**
 * Spaces of batches: what the observations and actions of all lanes are together.
 *
 * @module
 */

import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import type { BoxDtype } from "../spaces/dtype.ts";
import { MultiBinary } from "../spaces/multi_binary.ts";
import { MultiDiscrete } from "../spaces/multi_discrete.ts";
import type { Space } from "../spaces/space.ts";
import { ARRAYS, isTypedArray, layoutOf } from "./layout.ts";
import type { ObservationBatch } from "./vector_env.ts";

/**
 * The space of `n` elements of a space in one typed array, as Gymnasium's `batch_space`; samples equal
 * Gymnasium's for the same seed.
 *
 * | space           | batch                          |
 * | --------------- | ------------------------------ |
 * | `Box`           | `Box` with the shape [n, ...]  |
 * | `Discrete`      | `MultiDiscrete` of n           |
 * | `MultiDiscrete` | `Box` with the shape [n, ...]  |
 * | `MultiBinary`   | `Box` with the shape [n, ...]  |
 *
 * @example
 * ```ts
 * import { batchSpace, Discrete } from "@dinoq/dinoq";
 *
 * const actions = batchSpace(new Discrete(2), 3);
 * actions.seed(1);
 * actions.sample(); // an Int32Array of 3, each 0 or 1
 * ```
 *
 * @param space a single element's space; another kind than these is an error
 * @param n how many elements, at least 1
 * @typeParam T a single element
 */
export function batchSpace<T>(space: Space<T>, n: number): Space<ObservationBatch<T>> {
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new RangeError(`batchSpace: n must be an integer of at least 1, got ${n}`);
  }
  return batched(space, n) as unknown as Space<ObservationBatch<T>>;
}

function batched(space: Space<unknown>, n: number): Space<unknown> {
  const box = (low: ArrayLike<number>, high: ArrayLike<number>, of: Shaped) =>
    new Box(tiled(low, n), tiled(high, n), [n, ...of.shape], of.dtype);
  if (space instanceof Box) return box(space.low, space.high, space as Shaped);
  if (space instanceof MultiDiscrete) {
    const { start, nvec } = space as MultiDiscrete;
    return box(start, Array.from(nvec, (count, i) => start[i] + (count - 1)), space as Shaped);
  }
  if (space instanceof MultiBinary) return new Box(0, 1, [n, ...space.shape], space.dtype);
  if (space instanceof Discrete) {
    return new MultiDiscrete(new Array(n).fill(space.n), {
      start: new Array(n).fill(space.start),
    });
  }
  throw new TypeError(
    `batchSpace: elements of ${space} do not fit into one typed array; Box, Discrete, MultiDiscrete ` +
      `and MultiBinary do`,
  );
}

interface Shaped {
  readonly shape: readonly number[];
  readonly dtype: BoxDtype;
}

function tiled(numbers: ArrayLike<number>, n: number): number[] {
  return Array.from({ length: n }, () => Array.from(numbers)).flat();
}

/** Actions one by one, also where they come as one flat typed array; `who` is named in errors. */
export function separateActions<Act>(
  who: string,
  space: Space<Act>,
  n: number,
  actions: ArrayLike<Act> | ObservationBatch<Act>,
): ArrayLike<Act> {
  if (!isTypedArray(actions)) return actions as ArrayLike<Act>;
  const layout = layoutOf(space);
  if (layout === undefined || layout.isScalar) return actions as unknown as ArrayLike<Act>;
  const { array, size } = layout;
  if (!(actions instanceof ARRAYS[array]) || actions.length !== n * size) {
    throw new RangeError(
      `${who}: step() takes ${n} actions or one ${array} of ${n} x ${size} numbers, got a ${actions.constructor.name} ` +
        `of ${actions.length}`,
    );
  }
  return Array.from({ length: n }, (_, i) => actions.slice(i * size, (i + 1) * size)) as Act[];
}

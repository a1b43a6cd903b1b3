/**
 * Spaces of Python's environments as spaces here, and how their elements lie in a frame.
 *
 * | Gymnasium's dtype                | here                                                          |
 * | -------------------------------- | ------------------------------------------------------------- |
 * | float32, float64                 | the same                                                      |
 * | float16                          | float32                                                       |
 * | int8, int16, int32, uint8, …     | the same                                                      |
 * | bool                             | uint8                                                         |
 * | int64, uint64                    | int32 where it holds all between the bounds, else float64     |
 *
 * @module
 */

import type { Space } from "../spaces/space.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { ARRAYS, type BoxDtype } from "../spaces/dtype.ts";
import { MultiBinary } from "../spaces/multi_binary.ts";
import { MultiDiscrete } from "../spaces/multi_discrete.ts";

/** What a child tells of a space. */
export type SpaceDescription =
  | { readonly type: "Box"; readonly shape: readonly number[]; readonly dtype: BoxDtype }
  | { readonly type: "Discrete"; readonly n: number; readonly start: number }
  | {
    readonly type: "MultiDiscrete";
    readonly shape: readonly number[];
    readonly nvec: readonly number[];
    readonly start: readonly number[];
  }
  | { readonly type: "MultiBinary"; readonly shape: readonly number[] };

/** A space, and how its elements travel. */
export interface Wire {
  /** The space. */
  readonly space: Space<unknown>;
  /** The type of the arrays that hold elements. */
  readonly dtype: BoxDtype;
  /** Numbers in an element. */
  readonly size: number;
  /** Whether an element is a number, not an array. */
  readonly isScalar: boolean;
}

/**
 * The space that a child has described.
 *
 * @param description its kind and sizes
 * @param bounds where a Box's bounds begin: float64, all lower ones, then all upper ones
 */
export function readSpace(description: SpaceDescription, bounds: Uint8Array): Wire {
  switch (description.type) {
    case "Box": {
      const { shape, dtype } = description;
      const size = shape.reduce((product, length) => product * length, 1);
      const numbers = new Float64Array(bounds.slice(0, 16 * size).buffer);
      const space = new Box(numbers.subarray(0, size), numbers.subarray(size), shape, dtype);
      return { space, dtype, size, isScalar: false };
    }
    case "Discrete": {
      const { n, start } = description;
      const fits = start >= -(2 ** 31) && start + n <= 2 ** 31;
      const space = new Discrete(n, { start });
      return { space, dtype: fits ? "int32" : "float64", size: 1, isScalar: true };
    }
    case "MultiDiscrete": {
      const { nvec, start, shape } = description;
      const space = new MultiDiscrete(nvec, { start, shape });
      return { space, dtype: "int32", size: space.size, isScalar: false };
    }
    case "MultiBinary": {
      const space = new MultiBinary(description.shape);
      return { space, dtype: "int8", size: space.size, isScalar: false };
    }
  }
}

/** How many bytes an element takes. */
export function bytesOf({ dtype, size }: Wire): number {
  return size * (ARRAYS[dtype] as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
}

/**
 * Actions in the bytes that Python reads, environment after environment.
 *
 * @param wire the action space
 * @param actions one for each environment, each of the space's kind
 * @param ignored the environments whose action does not matter; they get zeros
 */
export function encodeActions(
  { dtype, size, isScalar }: Wire,
  actions: ArrayLike<unknown>,
  ignored: readonly boolean[],
): Uint8Array {
  const array = new ARRAYS[dtype](actions.length * size);
  for (let lane = 0; lane < actions.length; lane++) {
    if (ignored[lane]) continue;
    if (isScalar) array[lane] = actions[lane] as number;
    else array.set(actions[lane] as ArrayLike<number>, lane * size);
  }
  return new Uint8Array(array.buffer);
}

/**
 * Why a value is not in a space.
 *
 * @module
 */

import { Box } from "../spaces/box.ts";
import { Dict } from "../spaces/dict.ts";
import { ARRAYS, type BoxDtype } from "../spaces/dtype.ts";
import { MultiBinary } from "../spaces/multi_binary.ts";
import { MultiDiscrete } from "../spaces/multi_discrete.ts";
import type { Space } from "../spaces/space.ts";
import { Tuple } from "../spaces/tuple.ts";
import { isTypedArray, show } from "./values.ts";

/**
 * What is wrong with a value that a space does not contain, in words.
 *
 * @returns undefined when the space contains the value
 */
export function whyNotIn(space: Space<unknown>, x: unknown): string | undefined {
  return contains(space, x) ? undefined : why(space, x);
}

/** Without the narrowing of `contains`, by which TypeScript would think that nothing is left. */
function contains(space: Space<unknown>, x: unknown): boolean {
  return space.contains(x);
}

function why(space: Space<unknown>, x: unknown): string {
  if (space instanceof Box || space instanceof MultiDiscrete || space instanceof MultiBinary) {
    const array: new (length: number) => ArrayLike<number> = ARRAYS[space.dtype as BoxDtype];
    if (!(x instanceof array) || x.length !== space.size) {
      return `must be a ${array.name} of ${space.size} (shape [${space.shape}]), got ${show(x)}`;
    }
    return `must be in ${space}, got ${show(x)}${whichElement(space, x)}`;
  }
  if (space instanceof Tuple && Array.isArray(x) && x.length === space.spaces.length) {
    const i = x.findIndex((part, i) => !space.spaces[i].contains(part));
    if (i >= 0) return `must be in ${space}: element ${i} ${whyNotIn(space.spaces[i], x[i])}`;
  }
  if (space instanceof Dict && typeof x === "object" && x !== null) {
    const record = x as Readonly<Record<string, unknown>>;
    const key = space.keys.find((key: string) =>
      Object.hasOwn(record, key) && !space.spaces[key].contains(record[key])
    );
    if (key !== undefined) {
      return `must be in ${space}: ${key} ${whyNotIn(space.spaces[key], record[key])}`;
    }
  }
  return `must be in ${space}, got ${show(x)}${isTypedArray(x) ? "" : ` (${typeof x})`}`;
}

/** Which element of a Box's array is out of bounds. */
function whichElement(space: Space<unknown>, x: ArrayLike<number>): string {
  if (!(space instanceof Box)) return "";
  for (let i = 0; i < x.length; i++) {
    if (!(x[i] >= space.low[i] && x[i] <= space.high[i])) {
      return `: element ${i} is ${x[i]}, its bounds are ${space.low[i]} and ${space.high[i]}`;
    }
  }
  return "";
}

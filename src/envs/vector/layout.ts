/**
 * How the elements of a space lie side by side in one typed array, where they can.
 *
 * @module
 */

import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { ARRAYS as ARRAYS_BY_DTYPE, type BoxDtype } from "../spaces/dtype.ts";
import { MultiBinary } from "../spaces/multi_binary.ts";
import { MultiDiscrete } from "../spaces/multi_discrete.ts";
import type { Space } from "../spaces/space.ts";
import type { ObservationArray } from "./vector_env.ts";

/** The typed arrays by name, since a name can be sent to a worker and a constructor can't. */
export const ARRAYS = {
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint16Array,
  Uint32Array,
} as const;

/** The name of a typed array's constructor. */
export type ArrayName = keyof typeof ARRAYS;

/** A batch's array: its type, and how many numbers an element takes. */
export interface Layout {
  /** The array's type. */
  readonly array: ArrayName;
  /** Numbers in an element. */
  readonly size: number;
  /** Whether elements are plain numbers, not arrays of `size` numbers. */
  readonly isScalar: boolean;
}

/** The layout of a space's elements; undefined where they don't fit into a typed array. */
export function layoutOf(space: Space<unknown>): Layout | undefined {
  if (space instanceof Box || space instanceof MultiDiscrete || space instanceof MultiBinary) {
    const array = ARRAYS_BY_DTYPE[space.dtype as BoxDtype].name as ArrayName;
    return { array, size: space.size, isScalar: false };
  }
  if (space instanceof Discrete) {
    const { start, n } = space;
    const fits = start >= -(2 ** 31) && start + n <= 2 ** 31;
    return { array: fits ? "Int32Array" : "Float64Array", size: 1, isScalar: true };
  }
  return undefined;
}

/** The name of an array's type. */
export function arrayName(array: ObservationArray): ArrayName {
  return array.constructor.name as ArrayName;
}

/** Whether `value` is one of the typed arrays. */
export function isTypedArray(value: unknown): value is ObservationArray {
  return ArrayBuffer.isView(value) && Object.hasOwn(ARRAYS, value.constructor.name);
}

/** What is wrong with an element for this layout, in words; undefined when nothing is. */
export function misfit(layout: Layout, element: unknown): string | undefined {
  const { array, size, isScalar } = layout;
  if (isScalar) {
    return typeof element === "number" ? undefined : `a number, got ${describe(element)}`;
  }
  if (element instanceof ARRAYS[array] && element.length === size) return undefined;
  return `a ${array} of ${size}, got ${describe(element)}`;
}

/** Writes an element that fits into an array, as number `index`. */
export function put(
  layout: Layout,
  array: ObservationArray,
  index: number,
  element: unknown,
): void {
  if (layout.isScalar) {
    array[index] = element as number;
    return;
  }
  const { size } = layout;
  const numbers = element as ObservationArray;
  const start = index * size;
  // Element by element: `set` takes longer for so few.
  if (size <= 32) { for (let i = 0; i < size; i++) array[start + i] = numbers[i]; }
  else array.set(numbers, start);
}

function describe(value: unknown): string {
  if (isTypedArray(value)) return `a ${arrayName(value)} of ${value.length}`;
  if (Array.isArray(value)) return `a plain array of ${value.length}`;
  return typeof value === "object" && value !== null
    ? Object.prototype.toString.call(value)
    : String(value);
}

/**
 * Elements of any space as flat arrays, and back, as in `gymnasium.spaces.utils`: what a network or a
 * replay memory, which know only rows of numbers, can take.
 *
 * @module
 */

import { Box } from "./box.ts";
import { Dict } from "./dict.ts";
import { Discrete } from "./discrete.ts";
import { ARRAYS, type BoxArrays, type BoxDtype, resultDtype } from "./dtype.ts";
import { MultiBinary } from "./multi_binary.ts";
import { MultiDiscrete } from "./multi_discrete.ts";
import type { Space } from "./space.ts";
import { Tuple } from "./tuple.ts";

/** A typed array of any {@linkcode BoxDtype}: what {@linkcode flatten} returns. */
export type FlatArray = BoxArrays[BoxDtype];

/** How a space lies in a flat array. */
interface Layout {
  readonly size: number;
  readonly dtype: BoxDtype;
}

/** Spaces do not change, and flattening happens at every step. */
const layouts = new WeakMap<Space<unknown>, Layout>();

function layoutOf(space: Space<unknown>): Layout {
  let layout = layouts.get(space);
  if (layout === undefined) layouts.set(space, layout = makeLayout(space));
  return layout;
}

function makeLayout(space: Space<unknown>): Layout {
  if (space instanceof Box || space instanceof MultiBinary) return space;
  if (space instanceof Discrete) return { size: space.n, dtype: "int32" };
  if (space instanceof MultiDiscrete) {
    return { size: space.nvec.reduce((sum: number, n: number) => sum + n, 0), dtype: space.dtype };
  }
  const parts = partsOf(space).map(layoutOf);
  if (parts.length === 0) throw new TypeError(`${space} cannot be flattened: it is empty`);
  return {
    size: parts.reduce((sum, { size }) => sum + size, 0),
    dtype: resultDtype(parts.map(({ dtype }) => dtype)),
  };
}

/** The spaces inside a Tuple or a Dict, in order. */
function partsOf(space: Space<unknown>): readonly Space<unknown>[] {
  if (space instanceof Tuple) return space.spaces;
  if (space instanceof Dict) return space.keys.map((key) => space.spaces[key]);
  throw new TypeError(
    `${space} cannot be flattened: it must be a Box, Discrete, MultiDiscrete, MultiBinary, Tuple or Dict`,
  );
}

/**
 * How many elements {@linkcode flatten} gives.
 *
 * @example
 * ```ts
 * import { Dict, Discrete, flatdim } from "@dinoq/dinoq";
 *
 * flatdim(new Dict({ position: new Discrete(2), velocity: new Discrete(3) })); // 5
 * ```
 *
 * @param space any of the spaces here
 * @throws {TypeError} when the space is of another kind
 */
export function flatdim(space: Space<unknown>): number {
  return layoutOf(space).size;
}

/**
 * An element as a flat array, a fresh one: a Box's or a MultiBinary's numbers as they are, a
 * Discrete's or a MultiDiscrete's one-hot, a Tuple's or a Dict's one after the other.
 *
 * The array's dtype is NumPy's for what is put together, with int32 where Gymnasium has int64: a
 * Discrete beside a float32 Box gives float64, a uint32 Box beside a signed integer too.
 *
 * @example
 * ```ts
 * import { Box, Discrete, flatten, Tuple } from "@dinoq/dinoq";
 *
 * flatten(new Discrete(4), 2); // Int32Array [0, 0, 1, 0]
 * const space = new Tuple([new Box(0, 1, [2]), new Discrete(3)]);
 * flatten(space, [Float32Array.of(0.5, 0.25), 1]); // Float64Array [0.5, 0.25, 0, 1, 0]
 * ```
 *
 * @param space the space
 * @param x an element of it
 * @throws {TypeError} when the space is of another kind, or `x` has not its structure
 * @throws {RangeError} when an integer of `x` is not in its range
 */
export function flatten<T>(space: Space<T>, x: T): FlatArray {
  const { size, dtype } = layoutOf(space);
  const flat = new ARRAYS[dtype](size);
  write(space, x, flat, 0);
  return flat;
}

/** Writes an element from `offset` on and returns where the next one begins. */
function write(space: Space<unknown>, x: unknown, flat: FlatArray, offset: number): number {
  if (space instanceof Discrete) {
    if (!space.contains(x)) throw new RangeError(`flatten: ${show(x)} is not in ${space}`);
    flat[offset + x - space.start] = 1;
    return offset + space.n;
  }
  if (space instanceof MultiDiscrete) {
    if (!space.contains(x)) throw new RangeError(`flatten: ${show(x)} is not in ${space}`);
    for (let i = 0; i < space.size; i++) {
      flat[offset + x[i] - space.start[i]] = 1;
      offset += space.nvec[i];
    }
    return offset;
  }
  if (space instanceof Box || space instanceof MultiBinary) {
    const values = x as ArrayLike<number>;
    if (typeof values !== "object" || values === null || values.length !== space.size) {
      throw new TypeError(`flatten: ${space} has arrays of ${space.size} numbers, got ${show(x)}`);
    }
    flat.set(values, offset);
    return offset + space.size;
  }
  if (space instanceof Tuple) {
    if (!Array.isArray(x) || x.length !== space.spaces.length) {
      throw new TypeError(`flatten: ${space} has arrays of ${space.spaces.length}, got ${show(x)}`);
    }
    for (let i = 0; i < x.length; i++) offset = write(space.spaces[i], x[i], flat, offset);
    return offset;
  }
  const { keys, spaces } = space as Dict<{ readonly [key: string]: Space<unknown> }>;
  for (const key of keys) {
    if (typeof x !== "object" || x === null || !Object.hasOwn(x, key)) {
      throw new TypeError(`flatten: ${space} has records with the key ${key}, got ${show(x)}`);
    }
    offset = write(spaces[key], (x as Readonly<Record<string, unknown>>)[key], flat, offset);
  }
  return offset;
}

/**
 * The element that {@linkcode flatten} made flat; of a one-hot part the first element that is not 0
 * counts.
 *
 * @example
 * ```ts
 * import { Discrete, unflatten } from "@dinoq/dinoq";
 *
 * unflatten(new Discrete(4), [0, 0, 1, 0]); // 2
 * ```
 *
 * @param space the space
 * @param x `flatdim(space)` numbers
 * @throws {TypeError} when the space is of another kind, or `x` of another length
 * @throws {RangeError} when a one-hot part of `x` is all 0
 */
export function unflatten<T>(space: Space<T>, x: ArrayLike<number>): T {
  const { size } = layoutOf(space);
  if (typeof x !== "object" || x === null || x.length !== size) {
    throw new TypeError(`unflatten: ${space} needs ${size} numbers, got ${show(x)}`);
  }
  return read(space, x, 0) as T;
}

function read(space: Space<unknown>, flat: ArrayLike<number>, offset: number): unknown {
  if (space instanceof Discrete) return space.start + hot(flat, offset, space.n, space);
  if (space instanceof MultiDiscrete) {
    const x = new ARRAYS[layoutOf(space).dtype](space.size);
    for (let i = 0; i < space.size; i++) {
      x[i] = space.start[i] + hot(flat, offset, space.nvec[i], space);
      offset += space.nvec[i];
    }
    return x;
  }
  if (space instanceof Box || space instanceof MultiBinary) {
    const x = new ARRAYS[layoutOf(space).dtype](space.size);
    for (let i = 0; i < space.size; i++) x[i] = flat[offset + i];
    return x;
  }
  const values = partsOf(space).map((part) => {
    const value = read(part, flat, offset);
    offset += layoutOf(part).size;
    return value;
  });
  if (space instanceof Tuple) return values;
  const { keys } = space as Dict<{ readonly [key: string]: Space<unknown> }>;
  return Object.fromEntries(keys.map((key, i) => [key, values[i]]));
}

/** Where a one-hot part is hot. */
function hot(flat: ArrayLike<number>, offset: number, n: number, space: Space<unknown>): number {
  for (let i = 0; i < n; i++) if (flat[offset + i] !== 0) return i;
  throw new RangeError(`unflatten: a one-hot part for ${space} must have an element that is not 0`);
}

/**
 * The Box that flattened elements lie in. Not all elements of the Box are flattened ones: a one-hot
 * part's bounds are 0 and 1.
 *
 * @example
 * ```ts
 * import { Box, Dict, Discrete, flattenSpace } from "@dinoq/dinoq";
 *
 * const space = new Dict({ a: new Discrete(2), b: new Box(-1, 2, [2, 2]) });
 * flattenSpace(space).toString(); // Box([0, 0, -1, -1, -1, -1], [1, 1, 2, 2, 2, 2], [6], float64)
 * ```
 *
 * @param space any of the spaces here
 * @throws {TypeError} when the space is of another kind
 */
export function flattenSpace(space: Space<unknown>): Box<BoxDtype> {
  const { size, dtype } = layoutOf(space);
  const low: number[] = [], high: number[] = [];
  pushBounds(space, low, high);
  return new Box<BoxDtype>(low, high, [size], dtype);
}

function pushBounds(space: Space<unknown>, low: number[], high: number[]): void {
  if (space instanceof Box) {
    for (const bound of space.low) low.push(bound);
    for (const bound of space.high) high.push(bound);
  } else if (space instanceof Tuple || space instanceof Dict) {
    for (const part of partsOf(space)) pushBounds(part, low, high);
  } else {
    for (let i = layoutOf(space).size; i > 0; i--) {
      low.push(0);
      high.push(1);
    }
  }
}

/** A value for an error: its type and beginning. */
function show(x: unknown): string {
  if (typeof x === "number" || x === null || x === undefined) return String(x);
  if (ArrayBuffer.isView(x) || Array.isArray(x)) {
    const { length } = x as ArrayLike<unknown>;
    return `${x.constructor.name} of ${length}`;
  }
  return typeof x === "object" ? `the keys ${Object.keys(x).join(", ")}` : typeof x;
}

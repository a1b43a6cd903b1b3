/**
 * The affine map from a Box to one with other bounds.
 *
 * @module
 */

import { Box } from "../spaces/box.ts";
import { ARRAYS } from "../spaces/dtype.ts";

/** One bound for all elements, or one for each. */
export type Bounds = number | ArrayLike<number>;

/** y = gradient · x + intercept, element by element, onto a Box. */
export interface Rescaling {
  /** The Box with the new bounds. */
  readonly space: Box<"float32" | "float64">;
  /** By what elements are multiplied. */
  readonly gradient: Float32Array | Float64Array;
  /** What is added to them. */
  readonly intercept: Float32Array | Float64Array;
}

/**
 * The map between two Boxes in the precision of the first, as Gymnasium's `rescale_box`.
 *
 * An infinite bound must stay as it is; an element with one finite bound is only shifted, one with
 * none is left alone.
 *
 * @param who the wrapper, for the error
 * @param box the Box to map from
 * @param least the new lower bounds, `leastName` in the error
 * @param most the new upper bounds, `mostName` in the error
 */
export function rescaleBox(
  who: string,
  box: Box<"float32" | "float64">,
  [leastName, least]: readonly [string, Bounds],
  [mostName, most]: readonly [string, Bounds],
): Rescaling {
  const { low, high, size, shape, dtype } = box;
  const newLow = boundsOf(who, leastName, least, size);
  const newHigh = boundsOf(who, mostName, most, size);
  // NumPy subtracts in the arrays' own precision.
  const inSingle = least instanceof Float32Array && most instanceof Float32Array;
  const gradient = new ARRAYS[dtype](size);
  const intercept = new ARRAYS[dtype](size);
  for (let i = 0; i < size; i++) {
    checkPair(who, i, [leastName, newLow[i], low[i]], [mostName, newHigh[i], high[i]]);
    const hasLow = Number.isFinite(newLow[i]), hasHigh = Number.isFinite(newHigh[i]);
    const range = newHigh[i] - newLow[i];
    gradient[i] = hasLow && hasHigh
      ? (inSingle ? Math.fround(range) : range) / (high[i] - low[i])
      : 1;
    if (hasLow) {
      const product = gradient[i] * -low[i];
      intercept[i] = (dtype === "float32" ? Math.fround(product) : product) + newLow[i];
    } else if (hasHigh) {
      intercept[i] = newHigh[i] - high[i];
    }
  }
  return { space: new Box(newLow, newHigh, shape, dtype), gradient, intercept };
}

function boundsOf(who: string, name: string, given: Bounds, size: number): Float64Array {
  if (typeof given === "number") return new Float64Array(size).fill(given);
  if (typeof given !== "object" || given === null || given.length !== size) {
    throw new RangeError(
      `${who}: ${name} must be a number or ${size} numbers, got ${given?.length ?? given}`,
    );
  }
  return Float64Array.from(given);
}

type Bound = readonly [name: string, to: number, from: number];

function checkPair(who: string, i: number, least: Bound, most: Bound): void {
  for (const [name, to, from] of [least, most]) {
    const isOpen = !Number.isFinite(from) || !Number.isFinite(to);
    if (Number.isNaN(to) || isOpen && from !== to) {
      throw new RangeError(
        `${who}: ${name} must be finite where the environment's bound is and else equal to it, ` +
          `got ${to} for ${from} at index ${i}`,
      );
    }
  }
  if (!(least[1] <= most[1])) {
    throw new RangeError(
      `${who}: ${least[0]} must not exceed ${most[0]}, got ${least[1]} and ${
        most[1]
      } at index ${i}`,
    );
  }
  if (least[2] === most[2]) {
    throw new RangeError(
      `${who}: element ${i} has room for ${least[2]} only, so no scale follows from its bounds`,
    );
  }
}

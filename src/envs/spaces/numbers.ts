/**
 * Lists of numbers: what spaces do with their shapes, bounds and counts.
 *
 * @module
 */

/** Whether two lists hold the same numbers in the same order. */
export function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * A shape as given, checked and frozen, and how many elements an array of that shape has.
 *
 * @param who the space, for the error
 * @param shape the lengths of the axes
 * @param least the smallest length that an axis may have
 */
export function checkedShape(
  who: string,
  shape: ArrayLike<number>,
  least: number,
): [shape: readonly number[], size: number] {
  const axes = Object.freeze(Array.from(shape));
  for (const length of axes) {
    if (!Number.isSafeInteger(length) || length < least) {
      throw new RangeError(
        `${who}: shape must hold integers of at least ${least}, got [${axes}]`,
      );
    }
  }
  return [axes, axes.reduce((product, length) => product * length, 1)];
}

/** A list in brackets, cut after eight numbers. */
export function listed(numbers: ArrayLike<number>): string {
  const all = Array.from(numbers);
  return `[${all.slice(0, 8).join(", ")}${all.length > 8 ? ", ..." : ""}]`;
}

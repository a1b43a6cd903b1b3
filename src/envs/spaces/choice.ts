/**
 * Choices from a list, masked or weighted, as NumPy's `Generator.choice` makes them, which is what
 * Gymnasium's spaces ask for.
 *
 * @module
 */

import { integers } from "../rng/integers.ts";
import type { PCG64 } from "../rng/pcg64.ts";

/** How far the sum of probabilities may be from 1: NumPy's `isclose`. */
const SUM_TOLERANCE = 1e-5 + 1e-8;

/**
 * One of the indices at which a mask is 1, all of them equally likely; 0 where there is none.
 *
 * @param rng the generator to draw from; nothing is drawn where there is no choice
 * @param mask `n` zeros and ones
 * @param n how many values there are
 * @param who what the error names
 */
export function maskedChoice(
  rng: PCG64,
  mask: ArrayLike<number>,
  n: number,
  who: string,
): number {
  checkLength(mask, n, `${who}: mask`);
  let allowed = 0;
  for (let i = 0; i < n; i++) {
    if (mask[i] !== 0 && mask[i] !== 1) {
      throw new RangeError(`${who}: mask must hold 0 and 1, got ${mask[i]} at index ${i}`);
    }
    allowed += mask[i];
  }
  if (allowed === 0) return 0;
  let left = integers(rng, allowed);
  let i = 0;
  while (mask[i] === 0 || left-- > 0) i++;
  return i;
}

/**
 * An index drawn by given probabilities.
 *
 * @param rng the generator to draw from: one double
 * @param probability `n` numbers from 0 to 1 that sum to 1
 * @param n how many values there are
 * @param who what the error names
 * @param normalized whether to divide by their sum first, which changes last bits: `MultiDiscrete`
 * does, `Discrete` does not
 */
export function weightedChoice(
  rng: PCG64,
  probability: ArrayLike<number>,
  n: number,
  who: string,
  normalized: boolean,
): number {
  checkLength(probability, n, `${who}: probability`);
  for (let i = 0; i < n; i++) {
    if (!(probability[i] >= 0 && probability[i] <= 1)) {
      throw new RangeError(
        `${who}: probability must hold numbers from 0 to 1, got ${probability[i]} at index ${i}`,
      );
    }
  }
  const sum = pairwiseSum(probability, 0, n);
  if (Math.abs(sum - 1) > SUM_TOLERANCE) {
    throw new RangeError(`${who}: probability must sum to 1, got a sum of ${sum}`);
  }
  const divisor = normalized ? sum : 1;
  const cumulative = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) cumulative[i] = total += probability[i] / divisor;
  const draw = rng.nextDouble();
  let i = 0;
  while (i < n - 1 && cumulative[i] / total <= draw) i++;
  return i;
}

function checkLength(given: ArrayLike<number>, n: number, what: string): void {
  if (typeof given !== "object" || given === null || given.length !== n) {
    throw new TypeError(
      `${what} must hold ${n} numbers, one for each value, got ${
        typeof given === "object" && given !== null ? given.length : typeof given
      }`,
    );
  }
}

/** NumPy's sum, whose order of additions decides the last bits: eight sums side by side, in blocks. */
function pairwiseSum(values: ArrayLike<number>, start: number, count: number): number {
  if (count > 128) {
    const half = Math.floor(count / 16) * 8;
    return pairwiseSum(values, start, half) + pairwiseSum(values, start + half, count - half);
  }
  let sum = 0;
  let i = 0;
  if (count >= 8) {
    const sums = Array.from({ length: 8 }, (_, k) => values[start + k]);
    for (i = 8; i < count - count % 8; i += 8) {
      for (let k = 0; k < 8; k++) sums[k] += values[start + i + k];
    }
    sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
  }
  for (; i < count; i++) sum += values[start + i];
  return sum;
}

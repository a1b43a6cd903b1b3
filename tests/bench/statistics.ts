/**
 * The few statistics that benchmarks and seed tables are made of.
 *
 * @module
 */

/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The unbiased variance; NaN of fewer than two values. */
export function variance(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1);
}

/** 97.5 % quantiles of Student's t for 1, 2, 3, … degrees of freedom. */
const T_QUANTILES = [
  12.706,
  4.303,
  3.182,
  2.776,
  2.571,
  2.447,
  2.365,
  2.306,
  2.262,
  2.228,
  2.201,
  2.179,
  2.16,
  2.145,
  2.131,
  2.12,
  2.11,
  2.101,
  2.093,
  2.086,
  2.08,
  2.074,
  2.069,
  2.064,
  2.06,
  2.056,
  2.052,
  2.048,
  2.045,
  2.042,
];

/** A difference of means and the interval that holds the true one with 95 %. */
export interface Difference {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** mean(a) − mean(b) with its 95 % interval, variances being what they are (Welch 1947). */
export function differenceOfMeans(a: readonly number[], b: readonly number[]): Difference {
  const difference = mean(a) - mean(b);
  const [va, vb] = [variance(a) / a.length, variance(b) / b.length];
  // No spread at all leaves nothing to doubt.
  if (va + vb === 0) return { difference, low: difference, high: difference };
  const freedom = (va + vb) ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
  const index = Math.min(T_QUANTILES.length, Math.max(1, Math.floor(freedom))) - 1;
  const half = T_QUANTILES[index] * Math.sqrt(va + vb);
  return { difference, low: difference - half, high: difference + half };
}

/** How many of `values` reach `threshold`. */
export function countReaching(values: readonly number[], threshold: number): number {
  return values.filter((value) => value >= threshold).length;
}

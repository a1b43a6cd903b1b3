/** Tests of frequencies, for what a generator drew: fixed seeds, so a bound holds always or never. */

import assert from "node:assert/strict";

/** How often each of 0 … cells - 1 occurs. */
export function countsOf(values: Iterable<number>, cells: number): number[] {
  const counts = new Array<number>(cells).fill(0);
  for (const value of values) {
    assert(Number.isInteger(value) && value >= 0 && value < cells, `${value} of ${cells}`);
    counts[value]++;
  }
  return counts;
}

/**
 * Asserts by Pearson's chi-square that counts are what probabilities lead one to expect, neither too far
 * from it nor too near. The statistic is normalised by Wilson and Hilferty's cube root (1931), so that
 * one bound, four standard deviations, serves all numbers of cells.
 */
export function assertFrequencies(
  counts: readonly number[],
  probabilities: readonly number[] | "equal",
  what: string,
): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const expected = counts.map((_, i) =>
    probabilities === "equal" ? total / counts.length : total * probabilities[i]
  );
  assert(Math.min(...expected) >= 5, `${what}: too few draws for a chi-square test`);
  const chi2 = counts.reduce((sum, n, i) => sum + (n - expected[i]) ** 2 / expected[i], 0);
  const degrees = counts.length - 1;
  const spread = 2 / (9 * degrees);
  const z = (Math.cbrt(chi2 / degrees) - (1 - spread)) / Math.sqrt(spread);
  assert(Math.abs(z) < 4, `${what}: chi-square ${chi2} at ${degrees} degrees, z ${z}`);
}

/** Mean and variance. */
export function momentsOf(values: ArrayLike<number>): { mean: number; variance: number } {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i] / values.length;
  let variance = 0;
  for (let i = 0; i < values.length; i++) variance += (values[i] - mean) ** 2 / values.length;
  return { mean, variance };
}

/** Asserts that two sequences of as many numbers are not correlated: within four standard errors. */
export function assertUncorrelated(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  what: string,
): void {
  assert.equal(a.length, b.length);
  const of = momentsOf(a), and = momentsOf(b);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - of.mean) * (b[i] - and.mean);
  const correlation = sum / a.length / Math.sqrt(of.variance * and.variance);
  assert(Math.abs(correlation) < 4 / Math.sqrt(a.length), `${what}: correlation ${correlation}`);
}

/** Asserts that numbers look drawn uniformly from [low, high): bounds, mean, variance, frequencies. */
export function assertUniform(
  values: ArrayLike<number>,
  low: number,
  high: number,
  what: string,
): void {
  const width = high - low;
  const shares = Array.from(values, (value) => (value - low) / width);
  // Single precision rounds the bounds themselves.
  const slack = 1e-6;
  for (const share of shares) assert(share >= -slack && share <= 1 + slack, `${what}: ${share}`);
  const { mean, variance } = momentsOf(shares);
  const n = shares.length;
  assert(Math.abs(mean - 1 / 2) < 4 * Math.sqrt(1 / 12 / n), `${what}: mean ${mean}`);
  // A uniform number's fourth central moment is 1/80.
  const error = Math.sqrt((1 / 80 - 1 / 144) / n);
  assert(Math.abs(variance - 1 / 12) < 4 * error, `${what}: variance ${variance}`);
  const cells = 32;
  const cellOf = (share: number) => Math.min(Math.max(Math.floor(share * cells), 0), cells - 1);
  assertFrequencies(countsOf(shares.map(cellOf), cells), "equal", what);
}

/** Tests of the statistics over seeds, against numbers of SciPy 1.x and worked by hand. @module */

import assert from "node:assert/strict";
import {
  deviation,
  interquartileInterval,
  interquartileMean,
  mean,
  meanInterval,
  median,
} from "../../../src/cli/compare/statistics.ts";

const near = (given: number, wanted: number, slack = 1e-9) =>
  assert.ok(Math.abs(given - wanted) <= slack, `${given}, wanted ${wanted}`);

Deno.test("statistics: mean, deviation and median", () => {
  near(mean([1, 2, 6]), 3);
  near(deviation([1, 2, 6]), Math.sqrt(7));
  near(median([5, 1, 3]), 3);
  near(median([4, 1, 2, 3]), 2.5);
  assert.equal(median([1, 2, Infinity]), 2);
  assert.ok([mean([]), median([]), deviation([])].every(Number.isNaN));
});

Deno.test("statistics: the interquartile mean is the mean of the middle half", () => {
  near(interquartileMean([100, 2, 3, -50]), 2.5);
  // Of five, 1.25 are cut at each end: (0.75 · 2 + 3 + 0.75 · 4) / 2.5.
  near(interquartileMean([1, 2, 3, 4, 1_000]), 3);
  near(interquartileMean([0, 2, 3, 8, 1_000]), (1.5 + 3 + 6) / 2.5);
  near(interquartileMean([7]), 7);
});

Deno.test("statistics: the interval of the mean is Student's t", () => {
  // scipy.stats.t.interval(0.95, 4, loc=3, scale=sem([1, 2, 3, 4, 5])).
  const { center, low, high } = meanInterval([1, 2, 3, 4, 5]);
  near(center, 3);
  near(low, 1.0367568385224393, 1e-3);
  near(high, 4.963243161477561, 1e-3);
  const one = meanInterval([4]);
  assert.deepEqual(one, { center: 4, low: NaN, high: NaN });
  assert.deepEqual(meanInterval([4, 4, 4]), { center: 4, low: 4, high: 4 });
});

Deno.test("statistics: with many seeds t is close to its limit", () => {
  // scipy.stats.t.ppf(0.975, n - 1) is 2.0395 for 32 values and 1.9842 for 100.
  for (const [count, quantile] of [[32, 2.0395], [100, 1.9842]] as const) {
    const values = Array.from({ length: count }, (_, i) => i % 2);
    const { center, high } = meanInterval(values);
    near((high - center) / (deviation(values) / Math.sqrt(count)), quantile, 3e-3);
  }
});

Deno.test("statistics: the bootstrap is the same each time, and lies within the values", () => {
  const values = [10, 400, 480, 500, 500];
  const interval = interquartileInterval(values);
  assert.deepEqual(interval, interquartileInterval(values));
  assert.ok(interval.low >= 10 && interval.high <= 500 && interval.low < interval.high);
  assert.ok(interval.low <= interval.center && interval.center <= interval.high);
  assert.ok(Number.isNaN(interquartileInterval([3]).low));
});

Deno.test("statistics: the bootstrap covers about what it says", () => {
  // For two values the interquartile mean of a resample is 0, ½ or 1, with odds ¼, ½ and ¼.
  const { center, low, high } = interquartileInterval([0, 1]);
  assert.deepEqual([center, low, high], [0.5, 0, 1]);
});

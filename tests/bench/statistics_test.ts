/** Tests of the benchmarks' statistics on numbers worked out by hand or by SciPy. */

import assert from "node:assert/strict";
import { countReaching, differenceOfMeans, mean, median, variance } from "./statistics.ts";

Deno.test("bench statistics: median, mean and variance", () => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([1, Infinity, 2]), 2);
  assert.equal(median([Infinity, Infinity, 2, 3]), Infinity);
  assert.ok(Number.isNaN(median([])));
  assert.equal(mean([1, 2, 6]), 3);
  assert.equal(variance([1, 2, 6]), 7);
  assert.equal(countReaching([474.9, 475, 500], 475), 2);
});

Deno.test("bench statistics: Welch's interval of a difference of means", () => {
  // Variances 2.5 and 10 over five each: standard error √2.5, 5.88 degrees of freedom, taken as 5.
  const { difference, low, high } = differenceOfMeans([1, 2, 3, 4, 5], [2, 4, 6, 8, 10]);
  assert.equal(difference, -3);
  assert.ok(Math.abs(high - low - 2 * 2.571 * Math.sqrt(2.5)) < 1e-12);
  assert.ok(Math.abs((high + low) / 2 + 3) < 1e-12);
  assert.deepEqual(differenceOfMeans([500, 500], [500, 500]), { difference: 0, low: 0, high: 0 });
});

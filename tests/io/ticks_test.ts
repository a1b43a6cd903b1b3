/** Tests of round axis marks. @module */

import assert from "node:assert/strict";
import { niceScale, tickLabels } from "../../src/io/ticks.ts";

Deno.test("ticks: marks are round, and a widened axis reaches around the values", () => {
  const cases: [low: number, high: number, labels: string][] = [
    [8, 500, "0 100 200 300 400 500"],
    [0.04, 1, "0 0.2 0.4 0.6 0.8 1.0"],
    [-200, -80, "−200 −180 −160 −140 −120 −100 −80"],
    [-0.02, 0.03, "−0.02 −0.01 0 0.01 0.02 0.03"],
    [1e-7, 3e-7, "1e−7 1.5e−7 2e−7 2.5e−7 3e−7"],
    [150_000, 158_000, "150k 152k 154k 156k 158k"],
    [0, 1e17, "0 2e16 4e16 6e16 8e16 1e17"],
  ];
  for (const [low, high, labels] of cases) {
    const scale = niceScale(low, high, 5, true);
    assert.equal(tickLabels(scale).join(" "), labels);
    assert.ok(scale.low <= low && scale.high >= high);
    assert.equal(scale.ticks[0], scale.low);
    assert.equal(scale.ticks.at(-1), scale.high);
  }
});

Deno.test("ticks: an axis that is not widened keeps its ends, with the marks inside", () => {
  const scale = niceScale(37, 1_234, 6, false);
  assert.deepEqual([scale.low, scale.high], [37, 1_234]);
  assert.deepEqual(scale.ticks, [200, 400, 600, 800, 1000, 1200]);
});

Deno.test("ticks: a range of no width is widened around its value", () => {
  for (const value of [0, 1, -3, 500, 1e-9]) {
    const { low, high, ticks } = niceScale(value, value, 5, true);
    assert.ok(low < value && value < high, `${low} < ${value} < ${high}`);
    assert.ok(ticks.length >= 3 && ticks.length <= 12);
  }
});

Deno.test("ticks: about as many as wanted, at every size of number", () => {
  for (let exponent = -12; exponent <= 12; exponent++) {
    for (let mantissa = 1; mantissa < 10; mantissa += 0.37) {
      const scale = niceScale(0, mantissa * 10 ** exponent, 6, true);
      assert.ok(scale.ticks.length >= 4 && scale.ticks.length <= 11, `${mantissa}e${exponent}`);
      assert.equal(new Set(tickLabels(scale)).size, scale.ticks.length, `${mantissa}e${exponent}`);
    }
  }
});

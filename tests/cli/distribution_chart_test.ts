/** Tests of pictures of return distributions. @module */

import assert from "node:assert/strict";
import { bars, density, distributionChart, meanOf } from "../../src/cli/distribution_chart.ts";

const near = (given: number, wanted: number, slack: number) =>
  assert.ok(Math.abs(given - wanted) <= slack, `${given}, wanted ${wanted}`);

Deno.test("distribution chart: the mean weighs each value by its probability", () => {
  const outcomes = {
    values: Float32Array.of(0, 10, 20),
    probabilities: Float32Array.of(0.5, 0.25, 0.25),
  };
  assert.equal(meanOf(outcomes), 7.5);
});

Deno.test("distribution chart: bars stand around their atoms", () => {
  const { x, y } = bars({
    values: Float32Array.of(0, 2, 4),
    probabilities: Float32Array.of(0.5, 0, 0.5),
  });
  assert.deepEqual(x, [-1, 1, 1, 3, 3, 5]);
  assert.deepEqual(y, [0.5, 0.5, 0, 0, 0.5, 0.5]);
});

Deno.test("distribution chart: a density integrates to one, around its mean", () => {
  // Quantiles in no order, as networks give them.
  const values = Float32Array.from({ length: 50 }, (_, i) => 20 + (i * 7 % 50) / 5);
  const outcomes = { values, probabilities: new Float32Array(50).fill(1 / 50) };
  const { x, y } = density(outcomes, 0, 50);
  const step = x[1] - x[0];
  near(y.reduce((sum, value) => sum + value * step, 0), 1, 1e-3);
  near(y.reduce((sum, value, i) => sum + value * x[i] * step, 0), meanOf(outcomes), 0.05);
  // What all quantiles agree on is narrow, and still there.
  const sure = density({ ...outcomes, values: new Float32Array(50).fill(30) }, 0, 50);
  near(sure.y.reduce((sum, value) => sum + value * step, 0), 1, 1e-2);
  assert.ok(Math.max(...sure.y) > 3 * Math.max(...y));
});

Deno.test("distribution chart: a picture for each moment, over the same returns", () => {
  const moment = (title: string, shift: number) => ({
    title,
    drawing: `<circle r="3"/>`,
    distribution: {
      values: Float32Array.of(0, 1, 2, 3, 4, 5).map((value) => value + shift),
      probabilities: new Float32Array(6).fill(1 / 3),
    },
  });
  for (const hasAtoms of [true, false]) {
    const svg = distributionChart({
      heading: "a pole falls",
      note: "a note",
      moments: [moment("step 1", 0), moment("step 2", 100), moment("step 3", 50)],
      actions: ["left", "right"],
      hasAtoms,
    });
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    for (
      const text of ["a pole falls", "step 3", "left: Q 1.0", "right: Q 104.0", "left: Q 51.0"]
    ) {
      assert.ok(svg.includes(`>${text}</text>`), text);
    }
    assert.equal(svg.split("<circle").length - 1, 3);
    assert.equal(svg.split("fill-opacity").length - 1, 6);
    assert.equal(svg.includes(">probability</text>"), hasAtoms);
    if (hasAtoms) continue;
    // The axes' numbers are the same in all three.
    const marks = [...svg.matchAll(/text-anchor="middle">(\d+)<\/text>/g)].map(([, mark]) => mark);
    assert.deepEqual(marks, [
      ...marks.slice(0, marks.length / 3),
      ...marks.slice(0, marks.length / 3),
      ...marks.slice(0, marks.length / 3),
    ]);
  }
});

/** Tests of the grid of charts: each has its place, and the document its size. @module */

import assert from "node:assert/strict";
import { lineChart } from "../../src/io/svg.ts";
import { chartGrid } from "../../src/io/svg_grid.ts";

const chart = (label: string) =>
  lineChart({ series: [{ label, y: [1, 2] }], width: 300, height: 200 });

Deno.test("svg_grid: charts stand in rows under the heading", () => {
  const svg = chartGrid(["a", "b", "c"].map(chart), 2, "all <three>", "a note");
  const places = [...svg.matchAll(/<svg x="([\d.]+)" y="([\d.]+)" /g)].map(([, x, y]) => [+x, +y]);
  assert.deepEqual(places, [[0, 46], [312, 46], [0, 258]]);
  assert.match(svg, /^<svg xmlns="[^"]*" width="612" height="458" viewBox="0 0 612 458"/);
  assert.match(svg, />all &lt;three&gt;<\/text>/);
  assert.match(svg, />a note<\/text>/);
  assert.equal(svg.split("<svg ").length, svg.split("</svg>").length);
});

Deno.test("svg_grid: what is no chart is refused", () => {
  assert.throws(() => chartGrid(["<p>no</p>"], 1, "x"), {
    name: "TypeError",
    message: 'a chart must be an SVG document, got "<p>no</p>"',
  });
});

/** Tests of the line chart: what is drawn where, as far as text can tell. @module */

import assert from "node:assert/strict";
import { lineChart, lookOf, PALETTE } from "../../src/io/svg.ts";

/** The texts of a chart, in order. */
function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
}

/** The path of the series in `color`, ahead of the one in the legend. */
function pathOf(svg: string, color: string): string {
  const match = svg.match(new RegExp(`<path d="([^"]*)" stroke="${color}"`));
  assert.ok(match, `a path in ${color}`);
  return match[1];
}

/** The points of a path, as pairs of numbers. */
function pointsOf(path: string): [x: number, y: number][] {
  return [...path.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)].map(([, x, y]) => [+x, +y]);
}

/** Fails unless every element that is opened is closed, in the right order. */
function assertWellFormed(svg: string): void {
  const open: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-z]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/gi,
    (_, end, name, __, self) => {
      if (end) assert.equal(open.pop(), name);
      else if (!self) open.push(name);
      return "";
    },
  );
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>]/, "no markup is left over");
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
}

Deno.test("svg: titles, labels, legend and round marks are there", () => {
  const svg = lineChart({
    title: "Learning curve",
    subtitle: "seed 1",
    xLabel: "step",
    yLabel: "return",
    rightLabel: "ε",
    series: [
      { label: "episodes", y: [8, 300, 500], x: [0, 5_000, 20_000], style: "faint" },
      { label: "exploration", y: [1, 0.5, 0.04], x: [0, 5_000, 20_000], axis: "right" },
    ],
  });
  assertWellFormed(svg);
  const texts = textsOf(svg);
  const wanted = ["Learning curve", "seed 1", "step", "return", "ε", "episodes", "exploration"];
  for (const text of [...wanted, "0", "100", "500", "0.2", "1.0", "10k", "20k"]) {
    assert.ok(texts.includes(text), text);
  }
});

Deno.test("svg: values lie where their axis says", () => {
  const svg = lineChart({
    series: [
      { label: "a", y: [0, 100, 50], x: [0, 10, 20], color: "red" },
      { label: "b", y: [0, 1, 0.5], x: [0, 10, 20], color: "blue", axis: "right" },
    ],
  });
  const [first, second, third] = pointsOf(pathOf(svg, "red"));
  assert.ok(first[1] > second[1], "larger is higher");
  assert.ok(Math.abs(third[1] - (first[1] + second[1]) / 2) <= 0.1, "half way up");
  assert.ok(Math.abs(second[0] - (first[0] + third[0]) / 2) <= 0.1, "half way along");
  assert.deepEqual(pointsOf(pathOf(svg, "blue")), [first, second, third], "each on its own axis");
});

Deno.test("svg: NaN lifts the pen, and a lone point is a dot", () => {
  const y = [1, 2, NaN, 3, NaN, Infinity, 4, 5];
  const path = pathOf(lineChart({ series: [{ label: "a", y }] }), PALETTE[0]);
  assert.equal(path.replaceAll(/[\d.]+ [\d.]+/g, "p"), "MpLpMph0MpLp");
});

Deno.test("svg: a long series is thinned, its extremes stay", () => {
  const y = Float32Array.from({ length: 100_000 }, (_, i) => i % 7);
  y[54_321] = 1_000;
  for (const style of ["line", "points"] as const) {
    const svg = lineChart({ series: [{ label: "a", y, style }] });
    const points = pointsOf(pathOf(svg, PALETTE[0]));
    assert.ok(points.length > 500 && points.length < 1_100, `${points.length} points`);
    const top = Math.min(...points.map(([, height]) => height));
    assert.equal(points.filter(([, height]) => height === top).length, 1, "the peak is drawn");
    assert.ok(svg.length < 40_000);
  }
});

Deno.test("svg: each style looks different, colours follow the palette", () => {
  const styles = ["line", "dashed", "faint", "points"] as const;
  const svg = lineChart({ series: styles.map((style) => ({ label: style, y: [1, 2], style })) });
  assertWellFormed(svg);
  const looks = styles.map((_, i) => svg.match(new RegExp(`stroke="${PALETTE[i]}" ([^/]*)/>`))![1]);
  assert.equal(new Set(looks).size, styles.length);
});

Deno.test("svg: an axis spans the range asked for and the values beyond it", () => {
  const series = [{ label: "a", y: [100, 700] }];
  const texts = textsOf(lineChart({ series, yRange: [0, 500] }));
  assert.ok(texts.includes("0") && texts.includes("700"));
});

Deno.test("svg: no data and constant data are drawn, too", () => {
  for (const y of [[], [NaN, NaN], [5], [5, 5, 5], [0]]) {
    const svg = lineChart({ series: [{ label: "a", y }] });
    assertWellFormed(svg);
    assert.equal(textsOf(svg).includes("no data"), !y.some(Number.isFinite), `[${y}]`);
  }
  assertWellFormed(lineChart({ series: [] }));
});

Deno.test("svg: texts are escaped", () => {
  const nasty = `<b> & "quotes" \u0000\u001b`;
  const svg = lineChart({
    title: nasty,
    xLabel: nasty,
    series: [{ label: nasty, y: [1, 2], color: '"/><script>' }],
  });
  assertWellFormed(svg);
  assert.ok(textsOf(svg).includes("&lt;b&gt; &amp; &quot;quotes&quot; "));
});

Deno.test("svg: a light, a dark and an automatic theme", () => {
  const chart = { series: [{ label: "a", y: [1, 2] }] };
  const [auto, light, dark] = (["auto", "light", "dark"] as const)
    .map((theme) => lineChart({ ...chart, theme }));
  assert.match(auto, /prefers-color-scheme: dark/);
  assert.doesNotMatch(light, /prefers-color-scheme/);
  assert.match(light, /fill="#ffffff"/);
  assert.match(dark, /fill="#0d1117"/);
  assert.equal(lineChart(chart), auto);
});

Deno.test("svg: many series wrap their legend inside the chart", () => {
  const series = Array.from(
    { length: 20 },
    (_, i) => ({ label: `series number ${i}`, y: [i, i + 1] }),
  );
  const svg = lineChart({ series, width: 640 });
  const starts = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>series number/g)];
  assert.equal(starts.length, 20);
  assert.ok(starts.every(([, x]) => +x < 560));
  assert.ok(new Set(starts.map(([, , y]) => y)).size > 1);
});

Deno.test("svg: x and y of different lengths are an error", () => {
  assert.throws(() => lineChart({ series: [{ label: "a", x: [1], y: [1, 2] }] }), {
    name: "RangeError",
    message: 'series "a": x must have a value for each of the 2 of y, got 1',
  });
});

Deno.test("svg: a band is an area between its ends, under all lines, with gaps where it has none", () => {
  const y = [10, 20, 30, NaN, 50, 60];
  const band = { low: y.map((value) => value - 5), high: y.map((value) => value + 5) };
  const svg = lineChart({
    series: [{ label: "a", y, color: "red", band }, { label: "b", y: [40], color: "blue" }],
  });
  assertWellFormed(svg);
  const [match, area] = svg.match(/<path d="([^"]*)" fill="red" fill-opacity="[\d.]+"/)!;
  assert.equal(area.replaceAll(/[\d.]+ [\d.]+/g, "p"), "MpLpLpLpLpLpZMpLpLpLpZ");
  const corners = [...area.matchAll(/([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [+x, +y]);
  const line = pointsOf(pathOf(svg, "red"));
  const [top, bottom] = [corners[0], corners[5]];
  assert.deepEqual([top[0], bottom[0]], [line[0][0], line[0][0]]);
  assert.ok(Math.abs((top[1] + bottom[1]) / 2 - line[0][1]) <= 0.1 && top[1] < bottom[1]);
  assert.ok(svg.indexOf(match) < svg.indexOf('stroke="red"'));
});

Deno.test("svg: an axis spans its bands, and a band of NaN alone is none", () => {
  const y = [10, 20];
  const wide = lineChart({ series: [{ label: "a", y, band: { low: [0, 0], high: [700, 700] } }] });
  assert.ok(textsOf(wide).includes("700"));
  const none = lineChart({
    series: [{ label: "a", y, band: { low: [NaN, NaN], high: [NaN, NaN] } }],
  });
  assertWellFormed(none);
  assert.doesNotMatch(none, /fill-opacity/);
});

Deno.test("svg: many bands are fainter than few", () => {
  const opacity = (count: number) => {
    const band = { low: [0, 0], high: [2, 2] };
    const series = Array.from({ length: count }, (_, i) => ({ label: `${i}`, y: [1, 1], band }));
    return Number(lineChart({ series }).match(/fill-opacity="([\d.]+)"/)![1]);
  };
  assert.equal(opacity(1), opacity(4));
  assert.ok(opacity(12) < opacity(4) && opacity(12) > 0.03);
});

Deno.test("svg: a long band is thinned with its line", () => {
  const y = Float32Array.from({ length: 50_000 }, (_, i) => i % 11);
  const svg = lineChart({
    series: [{ label: "a", y, band: { low: y.map((v) => v - 1), high: y.map((v) => v + 1) } }],
  });
  assert.ok(svg.length < 60_000, `${svg.length} characters`);
});

Deno.test("svg: markers and dashes are drawn on the line and in the legend", () => {
  const looks = [0, 7].map((i) => ({ label: `${i}`, y: [1, 2, 3, 4], ...lookOf(i) }));
  const svg = lineChart({ series: looks });
  assertWellFormed(svg);
  for (const { color, dash } of looks) {
    assert.ok(svg.split(`" fill="${color}"/>`).length > 2, "markers on the line and in the legend");
    assert.equal(
      svg.includes(`stroke="${color}" stroke-width="2.25" stroke-dasharray="${dash}"`),
      !!dash,
    );
  }
});

Deno.test("svg: a band of another length than its series is an error", () => {
  const band = { low: [1, 2], high: [3] };
  assert.throws(() => lineChart({ series: [{ label: "a", y: [1, 2], band }] }), {
    name: "RangeError",
    message: 'series "a": band.high must have a value for each of the 2 of y, got 1',
  });
});

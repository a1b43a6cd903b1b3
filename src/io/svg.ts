/**
 * Line charts as SVG: learning curves to look at in a browser, a README or a paper.
 *
 * A chart is text made from numbers alone: the same series give the same bytes. Its colours suit a
 * light and a dark page, and by default it follows the reader's choice of the two.
 *
 * @module
 */

import { niceScale, type Scale, tickLabels } from "./ticks.ts";
import {
  drawBand,
  type Drawn,
  drawSeries,
  escapeXml,
  prepare,
  px,
  type Series,
  swatch,
  swatchWidth,
} from "./svg_series.ts";

export { type Look, lookOf, type Marker } from "./svg_looks.ts";
export { type Band, PALETTE, type Series, type SeriesStyle } from "./svg_series.ts";

/** What {@link lineChart} draws. */
export interface LineChart {
  /** The series, drawn in this order: put what is to be on top last. */
  readonly series: readonly Series[];
  /** The heading. */
  readonly title?: string;
  /** A smaller line under the heading. */
  readonly subtitle?: string;
  /** What the horizontal axis measures. */
  readonly xLabel?: string;
  /** What the left axis measures. */
  readonly yLabel?: string;
  /** What the right axis measures. */
  readonly rightLabel?: string;
  /** The range that the left axis shows at least, beside the series' own. */
  readonly yRange?: readonly [low: number, high: number];
  /** The range that the right axis shows at least, beside the series' own. */
  readonly rightRange?: readonly [low: number, high: number];
  /** Width in pixels, 880 by default. */
  readonly width?: number;
  /** Height in pixels, 460 by default. */
  readonly height?: number;
  /** "auto" (the default) follows the reader's system. */
  readonly theme?: "auto" | "light" | "dark";
}

/** The colours of all that is no series, by class. */
const THEMES = {
  light: { back: "#ffffff", frame: "#d8dee4", ink: "#1f2328", muted: "#59636e", grid: "#e6eaef" },
  dark: { back: "#0d1117", frame: "#30363d", ink: "#f0f6fc", muted: "#9198a1", grid: "#21262d" },
} as const;

type Colors = (typeof THEMES)["light" | "dark"];

const FONT = "system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif";
const FONT_SIZE = 12;
/** The mean width of a character, in font sizes: SVG can't measure text before it is drawn. */
const CHARACTER_WIDTH = 0.57;
const MARGIN = 22;
const TICK_GAP = 9;
const LABEL_HEIGHT = 24;
const LEGEND_LINE = 22;

/** The plot's rectangle, in pixels. */
interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function textWidth(text: string, size = FONT_SIZE): number {
  return [...text].length * size * CHARACTER_WIDTH;
}

/** The smallest and the largest finite number; undefined when there is none. */
function extent(arrays: readonly Iterable<number>[]): [low: number, high: number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const array of arrays) {
    for (const value of array) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : undefined;
}

/** The vertical axis of one side; undefined when nothing is measured on it. */
function verticalScale(
  series: readonly Drawn[],
  axis: "left" | "right",
  least: readonly [number, number] | undefined,
  height: number,
): Scale | undefined {
  const own = series.filter((one) => one.axis === axis);
  if (own.length === 0 && least === undefined) return undefined;
  const values = own.flatMap(({ y, low, high }) => [y, low, high]);
  const [low, high] = extent([...values, least ?? []]) ?? [0, 1];
  return niceScale(low, high, Math.max(2, height / 62), true);
}

/** Maps an axis's values to pixels. */
function mapper({ low, high }: Scale, from: number, to: number): (value: number) => number {
  return (value) => from + (value - low) / (high - low) * (to - from);
}

/** An element of text. */
function textAt(
  x: number,
  y: number,
  text: string,
  color: string,
  more = "",
): string {
  return `<text x="${px(x)}" y="${px(y)}" ${color}${more}>${escapeXml(text)}</text>\n`;
}

/** A text turned to run along a vertical axis, around its middle. */
function turnedText(x: number, y: number, text: string, color: string, angle: number): string {
  const turn = ` text-anchor="middle" transform="rotate(${angle} ${px(x)} ${px(y)})"`;
  return textAt(x, y, text, color, turn);
}

/** The legend's rows: as many entries in each as fit the width. */
function legendRows(series: readonly Drawn[], width: number): { one: Drawn; x: number }[][] {
  const rows: { one: Drawn; x: number }[][] = [[]];
  let x = 0;
  for (const one of series.filter(({ label }) => label !== "")) {
    const needed = swatchWidth(one) + 7 + textWidth(one.label) + 18;
    if (x > 0 && x + needed > width) {
      rows.push([]);
      x = 0;
    }
    rows[rows.length - 1].push({ one, x });
    x += needed;
  }
  return rows[0].length === 0 ? [] : rows;
}

/** The style sheet that turns a light chart dark on a dark page. */
function darkStyle(): string {
  const { back, frame, ink, muted, grid } = THEMES.dark;
  return `<style>@media (prefers-color-scheme: dark) { ` +
    `.back { fill: ${back}; stroke: ${frame} } .ink { fill: ${ink} } ` +
    `.muted { fill: ${muted} } .grid { stroke: ${grid} } .axis { stroke: ${muted} } ` +
    `.mark { stroke: ${back} } }</style>\n`;
}

/** The axes: grid lines, marks and their numbers, and what each axis measures. */
function drawAxes(
  chart: LineChart,
  plot: Plot,
  scales: { x: Scale; left: Scale; right?: Scale },
  rightColor: string,
  colors: Colors,
): string {
  const muted = `class="muted" fill="${colors.muted}"`;
  const { left, right, top, bottom } = plot;
  const mapX = mapper(scales.x, left, right);
  const mapLeft = mapper(scales.left, bottom, top);
  let out = "";
  tickLabels(scales.left).forEach((label, i) => {
    const y = mapLeft(scales.left.ticks[i]);
    out += `<path class="grid" stroke="${colors.grid}" d="M${px(left)} ${px(y)}H${px(right)}"/>\n`;
    out += textAt(left - TICK_GAP, y + 4, label, muted, ' text-anchor="end"');
  });
  out += `<path class="axis" stroke="${colors.muted}" d="M${px(left)} ${px(bottom)}H${
    px(right)
  }"/>\n`;
  tickLabels(scales.x).forEach((label, i) => {
    const x = mapX(scales.x.ticks[i]);
    out += `<path class="axis" stroke="${colors.muted}" d="M${px(x)} ${px(bottom)}v5"/>\n`;
    out += textAt(x, bottom + 20, label, muted, ' text-anchor="middle"');
  });
  if (scales.right !== undefined) {
    const mapRight = mapper(scales.right, bottom, top);
    tickLabels(scales.right).forEach((label, i) => {
      const y = mapRight(scales.right!.ticks[i]);
      out += textAt(right + TICK_GAP, y + 4, label, rightColor);
    });
  }
  const middle = (top + bottom) / 2;
  const width = chart.width ?? 880;
  if (chart.xLabel) {
    out += textAt((left + right) / 2, bottom + 43, chart.xLabel, muted, ' text-anchor="middle"');
  }
  if (chart.yLabel) out += turnedText(MARGIN + 6, middle, chart.yLabel, muted, -90);
  if (chart.rightLabel && scales.right !== undefined) {
    out += turnedText(width - MARGIN - 6, middle, chart.rightLabel, rightColor, 90);
  }
  return out;
}

/** The widest of an axis's numbers, in pixels. */
function labelsWidth(scale: Scale | undefined): number {
  return scale === undefined ? 0 : Math.max(...tickLabels(scale).map((text) => textWidth(text)));
}

/**
 * Draws a line chart.
 *
 * @param chart The series and the texts around them.
 * @returns An SVG document.
 * @throws {RangeError} When a series' x and y differ in length.
 */
export function lineChart(chart: LineChart): string {
  const { width = 880, height = 460, theme = "auto", title = "", subtitle = "" } = chart;
  const colors = THEMES[theme === "dark" ? "dark" : "light"];
  const series = chart.series.map(prepare);
  const legend = legendRows(series, width - 2 * MARGIN);

  const titleBottom = MARGIN + (title ? 20 : 0) + (subtitle ? 20 : 0);
  const top = titleBottom + legend.length * LEGEND_LINE + 16;
  const bottom = height - MARGIN - 14 - (chart.xLabel ? LABEL_HEIGHT : 0);
  const left = verticalScale(series, "left", chart.yRange, bottom - top) ??
    niceScale(0, 1, 4, true);
  const right = verticalScale(series, "right", chart.rightRange, bottom - top);
  const plot: Plot = {
    left: MARGIN + (chart.yLabel ? LABEL_HEIGHT : 0) + labelsWidth(left) + TICK_GAP,
    right: width - MARGIN - (right && chart.rightLabel ? LABEL_HEIGHT : 0) -
      (right ? labelsWidth(right) + TICK_GAP : 0),
    top,
    bottom,
  };
  const [xLow, xHigh] = extent(series.map(({ x }) => x)) ?? [0, 1];
  // Episode 1 or step 9 is the beginning: let the axis begin at 0, where its readers expect it.
  const xStart = xLow > 0 && xLow < xHigh / 20 ? 0 : xLow;
  const x = niceScale(xStart, xHigh, Math.max(2, (plot.right - plot.left) / 105), false);

  // The right axis wears the colour of its series where there is only one.
  const onRight = series.filter(({ axis }) => axis === "right");
  const rightColor = onRight.length === 1
    ? `fill="${escapeXml(onRight[0].color)}"`
    : `class="muted" fill="${colors.muted}"`;
  const ink = `class="ink" fill="${colors.ink}"`;

  let out = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" role="img" font-family="${FONT}" font-size="${FONT_SIZE}">\n`;
  out += `<title>${escapeXml(title || "Line chart")}</title>\n`;
  if (theme === "auto") out += darkStyle();
  out += `<rect class="back" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" ` +
    `fill="${colors.back}" stroke="${colors.frame}"/>\n`;
  if (title) out += textAt(MARGIN, MARGIN + 12, title, ink, ' font-size="17" font-weight="600"');
  if (subtitle) {
    const y = titleBottom - 6;
    out += textAt(MARGIN, y, subtitle, `class="muted" fill="${colors.muted}"`);
  }
  out += drawAxes(chart, plot, { x, left, right }, rightColor, colors);

  // The group's stroke is that of markers: what lies under them ends at a rim of the ground's colour.
  out += `<g class="mark" fill="none" stroke="${colors.back}" stroke-linecap="round" ` +
    `stroke-linejoin="round">\n`;
  const mapX = mapper(x, plot.left, plot.right);
  const mapY = ({ axis }: Drawn) => mapper(axis === "right" ? right! : left, plot.bottom, plot.top);
  const bands = series.filter(({ low }) => low.length > 0).length;
  for (const one of series) out += drawBand(one, mapX, mapY(one), bands);
  for (const one of series) out += drawSeries(one, mapX, mapY(one));
  legend.forEach((row, i) => {
    const y = titleBottom + 12 + i * LEGEND_LINE;
    for (const entry of row) out += swatch(entry.one, MARGIN + entry.x, y);
  });
  out += "</g>\n";
  legend.forEach((row, i) => {
    const y = titleBottom + 16 + i * LEGEND_LINE;
    for (const entry of row) {
      out += textAt(MARGIN + entry.x + swatchWidth(entry.one) + 5, y, entry.one.label, ink);
    }
  });
  if (extent(series.map(({ y }) => y)) === undefined) {
    const middle = ` text-anchor="middle"`;
    const muted = `class="muted" fill="${colors.muted}"`;
    out += textAt((plot.left + plot.right) / 2, (top + bottom) / 2 + 4, "no data", muted, middle);
  }
  return out + "</svg>\n";
}

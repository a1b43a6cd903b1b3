/**
 * The series of a chart and how they are drawn in SVG.
 *
 * @module
 */

import { type Marker, markerPath } from "./svg_looks.ts";
import { thin } from "./thin.ts";

/** How a series is drawn: "faint" is for raw values behind their average. */
export type SeriesStyle = "line" | "dashed" | "faint" | "points";

/** A range around each value of a series. */
export interface Band {
  /** The lower ends. */
  readonly low: ArrayLike<number>;
  /** The upper ends. */
  readonly high: ArrayLike<number>;
}

/** One series of a chart. */
export interface Series {
  /** Its name in the legend. */
  readonly label: string;
  /** The values; what is not finite (NaN) leaves a gap. */
  readonly y: ArrayLike<number>;
  /** Where the values lie, ascending; 1, 2, 3, … by default. */
  readonly x?: ArrayLike<number>;
  /** How it is drawn; "line" by default. */
  readonly style?: SeriesStyle;
  /** A CSS colour; by default the next of {@link PALETTE}. */
  readonly color?: string;
  /** The axis that it is measured on; "left" by default. */
  readonly axis?: "left" | "right";
  /** A range around the values, drawn as a translucent area under all lines. */
  readonly band?: Band;
  /** Lengths of dashes and gaps, as SVG's stroke-dasharray, in place of its style's. */
  readonly dash?: string;
  /** What sits on some of the points. */
  readonly marker?: Marker;
}

/** The colours that series get in turn: told apart by most eyes, on white and on black. */
export const PALETTE: readonly string[] = [
  "#3574e2",
  "#e8833a",
  "#2aa876",
  "#a163d8",
  "#dd4c5f",
  "#1b9db5",
  "#c79a1e",
  "#7c8794",
];

/** A series with everything filled in and thinned. */
export interface Drawn {
  /** Its name in the legend. */
  readonly label: string;
  /** How it is drawn. */
  readonly style: SeriesStyle;
  /** Its CSS colour, as given. */
  readonly color: string;
  /** The axis that it is measured on. */
  readonly axis: "left" | "right";
  /** Where the points lie. */
  readonly x: Float64Array;
  /** The points' values. */
  readonly y: Float64Array;
  /** The lower and the upper ends of its band; empty where it has none. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Dashes in place of its style's. */
  readonly dash?: string;
  /** What sits on some of the points, and at which of every few. */
  readonly marker?: { readonly shape: Marker; readonly first: number; readonly every: number };
}

/** The width of a series' sample in the legend, in pixels: dashes show on both sides of a marker. */
export function swatchWidth({ marker }: Drawn): number {
  return marker ? 38 : 22;
}

/** About how many points of a series are drawn. */
const MAX_POINTS = 1_000;

/** About how many markers a line has. */
const MARKERS = 8;

/** How much of what lies under them all bands of a chart cover together, and one at most. */
const BANDS_OPACITY = 0.75;
const BAND_OPACITY = 0.16;

/** Each style's line, as attributes. */
const STROKES: Record<SeriesStyle, string> = {
  line: 'stroke-width="2.25"',
  dashed: 'stroke-width="1.75" stroke-dasharray="7 5"',
  faint: 'stroke-width="1.1" stroke-opacity="0.42"',
  points: 'stroke-width="3" stroke-opacity="0.45"',
};

/** Text for use between tags and in attributes; characters that XML forbids are left out. */
export function escapeXml(text: string): string {
  const names: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };
  // deno-lint-ignore no-control-regex
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, "")
    .replace(/[&<>"]/g, (character) => `&${names[character]};`);
}

/** A coordinate with a tenth of a pixel. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/**
 * The points to draw. Lines keep the extremes; scattered points are an even sample, with some of the
 * extremes, as extremes alone would draw the outline of a cloud in place of the cloud.
 */
function pointsToDraw(y: ArrayLike<number>, style: SeriesStyle): number[] {
  if (style !== "points" || y.length <= MAX_POINTS) return thin(y, MAX_POINTS);
  const sampled = MAX_POINTS * 3 / 4;
  const even = Array.from({ length: sampled }, (_, i) => Math.floor(i * y.length / sampled));
  return [...new Set([...even, ...thin(y, MAX_POINTS - sampled)])].sort((a, b) => a - b);
}

/** Checks a series, thins it and fills in what was left out. */
export function prepare(series: Series, index: number): Drawn {
  const { label, x, y, style = "line", axis = "left", band, dash, marker } = series;
  if (x !== undefined && x.length !== y.length) {
    throw new RangeError(
      `series "${label}": x must have a value for each of the ${y.length} of y, got ${x.length}`,
    );
  }
  for (const [name, ends] of Object.entries(band ?? {})) {
    if (ends.length === y.length) continue;
    throw new RangeError(
      `series "${label}": band.${name} must have a value for each of the ${y.length} of y, ` +
        `got ${ends.length}`,
    );
  }
  const kept = pointsToDraw(y, style);
  const every = Math.max(1, Math.round(kept.length / MARKERS));
  // Lines that lie on each other show all their markers when each has its own places.
  const first = Math.floor(index * every / 3) % every;
  return {
    label,
    style,
    axis,
    color: series.color ?? PALETTE[index % PALETTE.length],
    x: Float64Array.from(kept, (i) => x === undefined ? i + 1 : x[i]),
    y: Float64Array.from(kept, (i) => y[i]),
    low: Float64Array.from(band ? kept : [], (i) => band!.low[i]),
    high: Float64Array.from(band ? kept : [], (i) => band!.high[i]),
    dash,
    marker: marker && { shape: marker, first, every },
  };
}

/** A path in a series' own look. */
function pathElement(path: string, { style, color, dash }: Drawn): string {
  const stroke = dash === undefined
    ? STROKES[style]
    : `stroke-width="2.25" stroke-dasharray="${escapeXml(dash)}"`;
  return `<path d="${path}" stroke="${escapeXml(color)}" ${stroke}/>\n`;
}

/** Markers as one element; the chart's ground around them keeps them off lines that they lie on. */
function markersElement(path: string, color: string): string {
  return `<path d="${path}" fill="${escapeXml(color)}"/>\n`;
}

/** Maps an axis's values to pixels. */
type Mapper = (value: number) => number;

/**
 * A series' band as a path element: one area for each stretch without a gap.
 *
 * @param bands How many bands there are: the more, the fainter each.
 */
export function drawBand(
  { x, low, high, color }: Drawn,
  mapX: Mapper,
  mapY: Mapper,
  bands: number,
): string {
  let path = "";
  const point = (i: number, ends: Float64Array) => `${px(mapX(x[i]))} ${px(mapY(ends[i]))}`;
  const isThere = (i: number) => [x[i], low[i], high[i]].every(Number.isFinite);
  for (let from = 0; from < low.length; from++) {
    if (!isThere(from)) continue;
    let end = from;
    while (end < low.length && isThere(end)) end++;
    const places = Array.from({ length: end - from }, (_, i) => from + i);
    // A band of one value has no area to show.
    if (places.length > 1) {
      const there = places.map((i) => point(i, high));
      const back = places.reverse().map((i) => point(i, low));
      path += `M${[...there, ...back].join("L")}Z`;
    }
    from = end;
  }
  if (path === "") return "";
  const opacity = Math.min(BAND_OPACITY, BANDS_OPACITY / bands).toFixed(2);
  return `<path d="${path}" fill="${escapeXml(color)}" fill-opacity="${opacity}" stroke="none"/>\n`;
}

/** A series as path elements: gaps lift the pen, and a lone point is a dot. */
export function drawSeries(one: Drawn, mapX: Mapper, mapY: Mapper): string {
  const { x, y, style, marker } = one;
  let path = "";
  let marks = "";
  let down = false;
  for (let i = 0; i < y.length; i++) {
    if (!Number.isFinite(y[i]) || !Number.isFinite(x[i])) {
      down = false;
      continue;
    }
    const [left, top] = [px(mapX(x[i])), px(mapY(y[i]))];
    const point = `${left} ${top}`;
    const alone: boolean = style === "points" || (!down && !Number.isFinite(y[i + 1]));
    path += alone ? `M${point}h0` : `${down ? "L" : "M"}${point}`;
    down = !alone;
    if (marker && i % marker.every === marker.first) marks += markerPath(marker.shape, left, top);
  }
  return pathElement(path, one) + (marks === "" ? "" : markersElement(marks, one.color));
}

/** A line of a series' own look. */
export function swatch(one: Drawn, x: number, y: number): string {
  const width = swatchWidth(one) - 2;
  const line = one.style === "points"
    ? `M${px(x + 4)} ${px(y)}h0m7 -2h0m7 3h0`
    : one.style === "faint"
    ? `M${px(x)} ${px(y + 2)}l4 -5 4 6 4 -7 4 6 4 -4`
    : `M${px(x)} ${px(y)}h${width}`;
  const mark = one.marker && markerPath(one.marker.shape, px(x + width / 2), px(y));
  return pathElement(line, one) + (mark ? markersElement(mark, one.color) : "");
}

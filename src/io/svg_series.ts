/**
 * The series of a chart and how they are drawn in SVG.
 *
 * @module
 */

import { thin } from "./thin.ts";

/** How a series is drawn: "faint" is for raw values behind their average. */
export type SeriesStyle = "line" | "dashed" | "faint" | "points";

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
}

/** The width of a series' sample in the legend, in pixels. */
export const SWATCH = 22;

/** About how many points of a series are drawn. */
const MAX_POINTS = 1_000;

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
  const { label, x, y, style = "line", axis = "left" } = series;
  if (x !== undefined && x.length !== y.length) {
    throw new RangeError(
      `series "${label}": x must have a value for each of the ${y.length} of y, got ${x.length}`,
    );
  }
  const kept = pointsToDraw(y, style);
  return {
    label,
    style,
    axis,
    color: series.color ?? PALETTE[index % PALETTE.length],
    x: Float64Array.from(kept, (i) => x === undefined ? i + 1 : x[i]),
    y: Float64Array.from(kept, (i) => y[i]),
  };
}

/** A path in a series' own look. */
function pathElement(path: string, style: SeriesStyle, color: string): string {
  return `<path d="${path}" stroke="${escapeXml(color)}" ${STROKES[style]}/>\n`;
}

/** A series as a path element: gaps lift the pen, and a lone point is a dot. */
export function drawSeries(
  { x, y, style, color }: Drawn,
  mapX: (value: number) => number,
  mapY: (value: number) => number,
): string {
  let path = "";
  let down = false;
  for (let i = 0; i < y.length; i++) {
    if (!Number.isFinite(y[i]) || !Number.isFinite(x[i])) {
      down = false;
      continue;
    }
    const point = `${px(mapX(x[i]))} ${px(mapY(y[i]))}`;
    const alone: boolean = style === "points" || (!down && !Number.isFinite(y[i + 1]));
    path += alone ? `M${point}h0` : `${down ? "L" : "M"}${point}`;
    down = !alone;
  }
  return pathElement(path, style, color);
}

/** A line of a series' own look. */
export function swatch({ style, color }: Drawn, x: number, y: number): string {
  const line = style === "points"
    ? `M${px(x + 4)} ${px(y)}h0m7 -2h0m7 3h0`
    : style === "faint"
    ? `M${px(x)} ${px(y + 2)}l4 -5 4 6 4 -7 4 6 4 -4`
    : `M${px(x)} ${px(y)}h${SWATCH - 2}`;
  return pathElement(line, style, color);
}

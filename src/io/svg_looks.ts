/**
 * Looks for many lines in one chart: each has a colour, a dash pattern and a marker, so that lines are
 * told apart by those who see few colours and on paper without any.
 *
 * @module
 */

/** The shapes of markers. */
export type Marker = "circle" | "square" | "triangle" | "diamond" | "cross" | "wedge";

/** How a line is told apart from others. */
export interface Look {
  /** A CSS colour. */
  readonly color: string;
  /** Lengths of dashes and gaps, as SVG's stroke-dasharray; undefined is a solid line. */
  readonly dash?: string;
  /** What sits on some of its points. */
  readonly marker: Marker;
}

/**
 * Six colours that also those tell apart who see red and green, or blue and yellow, alike; on white and on black.
 *
 * Source: Okabe and Ito, "Color Universal Design" (2008), without its yellow and black.
 */
export const SAFE_COLORS: readonly string[] = [
  "#0072b2",
  "#e69f00",
  "#009e73",
  "#d55e00",
  "#cc79a7",
  "#56b4e9",
];

const MARKERS: readonly Marker[] = ["circle", "square", "triangle", "diamond", "cross", "wedge"];
const DASHES: readonly (string | undefined)[] = [undefined, "9 5", "2 5"];

/** Half the size of a marker, in pixels. */
const R = 4;

/** Each marker's outline around 0, 0, as moves relative to the point before. */
const OUTLINES: Readonly<Record<Marker, string>> = {
  circle: `m${-R} 0a${R} ${R} 0 1 0 ${2 * R} 0a${R} ${R} 0 1 0 ${-2 * R} 0z`,
  square: "m-3.5 -3.5h7v7h-7z",
  triangle: "m0 -4.8l4.6 8h-9.2z",
  diamond: "m0 -5l5 5 -5 5 -5 -5z",
  cross: "m-1.5 -4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z",
  wedge: "m0 4.8l4.6 -8h-9.2z",
};

/**
 * The look of a line: colours in turn; the second six are dashed and the third dotted, with the
 * markers shifted, so that 18 differ.
 *
 * @param index Which line, from 0.
 */
export function lookOf(index: number): Look {
  const colors = SAFE_COLORS.length;
  const round = Math.floor(index / colors);
  return {
    color: SAFE_COLORS[index % colors],
    dash: DASHES[round % DASHES.length],
    marker: MARKERS[(index + 2 * round) % MARKERS.length],
  };
}

/** A marker's outline as a path's data. */
export function markerPath(marker: Marker, x: string, y: string): string {
  return `M${x} ${y}${OUTLINES[marker]}`;
}

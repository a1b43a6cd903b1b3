/**
 * Distributions of returns as pictures: what each action may bring, at several moments of an episode.
 *
 * @module
 */

import { lineChart, lookOf, type Series } from "../io/svg.ts";
import { chartGrid } from "../io/svg_grid.ts";

/** What `agent.distribution` gives: both are [actions × atoms]. */
export interface Distribution {
  readonly values: Float32Array;
  readonly probabilities: Float32Array;
}

/** A moment of an episode. */
export interface Moment {
  /** What the picture is called. */
  readonly title: string;
  /** What the agent predicts then. */
  readonly distribution: Distribution;
  /** SVG elements that show the moment, within 36 pixels to each side of 0, 0 and above it. */
  readonly drawing?: string;
}

/** How distributions are drawn. */
export interface DistributionChart {
  readonly heading: string;
  readonly note: string;
  readonly moments: readonly Moment[];
  /** A name for each action. */
  readonly actions: readonly string[];
  /** Whether the values are fixed atoms, drawn as bars, and not quantiles, drawn as a density. */
  readonly hasAtoms: boolean;
}

const WIDTH = 430;
const HEIGHT = 280;
const COLUMNS = 2;
/** Where a moment's drawing stands. */
const DRAWING_X = WIDTH - 56;
const DRAWING_Y = 64;
/** Places at which a density is drawn. */
const PLACES = 240;
/** Share of the axis that a density reaches at least: quantiles that all agree are a spike. */
const LEAST_WIDTH = 1 / 120;

/** A curve to draw. */
interface Shape {
  readonly x: number[];
  readonly y: number[];
}

/** One action's part. */
function partOf(
  { values, probabilities }: Distribution,
  action: number,
  actions: number,
): Distribution {
  const atoms = values.length / actions;
  const [from, to] = [action * atoms, (action + 1) * atoms];
  return { values: values.subarray(from, to), probabilities: probabilities.subarray(from, to) };
}

/** The mean: an action's Q-value. */
export function meanOf({ values, probabilities }: Distribution): number {
  return values.reduce((sum, value, i) => sum + probabilities[i] * value, 0);
}

/** Bars over the atoms, as the outline of their tops. */
export function bars({ values, probabilities }: Distribution): Shape {
  const half = values.length > 1 ? (values[1] - values[0]) / 2 : 0.5;
  const x: number[] = [];
  const y: number[] = [];
  values.forEach((value, i) => {
    x.push(value - half, value + half);
    y.push(probabilities[i], probabilities[i]);
  });
  return { x, y };
}

/**
 * The density that quantiles stand for: each is smoothed by a Gaussian, whose width follows from their
 * spread and number (Silverman's rule).
 */
export function density(
  { values, probabilities }: Distribution,
  low: number,
  high: number,
): Shape {
  const sorted = Float32Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const spread = (at(0.75) - at(0.25)) / 1.34;
  const width = Math.max(
    0.9 * spread * sorted.length ** -0.2,
    (high - low) * LEAST_WIDTH,
  );
  const x = Array.from({ length: PLACES }, (_, i) => low + (high - low) * i / (PLACES - 1));
  const y = x.map((place) =>
    values.reduce((sum, value, i) => {
      const distance = (place - value) / width;
      return sum + probabilities[i] * Math.exp(-distance * distance / 2);
    }, 0) / (width * Math.sqrt(2 * Math.PI))
  );
  return { x, y };
}

/** The range that all moments are drawn over. */
function rangeOf({ moments }: DistributionChart): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { distribution: { values } } of moments) {
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const margin = (high - low) * 0.04 || 0.5;
  return [low - margin, high + margin];
}

/** Draws each moment's distributions, all actions in one picture. */
export function distributionChart(chart: DistributionChart): string {
  const { heading, note, moments, actions, hasAtoms } = chart;
  const [low, high] = rangeOf(chart);
  const pictures = moments.map(({ title, distribution, drawing = "" }) => {
    const series = actions.flatMap((name, action): Series[] => {
      const outcomes = partOf(distribution, action, actions.length);
      const { x, y } = hasAtoms ? bars(outcomes) : density(outcomes, low, high);
      const mean = meanOf(outcomes);
      // One is blue, the other vermilion: the two of the palette that differ most to all eyes.
      const { color } = lookOf(action * 3);
      return [
        {
          label: `${name}: Q ${mean.toFixed(1)}`,
          x,
          y,
          color,
          band: { low: y.map(() => 0), high: y },
        },
        { label: "", x: [mean, mean], y: [0, Math.max(...y)], color, style: "dashed" },
      ];
    });
    const picture = lineChart({
      title,
      series,
      xLabel: "return",
      yLabel: hasAtoms ? "probability" : "density",
      yRange: [0, 0],
      width: WIDTH,
      height: HEIGHT,
    });
    const place = `<g transform="translate(${DRAWING_X} ${DRAWING_Y})">${drawing}</g>`;
    return drawing ? picture.replace(/<\/svg>\n$/, `${place}\n</svg>\n`) : picture;
  });
  return chartGrid(pictures, COLUMNS, heading, note);
}

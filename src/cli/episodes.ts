/**
 * What happened, episode by episode: averages, the table for a spreadsheet, and the learning curve.
 *
 * @module
 */

import type { Episode } from "../agent/recorder.ts";
import { toCsv } from "../io/csv.ts";
import { lineChart, PALETTE, type Series } from "../io/svg.ts";

/** Episodes that the moving average is taken over. */
export const WINDOW = 100;

/** Episodes from which the length of the next is guessed. */
const FEW = 10;

const COLUMNS = ["episode", "steps", "return", "length", "epsilon", "moving_average"] as const;

/** The part of an episode that is kept. */
export type EpisodeRecord = Pick<Episode, "episode" | "steps" | "return" | "length" | "epsilon">;

/** Means of the last so many values at each place; of fewer where there are no more. */
export function movingAverage(values: readonly number[], window: number = WINDOW): number[] {
  return values.map((_, i) => {
    // Summed anew each time: a running sum would gather rounding errors.
    const from = Math.max(0, i + 1 - window);
    let sum = 0;
    for (let j = from; j <= i; j++) sum += values[j];
    return sum / (i + 1 - from);
  });
}

/** keep · previous + (1 − keep) · value at each place; the first value stands for its previous. */
export function smoothed(values: readonly number[], keep: number): number[] {
  let previous = values[0];
  return values.map((value) => previous = keep * previous + (1 - keep) * value);
}

/** An evaluation while training, as a curve needs it. */
export interface CheckRecord {
  readonly steps: number;
  readonly mean: number;
}

/** How a learning curve is drawn. */
export interface CurveOptions {
  readonly title: string;
  readonly subtitle: string;
  /** What the horizontal axis counts. */
  readonly over: "steps" | "episodes";
  /** Smooth with this factor instead of a moving average. */
  readonly smoothing?: number;
  /** Evaluations while training. */
  readonly checks?: readonly CheckRecord[];
  /** Whether to draw ε. */
  readonly epsilon: boolean;
  /** What each point is of: an episode unless it says otherwise. */
  readonly of?: "episode" | "game";
}

const LABELS = { episode: "return of an episode", game: "score of a game" };

/** The episodes of a run, in order. */
export class EpisodeLog {
  readonly #episodes: EpisodeRecord[] = [];

  /** Adds an episode. */
  add(episode: EpisodeRecord): void {
    this.#episodes.push(episode);
  }

  /** How many there are. */
  get count(): number {
    return this.#episodes.length;
  }

  /** Return of the newest; NaN when there is none. */
  get lastReturn(): number {
    return this.#episodes.at(-1)?.return ?? NaN;
  }

  /** Steps of the newest few on average: what the next ones may take; NaN when there is none. */
  get meanLength(): number {
    const recent = this.#episodes.slice(-FEW);
    return recent.reduce((sum, episode) => sum + episode.length, 0) / recent.length;
  }

  /** Mean return of the newest hundred. */
  get average(): number {
    const recent = this.#episodes.slice(-WINDOW);
    return recent.reduce((sum, episode) => sum + episode.return, 0) / recent.length;
  }

  /** The best mean return over a hundred episodes in a row; undefined when there were fewer. */
  bestAverage(): { readonly mean: number; readonly episode: number } | undefined {
    const averages = movingAverage(this.#returns());
    let best: { mean: number; episode: number } | undefined;
    for (let i = WINDOW - 1; i < averages.length; i++) {
      if (best && averages[i] <= best.mean) continue;
      best = { mean: averages[i], episode: this.#episodes[i].episode };
    }
    return best;
  }

  /** A row for each episode. */
  csv(): string {
    const averages = movingAverage(this.#returns());
    return toCsv(
      COLUMNS,
      this.#episodes.map((episode, i) => [
        episode.episode,
        episode.steps,
        episode.return,
        episode.length,
        episode.epsilon,
        averages[i],
      ]),
    );
  }

  /** The learning curve as SVG: returns, their average, ε, and evaluations where there were any. */
  curve(options: CurveOptions): string {
    const { over, smoothing, checks = [], epsilon, title, subtitle, of = "episode" } = options;
    const x = this.#episodes.map(({ steps, episode }) => over === "steps" ? steps : episode);
    const returns = this.#returns();
    const average: Series = smoothing === undefined
      ? { label: `mean of the last ${WINDOW}`, y: movingAverage(returns), x, color: PALETTE[0] }
      : {
        label: `smoothed (${smoothing} / ${Number((1 - smoothing).toPrecision(6))})`,
        y: smoothed(returns, smoothing),
        x,
        color: PALETTE[0],
      };
    const series: Series[] = [
      { label: LABELS[of], y: returns, x, style: "faint", color: PALETTE[0] },
    ];
    if (epsilon) {
      series.push({
        label: "epsilon",
        y: this.#episodes.map((episode) => episode.epsilon),
        x,
        style: "dashed",
        color: PALETTE[7],
        axis: "right",
      });
    }
    series.push(average);
    if (checks.length > 0 && over === "steps") {
      series.push({
        label: "greedy evaluation",
        y: checks.map((check) => check.mean),
        x: checks.map((check) => check.steps),
        color: PALETTE[1],
      });
    }
    return lineChart({
      series,
      title,
      subtitle,
      xLabel: over === "steps" ? "environment steps" : "episode",
      yLabel: of === "game" ? "score" : "return",
      yRange: [0, 0],
      ...(epsilon ? { rightLabel: "epsilon", rightRange: [0, 1] as const } : {}),
    });
  }

  #returns(): number[] {
    return this.#episodes.map((episode) => episode.return);
  }
}

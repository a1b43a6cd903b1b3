/**
 * What the runs of a comparison come to: a curve and a row of numbers for each algorithm.
 *
 * @module
 */

import type { RunRecord } from "./record.ts";
import {
  deviation,
  interquartileInterval,
  type Interval,
  mean,
  meanInterval,
  median,
} from "./statistics.ts";

/** How the seeds of a point are put together. */
export type Statistic = "mean" | "iqm";

/** What a curve shows: evaluations, or the returns of training. */
export type CurveKind = "evaluation" | "training";

/** A curve with its band: one value of each for every point. */
export interface Curve {
  readonly steps: readonly number[];
  readonly center: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** What an algorithm's runs come to. */
export interface Summary {
  readonly algorithm: string;
  readonly seeds: readonly number[];
  /** Mean return of the last network, over seeds; its deviation is that between seeds. */
  readonly final: number;
  readonly std: number | null;
  readonly median: number;
  /** Mean return of the best network of each run. */
  readonly best: number;
  /** Seeds whose last network, and whose best, reaches the threshold; null without one. */
  readonly solved: number | null;
  readonly bestSolved: number | null;
  /** Seeds whose curve reaches it, and the steps that the median seed took; null when it does not. */
  readonly reached: number | null;
  readonly stepsToThreshold: number | null;
  /** Updates a second while training, median over seeds; null where nothing was learnt. */
  readonly updatesPerSecond: number | null;
}

function valueOf(record: RunRecord, place: number, kind: CurveKind): number {
  const point = record.curve[place];
  return (kind === "evaluation" ? point?.mean : point?.training) ?? NaN;
}

/**
 * An algorithm's curve over its seeds. The band is cut off where no run went: returns have limits that
 * the statistics do not know.
 *
 * @param records Its runs, with the same settings.
 */
export function curveOf(
  records: readonly RunRecord[],
  kind: CurveKind,
  statistic: Statistic,
): Curve {
  const interval = statistic === "mean" ? meanInterval : interquartileInterval;
  const places = Math.max(0, ...records.map(({ curve }) => curve.length));
  const values = Array.from(
    { length: places },
    (_, place) => records.map((one) => valueOf(one, place, kind)).filter(Number.isFinite),
  );
  const all = values.flat();
  const [lowest, highest] = [Math.min(...all), Math.max(...all)];
  const intervals: Interval[] = values.map(interval);
  return {
    steps: values.map((_, place) =>
      Math.max(...records.map((one) => one.curve[place]?.steps ?? 0))
    ),
    center: intervals.map(({ center }) => center),
    low: intervals.map(({ low }) => Math.max(low, lowest)),
    high: intervals.map(({ high }) => Math.min(high, highest)),
  };
}

/**
 * Sums up an algorithm's runs.
 *
 * @param records Its finished runs, at least one.
 * @param threshold The mean return that counts as solved, if there is one.
 */
export function summarize(records: readonly RunRecord[], threshold: number | undefined): Summary {
  const finals = records.map(({ final }) => final?.mean ?? NaN);
  const bests = records.map(({ best }) => best?.mean ?? NaN);
  const firsts = records.map(({ curve }) =>
    curve.find(({ mean }) => mean >= (threshold ?? Infinity))?.steps ?? Infinity
  );
  const count = (values: readonly number[]) =>
    threshold === undefined ? null : values.filter((value) => value >= threshold).length;
  const middle = median(firsts);
  const speeds = records.map(({ updates, seconds }) => updates / seconds);
  const speed = median(speeds.filter((value) => value > 0));
  return {
    algorithm: records[0].algorithm,
    seeds: records.map(({ seed }) => seed),
    final: mean(finals),
    std: records.length < 2 ? null : deviation(finals),
    median: median(finals),
    best: mean(bests),
    solved: count(finals),
    bestSolved: count(bests),
    reached: threshold === undefined ? null : firsts.filter(Number.isFinite).length,
    stepsToThreshold: Number.isFinite(middle) ? middle : null,
    updatesPerSecond: Number.isFinite(speed) ? speed : null,
  };
}

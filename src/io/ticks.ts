/**
 * Round numbers for a chart's axes, and how to write them.
 *
 * @module
 */

/** An axis: the range that it spans and the values that are marked on it. */
export interface Scale {
  /** The value at its beginning. */
  readonly low: number;
  /** The value at its end. */
  readonly high: number;
  /** The marked values, ascending. */
  readonly ticks: readonly number[];
  /** The distance between two marks. */
  readonly step: number;
}

/** The multiples of a power of ten that read as round, and up to which ratio each is taken. */
const ROUND_STEPS = [[1, 1.5], [2, 3.5], [5, 7.5], [10, Infinity]] as const;

/** How far over the end of a range, in steps, a mark still counts as on it: rounding only. */
const SLACK = 1e-9;

/** The round number (1, 2 or 5 times a power of ten) nearest to `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const [multiple] = ROUND_STEPS.find(([, limit]) => step / power < limit)!;
  return multiple * power;
}

/**
 * Divides a range into round steps.
 *
 * @param low The smallest value to show.
 * @param high The largest value to show; a range of no width is widened around its value.
 * @param count About how many steps are wanted.
 * @param widen Whether the axis reaches out to the next marks (true) or ends where the range does.
 * @returns The axis.
 */
export function niceScale(low: number, high: number, count: number, widen: boolean): Scale {
  if (!(high > low)) {
    const margin = Math.abs(low) / 2 || 0.5;
    return niceScale(low - margin, low + margin, count, widen);
  }
  const step = roundStep((high - low) / count);
  const first = widen ? Math.floor(low / step + SLACK) : Math.ceil(low / step - SLACK);
  const last = widen ? Math.ceil(high / step - SLACK) : Math.floor(high / step + SLACK);
  // Products, not sums: 3 · 0.1 is off by one rounding, 0.1 + 0.1 + 0.1 by more with every mark.
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return widen ? { low: first * step, high: last * step, ticks, step } : { low, high, ticks, step };
}

/** Units for large numbers, from the largest down. */
const UNITS = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]] as const;

/**
 * Writes an axis's marks, all in one manner: "0.25", "100", "50k", "1.5M", "2e-7".
 *
 * @param scale The axis.
 * @returns A text for each mark.
 */
export function tickLabels({ ticks, step }: Scale): string[] {
  const largest = Math.max(...ticks.map(Math.abs));
  const [unit, suffix] = largest >= 1e4 ? UNITS.find(([size]) => largest >= size)! : [1, ""];
  if (largest >= 1e15 || largest < 1e-3) {
    return ticks.map((tick) => {
      if (Math.abs(tick) < step / 2) return "0";
      return Number(tick.toPrecision(6)).toExponential().replace("e+", "e").replaceAll("-", "−");
    });
  }
  const decimals = Math.min(20, Math.max(0, -Math.floor(Math.log10(step / unit) + SLACK)));
  return ticks.map((tick) => {
    const text = (tick / unit).toFixed(decimals);
    return Number(text) === 0 ? "0" : text.replace("-", "−") + suffix;
  });
}

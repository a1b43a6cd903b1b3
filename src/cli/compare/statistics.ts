/**
 * Statistics over seeds: what a few runs of one algorithm come to, and how sure that is.
 *
 * @module
 */

/** The mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The unbiased standard deviation (n − 1); NaN of fewer than two values. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return NaN;
  const center = mean(values);
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1),
  );
}

/** The value at a share of the way through the sorted values, between two where it falls so. */
function quantileOf(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  // Also what keeps infinite values from becoming NaN.
  if (place === below || sorted[below] === sorted[above]) return sorted[below];
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/** The middle value; NaN of nothing. */
export function median(values: readonly number[]): number {
  return values.length === 0 ? NaN : quantileOf([...values].sort((a, b) => a - b), 0.5);
}

/**
 * The mean of the middle half: a quarter is cut off at each end, and where that cuts a value in two,
 * what is left of it counts for so much less.
 */
export function interquartileMean(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const { length } = sorted;
  let sum = 0;
  for (const [i, value] of sorted.entries()) {
    const inside = Math.min(i + 1, 0.75 * length) - Math.max(i, 0.25 * length);
    sum += Math.max(0, inside) * value;
  }
  return sum / (length / 2);
}

/** A centre and the interval around it. */
export interface Interval {
  readonly center: number;
  readonly low: number;
  readonly high: number;
}

/** 97.5 % quantiles of Student's t for 1, 2, 3, … degrees of freedom. */
// deno-fmt-ignore
const T_QUANTILES = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
];

/** The 97.5 % quantile of Student's t: from the table, and beyond it by the next term of its series. */
function tQuantile(freedom: number): number {
  return T_QUANTILES[freedom - 1] ?? 1.96 + 2.4 / freedom;
}

/**
 * The mean and its 95 % confidence interval by Student's t. One value has no interval.
 *
 * @param values One for each seed.
 */
export function meanInterval(values: readonly number[]): Interval {
  const center = mean(values);
  if (values.length < 2) return { center, low: NaN, high: NaN };
  const half = tQuantile(values.length - 1) * deviation(values) / Math.sqrt(values.length);
  return { center, low: center - half, high: center + half };
}

/** How often the bootstrap draws. */
const RESAMPLES = 2_000;

/** Whole numbers below `limit` that are the same in every run (xorshift32). */
function draws(limit: number): () => number {
  let state = 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor((state >>> 0) / 2 ** 32 * limit);
  };
}

/**
 * The interquartile mean and its 95 % percentile bootstrap interval. One value has no interval.
 *
 * Source: Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice"
 * (2021).
 *
 * @param values One for each seed.
 */
export function interquartileInterval(values: readonly number[]): Interval {
  const center = interquartileMean(values);
  if (values.length < 2) return { center, low: NaN, high: NaN };
  const draw = draws(values.length);
  const centers = Float64Array.from(
    { length: RESAMPLES },
    () => interquartileMean(values.map(() => values[draw()])),
  ).sort();
  return { center, low: quantileOf(centers, 0.025), high: quantileOf(centers, 0.975) };
}

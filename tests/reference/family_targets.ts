/**
 * The targets of the DQN family in float64: whom the next state's value comes from, Munchausen's terms,
 * and what scalar, C51 and quantile heads are moved towards.
 *
 * @module
 */

import { type NetworkOptions, outputsPerAction } from "./family_network.ts";

/** What targets depend on, in the names of DinoQ's configuration; defaults are DinoQ's. */
export interface TargetOptions extends NetworkOptions {
  readonly target?: "max" | "sarsa" | "munchausen";
  readonly doubleQ?: boolean;
  readonly vMin?: number;
  readonly vMax?: number;
  readonly munchausenTau?: number;
  readonly munchausenAlpha?: number;
  readonly munchausenClip?: number;
}

/** Which actions are allowed. */
export type Mask = readonly boolean[];

/** A share that a next action has in the target. */
export interface Share {
  readonly action: number;
  readonly probability: number;
  /** Added to the action's value: Munchausen's −τ ln π. */
  readonly bonus: number;
}

/** Softmax of some numbers. */
function softmax(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  const powers = values.map((x) => Math.exp(x - largest));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((x) => x / total);
}

/** The returns that C51's probabilities are of. */
export function support({ vMin = -10, vMax = 10, atoms = 51 }: TargetOptions): number[] {
  return Array.from({ length: atoms }, (_, i) => vMin + (vMax - vMin) * i / (atoms - 1));
}

/** A row's output of a network, taken apart: an action's numbers each. */
export function perAction(output: Float64Array, row: number, batch: number, actions: number) {
  const size = output.length / (batch * actions);
  return Array.from({ length: actions }, (_, a) => {
    const start = (row * actions + a) * size;
    return Array.from(output.subarray(start, start + size));
  });
}

/** The Q-value that an action's numbers stand for. */
export function valueOf(options: TargetOptions, numbers: readonly number[]): number {
  if (options.distribution === "c51") {
    const z = support(options);
    return softmax(numbers).reduce((sum, p, i) => sum + p * z[i], 0);
  }
  return numbers.reduce((a, b) => a + b) / numbers.length;
}

/** The allowed action of the highest value; the first of several. */
export function best(values: readonly number[], mask: Mask): number {
  let found = -1;
  values.forEach((value, a) => {
    if (mask[a] && (found < 0 || value > values[found])) found = a;
  });
  if (found < 0) throw new RangeError("no action is allowed");
  return found;
}

/** ln of softmax(q / τ) over the allowed actions; −∞ for others. */
export function logPolicy(values: readonly number[], mask: Mask, tau: number): number[] {
  const largest = values[best(values, mask)];
  const total = values.reduce(
    (sum, q, a) => mask[a] ? sum + Math.exp((q - largest) / tau) : sum,
    0,
  );
  return values.map((q, a) => mask[a] ? (q - largest) / tau - Math.log(total) : -Infinity);
}

/** What the Munchausen reward adds: α · max(τ ln π(a|s), l₀) (arXiv 2007.14430, equation 2). */
export function munchausenReward(
  options: TargetOptions,
  values: readonly number[],
  mask: Mask,
  action: number,
): number {
  const { munchausenTau = 0.03, munchausenAlpha = 0.9, munchausenClip = -1 } = options;
  const scaled = munchausenTau * logPolicy(values, mask, munchausenTau)[action];
  return munchausenAlpha * Math.max(scaled, munchausenClip);
}

/**
 * The next actions' shares in the target.
 *
 * @param values By which actions are chosen.
 * @param taken SARSA's next action.
 */
export function shares(
  options: TargetOptions,
  values: readonly number[],
  mask: Mask,
  taken?: number,
): Share[] {
  if (options.target === "sarsa") return [{ action: taken!, probability: 1, bonus: 0 }];
  if (options.target !== "munchausen") {
    return [{ action: best(values, mask), probability: 1, bonus: 0 }];
  }
  const { munchausenTau = 0.03 } = options;
  // A policy's share may be 0 in float64; 0 · ln 0 is 0 here.
  return logPolicy(values, mask, munchausenTau)
    .map((log, action) => ({ action, probability: Math.exp(log), bonus: -munchausenTau * log }))
    .filter(({ probability }) => probability > 0);
}

/**
 * C51's projection (arXiv 1707.06887, algorithm 1): each return's probability goes to the two atoms
 * beside it, to each by its nearness.
 */
export function project(
  z: readonly number[],
  returns: readonly number[],
  probabilities: readonly number[],
): number[] {
  const last = z.length - 1;
  const m = new Array<number>(z.length).fill(0);
  returns.forEach((value, j) => {
    const clipped = Math.min(z[last], Math.max(z[0], value));
    const place = (clipped - z[0]) / (z[last] - z[0]) * last;
    const below = Math.min(last - 1, Math.floor(place));
    m[below] += probabilities[j] * (below + 1 - place);
    m[below + 1] += probabilities[j] * (place - below);
  });
  return m;
}

/**
 * A row's target: one number, the atoms' probabilities, or the returns that quantiles are moved to.
 *
 * @param next What each next action's numbers are.
 */
export function targetOf(
  options: TargetOptions,
  next: readonly (readonly number[])[],
  chosen: readonly Share[],
  reward: number,
  discount: number,
): number[] {
  if (options.distribution !== "c51") {
    return next[0].map((_, j) =>
      reward + discount * chosen.reduce(
          (sum, { action, probability, bonus }) => sum + probability * (next[action][j] + bonus),
          0,
        )
    );
  }
  const z = support(options);
  const m = new Array<number>(outputsPerAction(options)).fill(0);
  for (const { action, probability, bonus } of chosen) {
    const returns = z.map((x) => reward + discount * (x + bonus));
    project(z, returns, softmax(next[action])).forEach((p, i) => (m[i] += probability * p));
  }
  return m;
}

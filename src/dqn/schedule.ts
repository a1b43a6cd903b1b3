/**
 * What changes in the course of a run: ε and the learning rate, as pure functions of the step, computed
 * in float64 on the host. Being functions of the step alone, they need no state in a checkpoint.
 *
 * @module
 */

import type { ResolvedConfig } from "./config.ts";
import { show } from "./validate.ts";

/** How much of the run lies behind, from 0 to 1. */
function progressAt(step: number, horizon: number): number {
  if (!(step >= 0)) throw new RangeError(`step must be a number of at least 0, got ${show(step)}`);
  if (!(horizon >= 0)) {
    throw new RangeError(`horizon must be a number of at least 0, got ${show(horizon)}`);
  }
  return step >= horizon ? 1 : step / horizon;
}

/**
 * The chance of a random action at a step.
 *
 * - "linear": from initial to final over explorationFraction · horizon steps, then final. Mnih et al.,
 *   "Human-level control through deep reinforcement learning" (Nature 518, 2015), extended data
 *   table 1; as a fraction of the run in Stable-Baselines3's `get_linear_fn`.
 * - "exponential": final + (initial − final) · exp(−step / explorationDecay). The `joyrl` preset's.
 * - "multiplicative": initial · explorationDecay^step, never below final. The `notes` preset's.
 *
 * @param config The agent's configuration.
 * @param step Environment steps taken before.
 * @param horizon Steps of the whole run; only the linear schedule looks at it.
 * @returns ε, from 0 to 1; 0 when exploration is "greedy".
 */
export function epsilonAt(config: ResolvedConfig, step: number, horizon: number): number {
  const progress = progressAt(step, horizon);
  if (config.exploration === "greedy") return 0;
  const { explorationInitialEps: initial, explorationFinalEps: final } = config;
  const decay = config.explorationDecay ?? NaN;
  switch (config.explorationSchedule) {
    case "linear": {
      const share = progress / config.explorationFraction;
      // Not `share < 1`: at a fraction of 0 and a progress of 0 the share is NaN, and ε is final.
      return progress < config.explorationFraction ? initial + share * (final - initial) : final;
    }
    case "exponential":
      return final + (initial - final) * Math.exp(-step / decay);
    case "multiplicative":
      return Math.max(final, initial * decay ** step);
  }
}

/**
 * The learning rate at a step.
 *
 * @param config The agent's configuration.
 * @param step Environment steps taken before.
 * @param horizon Steps of the whole run.
 * @throws {RangeError} When the user's schedule returns something else than a number of at least 0.
 */
export function learningRateAt(config: ResolvedConfig, step: number, horizon: number): number {
  const { learningRate } = config;
  if (typeof learningRate === "number") return learningRate;
  const progress = progressAt(step, horizon);
  const rate: unknown = learningRate(progress);
  if (typeof rate === "number" && rate >= 0 && rate < Infinity) return rate;
  throw new RangeError(
    `learningRate must return a number of at least 0, got ${show(rate)} at progress ${progress}`,
  );
}

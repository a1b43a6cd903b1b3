/**
 * What changes in the course of a run: ε, the temperature, the learning rate and the power of importance
 * weights, as pure functions of the step, computed in float64 on the host. Being functions of the step alone, they need no state in a checkpoint.
 *
 * @module
 */

import type { LearningRateSchedule, ResolvedConfig } from "./config.ts";
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

/** From one number to another, exact at both ends. */
function between(from: number, to: number, share: number): number {
  return from * (1 - share) + to * share;
}

/**
 * The temperature of Boltzmann exploration at a step: with share = min(1, step / (explorationFraction ·
 * horizon)), temperature + share · (temperatureFinal − temperature); without a temperatureFinal it stays.
 * Annealing it is Sutton & Barto's advice for softmax action selection (Reinforcement Learning, 1st
 * edition, 1998, section 2.3).
 *
 * @example Half way down
 * ```ts
 * import { resolveConfig } from "./config.ts";
 * import { temperatureAt } from "./schedule.ts";
 *
 * const config = resolveConfig({
 *   exploration: "boltzmann",
 *   temperature: 1,
 *   temperatureFinal: 0.1,
 *   explorationFraction: 0.5,
 * });
 * temperatureAt(config, 250, 1_000); // 0.55
 * ```
 *
 * @param config The agent's configuration.
 * @param step Environment steps taken before.
 * @param horizon Steps of the whole run.
 */
export function temperatureAt(config: ResolvedConfig, step: number, horizon: number): number {
  const { temperature, temperatureFinal: final, explorationFraction: fraction } = config;
  const progress = progressAt(step, horizon);
  if (final === null) return temperature;
  return progress < fraction ? between(temperature, final, progress / fraction) : final;
}

/**
 * β at a step, the power of the importance weights of prioritised sampling: it goes from priorityBeta to
 * priorityBetaEnd in a line over the whole run. Schaul et al., "Prioritized Experience Replay" (arXiv
 * 1511.05952), section 3.4.
 *
 * @example
 * ```ts
 * import { resolveConfig } from "./config.ts";
 * import { priorityBetaAt } from "./schedule.ts";
 *
 * const config = resolveConfig({ sampling: "prioritized", priorityBeta: 0.4, priorityBetaEnd: 1 });
 * priorityBetaAt(config, 500, 1_000); // 0.7
 * ```
 *
 * @param config The agent's configuration.
 * @param step Environment steps taken before.
 * @param horizon Steps of the whole run.
 */
export function priorityBetaAt(config: ResolvedConfig, step: number, horizon: number): number {
  return between(config.priorityBeta, config.priorityBetaEnd, progressAt(step, horizon));
}

/**
 * The learning rate at a step. With p the run's progress from 0 to 1, and the rates η₀ (learningRate) and
 * η₁ (learningRateFinal):
 *
 * - "constant": η₀, or what the user's function says of p.
 * - "linear": η₀ + p · (η₁ − η₀). Stable-Baselines3's `get_linear_fn`, over the whole run.
 * - "cosine": η₁ + ½ (η₀ − η₁)(1 + cos πp). Loshchilov & Hutter, "SGDR: Stochastic Gradient Descent with
 *   Warm Restarts" (arXiv 1608.03983), equation 5, without restarts.
 * - "exponential": η₀ · (η₁ / η₀)^p, the same factor each step: torch.optim's `ExponentialLR` with
 *   gamma = (η₁ / η₀)^(1 / horizon).
 *
 * @example From 1e-3 to 1e-5
 * ```ts
 * import { resolveConfig } from "./config.ts";
 * import { learningRateAt } from "./schedule.ts";
 *
 * const ends = { learningRate: 1e-3, learningRateFinal: 1e-5 };
 * const linear = resolveConfig({ ...ends, learningRateSchedule: "linear" });
 * const exponential = resolveConfig({ ...ends, learningRateSchedule: "exponential" });
 * learningRateAt(linear, 500, 1_000); // 5.05e-4
 * learningRateAt(exponential, 500, 1_000); // 1e-4
 * ```
 *
 * @param config The agent's configuration.
 * @param step Environment steps taken before.
 * @param horizon Steps of the whole run.
 * @throws {RangeError} When the user's schedule returns something else than a number of at least 0.
 */
export function learningRateAt(config: ResolvedConfig, step: number, horizon: number): number {
  const { learningRate, learningRateSchedule, learningRateFinal: final } = config;
  if (typeof learningRate === "function") {
    return ownRate(learningRate, progressAt(step, horizon));
  }
  if (learningRateSchedule === "constant") return learningRate;
  const progress = progressAt(step, horizon);
  switch (learningRateSchedule) {
    case "linear":
      return between(learningRate, final, progress);
    case "cosine":
      return final + 0.5 * (learningRate - final) * (1 + Math.cos(Math.PI * progress));
    case "exponential":
      return learningRate ** (1 - progress) * final ** progress;
  }
}

/** What the user's function says. */
function ownRate(schedule: LearningRateSchedule, progress: number): number {
  const rate: unknown = schedule(progress);
  if (typeof rate === "number" && rate >= 0 && rate < Infinity) return rate;
  throw new RangeError(
    `learningRate must return a number of at least 0, got ${show(rate)} at progress ${progress}`,
  );
}

/**
 * The wrapper that keeps rewards between bounds.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { TransformReward } from "./transform_reward.ts";

/** The bounds of {@linkcode ClipReward}; at least one is needed. */
export interface ClipRewardOptions {
  /** The smallest reward; left out, rewards have no lower bound. */
  readonly minReward?: number;
  /** The largest reward; left out, rewards have no upper bound. */
  readonly maxReward?: number;
}

/**
 * Raises rewards under `minReward` to it and lowers those over `maxReward` to it, as Gymnasium's
 * `ClipReward`.
 *
 * @example
 * ```ts
 * import { ClipReward, make } from "@dinoq/dinoq";
 *
 * const env = new ClipReward(make("CartPole-v1"), { minReward: -0.5, maxReward: 0.5 });
 * env.reset({ seed: 1 });
 * env.step(0)[1]; // 0.5
 * ```
 *
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type
 */
export class ClipReward<Obs = Float32Array, Act = number> extends TransformReward<Obs, Act> {
  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap
   * @param options the bounds
   */
  constructor(env: Env<Obs, Act>, options: ClipRewardOptions) {
    const { minReward, maxReward } = options ?? {};
    if (minReward === undefined && maxReward === undefined) {
      throw new TypeError("ClipReward: wanted minReward, maxReward or both, got neither");
    }
    const low = checkBound("minReward", minReward, -Infinity);
    const high = checkBound("maxReward", maxReward, Infinity);
    if (low > high) {
      throw new RangeError(
        `ClipReward: minReward must not exceed maxReward, got ${low} and ${high}`,
      );
    }
    super(env, (reward) => reward < low ? low : reward > high ? high : reward);
  }
}

function checkBound(name: string, given: number | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (typeof given !== "number" || Number.isNaN(given)) {
    throw new TypeError(`ClipReward: ${name} must be a number, got ${given}`);
  }
  return given;
}

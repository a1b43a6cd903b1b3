/**
 * The wrapper that presses the button that starts a game.
 *
 * @module
 */

import type { Env, ResetOptions, ResetResult } from "../env.ts";
import { Discrete } from "../spaces/discrete.ts";
import { envName, Wrapper } from "./wrapper.ts";

/**
 * Takes the actions 1 (FIRE) and 2 after a reset, as Stable-Baselines3's `FireResetEnv`: Breakout
 * and some other Atari games stand still until the button is pressed. What `reset` returns is the
 * second action's observation and info; where an episode ends meanwhile the environment is reset,
 * and after the second action the reset's observation and info are returned. (Stable-Baselines3
 * returns the ended episode's observation then, and an empty info always.)
 *
 * Use it only with games whose action 1 is FIRE.
 *
 * @example
 * ```ts
 * import { FireReset, make, TimeLimit } from "@dinoq/dinoq";
 *
 * const acrobot = make("Acrobot-v1"); // has three actions, though none is FIRE
 * const env = new FireReset(acrobot);
 * env.reset({ seed: 1 });
 * (acrobot as TimeLimit).elapsedSteps; // 2
 * ```
 *
 * @typeParam Obs an observation's type
 */
export class FireReset<Obs = Uint8Array> extends Wrapper<Obs, number> {
  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap; it must have at least three actions, and action 1 must be
   * FIRE
   */
  constructor(env: Env<Obs, number>) {
    super(env);
    const space: unknown = env.actionSpace;
    if (!(space instanceof Discrete) || space.n < 3) {
      throw new TypeError(
        `FireReset: ${
          envName(this)
        } must have at least three actions, of which 1 is FIRE, got ${space}`,
      );
    }
  }

  /** Starts an episode and presses the button. */
  override reset(options?: ResetOptions): ResetResult<Obs> {
    let result = this.env.reset(options);
    for (const action of [1, 2]) {
      const [observation, , terminated, truncated, info] = this.env.step(action);
      result = terminated || truncated ? this.env.reset(options) : [observation, info];
    }
    return result;
  }
}

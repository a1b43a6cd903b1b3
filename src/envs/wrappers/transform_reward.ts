/**
 * The wrapper that puts rewards through a function.
 *
 * @module
 */

import type { Env, StepResult } from "../env.ts";
import { Wrapper } from "./wrapper.ts";

/**
 * Puts every reward through a function, as Gymnasium's `TransformReward`.
 *
 * @example The sign of the reward, as DeepMind's agents for Atari have it
 * ```ts
 * import { make, TransformReward } from "@dinoq/dinoq";
 *
 * const env = new TransformReward(make("CartPole-v1"), Math.sign);
 * env.reset({ seed: 1 });
 * env.step(0)[1]; // 1
 * ```
 *
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type
 */
export class TransformReward<Obs = Float32Array, Act = number> extends Wrapper<Obs, Act> {
  readonly #transform: (reward: number) => number;

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap
   * @param transform the function
   */
  constructor(env: Env<Obs, Act>, transform: (reward: number) => number) {
    super(env);
    checkFunction("TransformReward", "transform", transform);
    this.#transform = transform;
  }

  /** Takes an action. */
  override step(action: Act): StepResult<Obs> {
    const [observation, reward, terminated, truncated, info] = this.env.step(action);
    return [observation, this.#transform(reward), terminated, truncated, info];
  }
}

/** Throws unless `given` is a function; `who` is the wrapper. */
export function checkFunction(who: string, name: string, given: unknown): void {
  if (typeof given !== "function") {
    throw new TypeError(`${who}: ${name} must be a function, got ${given}`);
  }
}

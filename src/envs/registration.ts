/**
 * A registration: what the registry knows of an environment.
 *
 * @module
 */

import type { Env } from "./env.ts";

/** How an environment is made and what is known of it. */
export interface Registration {
  /** Its name, `[namespace/]name[-vN]`. */
  readonly id: string;
  /** Makes one; the options are complete, with defaults filled in. */
  readonly entryPoint: (options: Readonly<Record<string, unknown>>) => Env<unknown, unknown>;
  /**
   * The options that the environment takes, with their defaults. `make` refuses any other, and for a
   * boolean, number or string default any value of another type.
   */
  readonly options?: Readonly<Record<string, unknown>>;
  /** The steps after which episodes are truncated; left out, they are not. */
  readonly maxEpisodeSteps?: number;
  /** The mean return at which the task counts as solved. */
  readonly rewardThreshold?: number;
}

/** An agent taken apart, as the training loop and what belongs to it work with it. */

import type { Learner, UpdateSettings } from "../dqn/learner.ts";
import type { Clock } from "./clock.ts";
import type { Policy } from "./evaluation.ts";
import type { Lanes } from "./lanes.ts";
import type { Shape } from "./spaces.ts";

/** An agent's parts. */
export interface Run {
  readonly policy: Policy;
  readonly learner: Learner;
  readonly lanes: Lanes;
  readonly clock: Clock;
  /** Returns of the newest episodes, kept up to date here. */
  readonly recentReturns: number[];
  /** Does a piece of work on the agent by itself, see turns.ts. */
  inTurn<T>(work: () => T | Promise<T>): Promise<T>;
  /** Sizes of the spaces that the agent was created for. */
  readonly shape: Shape;
  /** An action for each lane. */
  act(): Promise<number[]>;
  /** Steps over which schedules run. */
  readonly horizon: number;
  /** Learning rate and target updates at the present step. */
  settings(): UpdateSettings;
  save(path: string): Promise<void>;
}

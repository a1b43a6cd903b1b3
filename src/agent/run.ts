/** An agent taken apart, as the training loop and what belongs to it work with it. */

import type { Learner } from "../dqn/learner.ts";
import type { Clock } from "./clock.ts";
import type { Policy } from "./evaluation.ts";
import type { Loop } from "./loop.ts";
import type { Shape } from "./spaces.ts";

/** An agent's parts. */
export interface Run {
  readonly policy: Policy;
  readonly learner: Learner;
  /** The environments, and how the agent goes on in them. */
  readonly loop: Loop;
  readonly clock: Clock;
  /** Returns of the newest episodes, kept up to date here. */
  readonly recentReturns: number[];
  /** Does a piece of work on the agent by itself, see turns.ts. */
  inTurn<T>(work: () => T | Promise<T>): Promise<T>;
  /** Sizes of the spaces that the agent was created for. */
  readonly shape: Shape;
  /** Steps over which schedules run. */
  readonly horizon: number;
  /** The odds of a random action at a step. */
  epsilonAt(step: number): number;
  save(path: string): Promise<void>;
}

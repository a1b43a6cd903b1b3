/**
 * Lanes: the environments that feed one learner, stepped together, each with its own episodes. They are
 * single environments ({@link EnvLanes}) or a vector environment ({@link VectorLanes}).
 */

import type { JsonValue } from "../envs/env.ts";
import type { Outcome } from "./recorder.ts";

/** What the training loop needs of its environments. */
export interface Lanes {
  /** How many environments there are. */
  readonly count: number;
  /** Ids of the environments; null where `make` did not make them. */
  readonly ids: (string | null)[];
  /** Whether an environment is one of these. */
  includes(env: unknown): boolean;
  /** Starts an episode in every lane that has none. */
  open(): Promise<void>;
  /** What an agent sees in each lane: the newest observation, or a stack of the newest ones. */
  observations(): (Float32Array | Uint8Array)[];
  /** Which actions a lane's newest observation allows; undefined where masks are not used. */
  mask(lane: number): number | undefined;
  /**
   * Takes an action in each lane and stores what came of it. A lane whose episode ends starts the next.
   * At an error, what has been stored is in the outcome, and the episode of the lane concerned is cut.
   *
   * @param actions Counted from 0.
   * @param outcome Filled in.
   */
  step(actions: readonly number[], outcome: Outcome): Promise<void>;
  /** Each lane's environment state and running episode; null where an environment can't tell. */
  getState(): Promise<JsonValue>;
  /**
   * Goes on from a saved state. Where an environment could not tell its own, the lane is cut and starts
   * a new episode.
   *
   * @returns Whether every lane goes on exactly where it was.
   */
  setState(state: JsonValue): Promise<boolean>;
  /** Ends every lane's episode where it is; {@link Lanes.open} starts new ones. */
  cut(): void;
}

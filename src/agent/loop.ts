/**
 * Loops: what moves a run on. With environments on the host a turn is a step of each of them, or a submit
 * of updates ({@link HostLoop}); with environments on the GPU it is a submit of hundreds of steps and
 * updates, in the order in which they fall due ({@link GpuLoop}). Everything around it, progress,
 * evaluation and stopping, is the same (learn.ts).
 */

import type { JsonValue } from "../envs/env.ts";
import type { ProfileRow } from "../gpu/program.ts";
import type { EpisodeEnd } from "./recorder.ts";

/** An episode that has ended, and when. */
export interface EndedEpisode extends EpisodeEnd {
  /** Environment steps of the agent, all lanes together. */
  readonly steps: number;
}

/** Episodes that have ended since one last asked. */
export interface News {
  /** How many, since the run's beginning. */
  readonly episodes: number;
  /** Those, in the order of their ends; the newest of them where there were too many to keep. */
  readonly ended: readonly EndedEpisode[];
}

/** What moves a run on. */
export interface Loop {
  /** Ids of the environments; null where `make` did not make them. */
  readonly ids: readonly (string | null)[];
  /** Whether an environment is one of these. */
  includes(env: unknown): boolean;
  /** Starts an episode in every lane that has none. */
  open(): Promise<void>;
  /**
   * Goes on for a turn: updates that are due, and steps of the environments. At an error what has been
   * stored counts, and the episodes concerned are cut.
   *
   * @param until No environment step is made from here on, in the agent's count.
   * @param signal Ends the turn early.
   */
  advance(until: number, signal: AbortSignal | undefined): Promise<void>;
  /**
   * Episodes that have ended.
   *
   * @param isUrgent Whether all that is known is wanted now; else it may wait for a later call.
   */
  news(isUrgent: boolean): Promise<News>;
  /** Where the time of a step of the environments goes, by real steps; none where that is the host's. */
  profile(): Promise<ProfileRow[]>;
  /** Environments and running episodes, for a checkpoint; null where an environment can't tell. */
  getState(): Promise<JsonValue>;
  /**
   * Goes on from a saved state. Where an environment could not tell its own, its lane is cut and starts a
   * new episode.
   *
   * @returns Whether every lane goes on exactly where it was.
   */
  setState(state: JsonValue): Promise<boolean>;
  /** Ends every lane's episode where it is; {@link Loop.open} starts new ones. */
  cut(): void;
}

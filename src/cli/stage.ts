/**
 * A stage: the environments of a run. It has those that the agent learns in, others for evaluating it,
 * and one to film. Where they come from (this process, Python) is the stage's own affair; whoever opens a stage
 * closes it.
 *
 * @module
 */

import type { AgentEnv, ParallelEnv, SingleEnv } from "../agent/feed.ts";
import type { Spaces } from "../agent/spaces.ts";
import type { GpuEnv } from "../envs/gpu/gpu_env.ts";
import type { Film } from "./film.ts";

/** Which environments a run needs. */
export interface StageRequest {
  /** Their id, as the preset has it. */
  readonly env: string;
  /** How many to learn in. */
  readonly numEnvs: number;
  /** Whether these, and those that it is evaluated in, are on the GPU; they are not when left out. */
  readonly isOnGpu?: boolean;
  /** The Python to start, for environments that are Python's. */
  readonly python?: string;
}

/** What a game came to that was more than one episode, a life each. */
export interface Game {
  /** Its score: all rewards, as the game gave them. */
  readonly return: number;
  /** Its steps. */
  readonly length: number;
}

/** What an agent can be evaluated in. */
export type JudgeEnv = SingleEnv | ParallelEnv | GpuEnv;

/** The environments of a run. They are made when they are first asked for. */
export interface Stage extends AsyncDisposable {
  /** Steps of an episode at most, where there is a limit. */
  readonly maxEpisodeSteps?: number;
  /** Frames of the game in each step; one when left out. */
  readonly framesPerStep?: number;
  /** What the agent learns in. */
  lanes(): Promise<AgentEnv>;
  /**
   * Where it is evaluated: whole games, with the score that the game gives.
   *
   * @param episodes How many are to be played there, for a start.
   */
  judges(episodes: number): Promise<JudgeEnv>;
  /** Where an episode is played for its pictures, a new one each time. */
  film(): Promise<Film>;
  /** What there is to say of the environments that have been made, in a line each. */
  notes?(): readonly string[];
  /**
   * Only where an episode is not a whole game: the games of a lane that have ended since the last call;
   * none where the newest episode cost but a life.
   */
  takeGames?(lane: number): readonly Game[];
}

/** Opens a stage. */
export type OpenStage = (request: StageRequest) => Stage;

/** The spaces of an environment, or of each where there are several. */
export function spacesOf(env: JudgeEnv): Spaces {
  return "numEnvs" in env
    ? { observationSpace: env.singleObservationSpace, actionSpace: env.singleActionSpace }
    : { observationSpace: env.observationSpace, actionSpace: env.actionSpace };
}

/**
 * The environment interface: Gymnasium's, in TypeScript.
 *
 * @module
 */

import type { JsonValue } from "./json.ts";
import type { RGBImage } from "./render/image.ts";
import type { Space } from "./spaces/space.ts";

export type { JsonValue } from "./json.ts";
export type { Space } from "./spaces/space.ts";

/** What an environment tells beside the observation: diagnostics, not for learning. */
export type Info = Record<string, unknown>;

/** What a step returns; `terminated` is the task's end, `truncated` an end for outside reasons. */
export type StepResult<Obs> = [
  observation: Obs,
  reward: number,
  terminated: boolean,
  truncated: boolean,
  info: Info,
];

/** What a reset returns. */
export type ResetResult<Obs> = [observation: Obs, info: Info];

/** What a reset may be told. */
export interface ResetOptions {
  /** Seeds the environment's generator; left out, the generator goes on from where it is. */
  readonly seed?: number;
  /** What else the environment understands; its page says. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What `make` was called with, so that `make(spec.id, spec.options)` makes another one. */
export interface EnvSpec {
  /** The registered name, e.g. `CartPole-v1`. */
  readonly id: string;
  /** The options that were given. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The steps after which an episode is truncated; left out where nothing truncates. */
  readonly maxEpisodeSteps?: number;
  /** The mean return at which the task counts as solved, where one is defined. */
  readonly rewardThreshold?: number;
}

/**
 * Draws an environment as it stands, as Gymnasium's `render`; the mode is asked for here, not when the
 * environment is made, for drawing costs nothing until it is done.
 */
export interface Render {
  /** A picture, a fresh one. */
  (mode?: "rgb_array"): RGBImage;
  /** Text with the terminal's colour codes; only toy text has it, others throw. */
  (mode: "ansi"): string;
}

/**
 * An environment: a task that is stepped through, episode by episode.
 *
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type
 */
export interface Env<Obs = Float32Array, Act = number> {
  /** What observations are. */
  readonly observationSpace: Space<Obs>;
  /** What actions are. */
  readonly actionSpace: Space<Act>;
  /** How it was made; left out when it was not made by `make`. */
  readonly spec?: EnvSpec;
  /** Starts an episode and returns its first observation, which nothing changes later. */
  reset(options?: ResetOptions): ResetResult<Obs>;
  /**
   * Takes an action and returns what came of it. Nothing changes the observation later; an array
   * may be a view, though, so copy it by `slice()` before using its `buffer` or transferring it.
   */
  step(action: Act): StepResult<Obs>;
  /** Draws the environment as it stands; absent where it has no picture. */
  readonly render?: Render;
  /** Pictures a second at which it is to be shown, where it has pictures. */
  readonly renderFps?: number;
  /** Frees what the environment holds; calling it again does nothing. */
  close(): void;
  /** Everything that decides what happens next, JSON-serialisable and exact. */
  getState?(): JsonValue;
  /** Goes on from where {@linkcode Env.getState} was called. */
  setState?(state: JsonValue): void;
  /** The chain of wrappers, e.g. `<TimeLimit<CartPole<CartPole-v1>>>`. */
  toString(): string;
}

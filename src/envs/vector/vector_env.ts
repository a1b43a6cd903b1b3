/**
 * The vector environment interface: several environments of one kind, stepped together, as
 * Gymnasium's `VectorEnv`.
 *
 * @module
 */

import type { EnvSpec } from "../env.ts";
import type { JsonValue } from "../json.ts";
import type { Space } from "../spaces/space.ts";

/**
 * What happens to an environment whose episode has ended, as Gymnasium's `AutoresetMode`.
 *
 * - `"next_step"`: the step that ends an episode returns its last observation. The next step ignores
 *   that environment's action and resets it: it returns the reset's observation, reward 0 and no end.
 * - `"same_step"`: the step that ends an episode resets at once and returns the reset's observation;
 *   the episode's last observation and info are in `infos.final_obs` and `infos.final_info`.
 * - `"disabled"`: the step that ends an episode returns its last observation. Stepping again is an
 *   error until that environment has been reset by `reset({ options: { resetMask } })`.
 */
export type AutoresetMode = "next_step" | "same_step" | "disabled";

/** The modes, the default first. */
export const AUTORESET_MODES: readonly AutoresetMode[] = ["next_step", "same_step", "disabled"];

/** Typed arrays that can be an observation. */
export type ObservationArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/**
 * The observations of all environments, by a single environment's space:
 *
 * - `Box`, `MultiDiscrete`, `MultiBinary`: one typed array [numEnvs × size] of the same type,
 *   environment after environment;
 * - `Discrete`: an Int32Array [numEnvs] (a Float64Array for numbers that 32 bits can't hold);
 * - any other: a plain array of numEnvs observations.
 *
 * Nothing changes a batch later; it may be a view, though, so copy it by `slice()` before using its
 * `buffer` or transferring it.
 */
export type ObservationBatch<Obs> = unknown extends Obs ? unknown
  : [Obs] extends [number] ? Int32Array | Float64Array
  : [Obs] extends [ObservationArray] ? Obs
  : Obs[];

/**
 * The infos of all environments, as Gymnasium's: a key of a single environment's info holds an
 * array of numEnvs values, and the same key with `_` before it a `boolean[]` that tells which of
 * the environments have it.
 *
 * | a single environment's value | the array                                              | without it |
 * | ---------------------------- | ------------------------------------------------------ | ---------- |
 * | number                       | Float64Array [numEnvs]                                 | 0          |
 * | boolean                      | boolean[]                                              | false      |
 * | typed array                  | of the same type [numEnvs × length]                    | 0          |
 * | plain object                 | an object of arrays and masks, made in the same way    |            |
 * | anything else                | a plain array                                          | null       |
 *
 * In mode `"same_step"` the steps in which episodes end have `final_obs`, a plain array with the last
 * observations of those episodes and null elsewhere, and `final_info`, made from the infos that came
 * with them; `_final_obs` and `_final_info` tell which environments have ended.
 */
export type VectorInfos = Record<string, unknown>;

/** What a vector environment's reset may be told. */
export interface VectorResetOptions {
  /**
   * Seeds the environments' generators: environment i with `seed + i`, or with the i-th entry of a
   * list (null seeds nothing). Left out, the generators go on from where they are.
   */
  readonly seed?: number | readonly (number | null)[];
  /**
   * What else each environment understands, and `resetMask`: a boolean for each environment, at least
   * one of them true; then only those are reset, and the others' observations are those that they
   * returned last.
   */
  readonly options?: Readonly<Record<string, unknown>> & {
    readonly resetMask?: readonly boolean[];
  };
}

/** What a vector environment's reset returns. */
export type VectorReset<Obs> = [observations: ObservationBatch<Obs>, infos: VectorInfos];

/** What a vector environment's step returns; entry i of each array is environment i's. */
export type VectorStep<Obs> = [
  observations: ObservationBatch<Obs>,
  rewards: Float64Array,
  terminated: boolean[],
  truncated: boolean[],
  infos: VectorInfos,
];

/**
 * Several environments of one kind, stepped together. Environment i is also called lane i.
 *
 * An implementation in this process (`SyncVectorEnv`) returns plain values, one that waits for others
 * returns promises; who takes both awaits. One call at a time: the next may come when the last has been
 * answered.
 *
 * When `reset` or `step` fails in an environment, the error names the environment and its lane; some
 * lanes may have been stepped and others not, so `step` is an error until the next `reset` of all. A
 * call with bad arguments (an action outside the space, a wrong count) changes nothing.
 *
 * @example
 * ```ts
 * import { makeVec, type VectorEnv } from "@dinoq/dinoq";
 *
 * const env: VectorEnv = makeVec("CartPole-v1", 3);
 * await env.reset({ seed: 1 });
 * const [observations, rewards] = await env.step([0, 1, 0]);
 * observations.length; // 12
 * rewards; // Float64Array [1, 1, 1]
 * await env.close();
 * ```
 *
 * @typeParam Obs a single environment's observation
 * @typeParam Act a single environment's action
 */
export interface VectorEnv<Obs = Float32Array, Act = number> {
  /** How many environments there are. */
  readonly numEnvs: number;
  /** What a single environment's observations are. */
  readonly singleObservationSpace: Space<Obs>;
  /** What a single environment's actions are. */
  readonly singleActionSpace: Space<Act>;
  /** What happens to an environment whose episode has ended. */
  readonly autoresetMode: AutoresetMode;
  /** How each of the environments was made; left out when `make` made none. */
  readonly spec?: EnvSpec;
  /** Starts an episode in every environment, or in those of `options.resetMask`. */
  reset(options?: VectorResetOptions): VectorReset<Obs> | Promise<VectorReset<Obs>>;
  /**
   * Takes an action in every environment and returns what came of them.
   *
   * @param actions one for each environment, in order; in mode `"next_step"` those of the environments
   * that are reset are ignored
   */
  step(actions: ArrayLike<Act>): VectorStep<Obs> | Promise<VectorStep<Obs>>;
  /** Closes all environments; calling it again does nothing. */
  close(): void | Promise<void>;
  /** Everything that decides what happens next, JSON; absent where an environment has none. */
  getState?(): JsonValue | Promise<JsonValue>;
  /** Goes on from where {@linkcode VectorEnv.getState} was called. */
  setState?(state: JsonValue): void | Promise<void>;
  /** The kind, and what is inside, e.g. `SyncVectorEnv(CartPole-v1, numEnvs=3)`. */
  toString(): string;
}

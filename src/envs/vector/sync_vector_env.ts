/**
 * The vector environment whose environments are in this process.
 *
 * @module
 */

import type { Env, EnvSpec } from "../env.ts";
import type { JsonValue } from "../json.ts";
import type { RGBImage } from "../render/image.ts";
import type { Space } from "../spaces/space.ts";
import { envName } from "../wrappers/wrapper.ts";
import { Batcher } from "./batch.ts";
import { batchSpace, separateActions } from "./batch_space.ts";
import { InfoMerger } from "./infos.ts";
import { laneError } from "./lane_error.ts";
import { LaneGroup } from "./lane_group.ts";
import { valueFromJson } from "./value_json.ts";
import type {
  AutoresetMode,
  ObservationBatch,
  VectorEnv,
  VectorReset,
  VectorResetOptions,
  VectorStep,
} from "./vector_env.ts";
import { checkMode, VectorGuard } from "./vector_guard.ts";
import { setSpaceStates, vectorStateFromJson, vectorStateToJson } from "./vector_state.ts";

/** How {@linkcode SyncVectorEnv} treats its environments. */
export interface SyncVectorEnvOptions {
  /** What happens to an environment whose episode has ended, `"next_step"` if left out. */
  readonly autoresetMode?: AutoresetMode;
}

/**
 * Several environments of one kind, stepped one after the other in this process, as Gymnasium's
 * `SyncVectorEnv`: the same observations, rewards, ends and infos, in all three autoreset modes.
 *
 * `makeVec` makes one by an environment's id; the constructor takes functions that make them.
 *
 * Differences from Gymnasium, all on the strict side: an action outside a `Discrete` space, a step of an
 * ended environment in mode `"disabled"` and every other bad argument is refused before anything is
 * stepped; after an error in an environment, all have to be reset.
 *
 * @example Random actions, episodes that start again by themselves
 * ```ts
 * import { make, SyncVectorEnv } from "@dinoq/dinoq";
 *
 * const env = new SyncVectorEnv([() => make("CartPole-v1"), () => make("CartPole-v1")]);
 * env.reset({ seed: 1 }); // seeds 1 and 2
 * for (let step = 0; step < 100; step++) {
 *   const actions = [env.singleActionSpace.sample(), env.singleActionSpace.sample()];
 *   const [observations, rewards, terminated, truncated, infos] = env.step(actions);
 * }
 * env.close();
 * ```
 *
 * @example The last observation of an episode in mode "same_step"
 * ```ts
 * import { makeVec } from "@dinoq/dinoq";
 *
 * const env = makeVec("CartPole-v1", 4, { autoresetMode: "same_step" });
 * env.reset({ seed: 1 });
 * for (let step = 0; step < 50; step++) {
 *   const [, , terminated, truncated, infos] = env.step([1, 1, 1, 1]);
 *   for (let lane = 0; lane < env.numEnvs; lane++) {
 *     if (!terminated[lane] && !truncated[lane]) continue;
 *     const last = (infos.final_obs as Float32Array[])[lane]; // where the episode ended
 *   }
 * }
 * ```
 *
 * @typeParam Obs a single environment's observation
 * @typeParam Act a single environment's action
 */
export class SyncVectorEnv<Obs = Float32Array, Act = number> implements VectorEnv<Obs, Act> {
  /** How many environments there are. */
  readonly numEnvs: number;
  /** What a single environment's observations are: the first one's space. */
  readonly singleObservationSpace: Space<Obs>;
  /** What a single environment's actions are: the first one's space. */
  readonly singleActionSpace: Space<Act>;
  /** What happens to an environment whose episode has ended. */
  readonly autoresetMode: AutoresetMode;
  /** How the environments were made; left out when `make` did not make them or they differ in id. */
  readonly spec?: EnvSpec;
  /** The state of all environments; absent where one of them has none. */
  readonly getState?: () => JsonValue;
  /** Goes on from a state; absent where an environment has none. */
  readonly setState?: (state: JsonValue) => void;
  readonly #group: LaneGroup<Obs, Act>;
  readonly #guard: VectorGuard;
  readonly #batcher: Batcher<Obs>;
  #observationSpace: Space<ObservationBatch<Obs>> | undefined;
  #actionSpace: Space<ObservationBatch<Act>> | undefined;
  readonly #envName: string;

  /**
   * Makes the environments.
   *
   * @param makers functions that make one environment each, at least one function; the environments
   * must have equal spaces
   * @param options what happens at an episode's end
   */
  constructor(makers: readonly (() => Env<Obs, Act>)[], options: SyncVectorEnvOptions = {}) {
    const { autoresetMode = "next_step" } = options;
    if (!Array.isArray(makers) || makers.length === 0) {
      throw new RangeError(
        `SyncVectorEnv takes a list of at least one function that makes an environment, got ${
          Array.isArray(makers) ? "an empty list" : String(makers)
        }`,
      );
    }
    checkMode("SyncVectorEnv", autoresetMode);
    const envs = makeAll<Obs, Act>(makers);
    this.numEnvs = envs.length;
    this.autoresetMode = autoresetMode;
    this.singleObservationSpace = envs[0].observationSpace;
    this.singleActionSpace = envs[0].actionSpace;
    if (envs[0].spec !== undefined && envs.every(({ spec }) => spec?.id === envs[0].spec!.id)) {
      this.spec = envs[0].spec;
    }
    this.#envName = envName(envs[0] as Env<unknown, unknown>);
    this.#guard = new VectorGuard(
      "SyncVectorEnv",
      this.#envName,
      this.numEnvs,
      autoresetMode,
      this.singleActionSpace,
    );
    this.#batcher = new Batcher(this.singleObservationSpace, this.numEnvs, this.#envName);
    this.#group = new LaneGroup(envs, autoresetMode);
    if (this.#group.hasState) {
      this.getState = () => {
        this.#guard.checkOpen("getState");
        return vectorStateToJson(this, {
          phase: this.#guard.phase,
          lanes: this.#group.getState(),
        });
      };
      this.setState = (state) => this.#setState(state);
    }
  }

  /** The environments, lane by lane. */
  get envs(): readonly Env<Obs, Act>[] {
    return this.#group.envs;
  }

  /** What the observations of all environments are; an error where they are no typed array. */
  get observationSpace(): Space<ObservationBatch<Obs>> {
    return this.#observationSpace ??= batchSpace(this.singleObservationSpace, this.numEnvs);
  }

  /**
   * What the actions of all environments are, so that `step(actionSpace.sample())` takes random ones;
   * an error where they are no typed array. Its generator is not part of the state.
   */
  get actionSpace(): Space<ObservationBatch<Act>> {
    return this.#actionSpace ??= batchSpace(this.singleActionSpace, this.numEnvs);
  }

  /** Starts an episode in every environment, or in those of `options.resetMask`. */
  reset(options: VectorResetOptions = {}): VectorReset<Obs> {
    const resets = this.#guard.readReset(options);
    const merger = this.#merger();
    return this.#attempt(() => {
      this.#group.reset(resets, merger);
      return [this.#batcher.batch(this.#group.observations), merger.infos];
    });
  }

  /**
   * Takes an action in every environment and returns what came of them.
   *
   * @param actions one for each environment, or all in one flat typed array, as `actionSpace` has them
   */
  step(actions: ArrayLike<Act> | ObservationBatch<Act>): VectorStep<Obs> {
    const group = this.#group;
    const own = separateActions(this.#guard.name, this.singleActionSpace, this.numEnvs, actions);
    this.#guard.checkStep(own, group.ended);
    const rewards = new Float64Array(this.numEnvs);
    const terminated = new Array<boolean>(this.numEnvs);
    const truncated = new Array<boolean>(this.numEnvs);
    const merger = this.#merger();
    return this.#attempt(() => {
      group.step(own, rewards, terminated, truncated, merger);
      const observations = this.#batcher.batch(group.observations);
      return [observations, rewards, terminated, truncated, merger.infos];
    });
  }

  /** Does what moves the environments; when it fails, only a reset of all leads on. */
  #attempt<T>(act: () => T): T {
    const guard = this.#guard;
    guard.phase = "failed";
    const result = act();
    guard.phase = "running";
    return result;
  }

  #merger(): InfoMerger<Obs> {
    return new InfoMerger(this.numEnvs, this.#envName);
  }

  #setState(state: JsonValue): void {
    this.#guard.checkOpen("setState");
    const { phase, lanes } = vectorStateFromJson(this, state);
    if (phase === "running") {
      this.#batcher.batch(lanes.map(({ observation }) => valueFromJson(observation) as Obs));
    }
    const restoreSpaces = setSpaceStates(this, state);
    try {
      this.#group.setState(lanes);
    } catch (error) {
      restoreSpaces();
      throw error;
    }
    // Again, for the first environment's state has just set the same spaces.
    setSpaceStates(this, state);
    this.#guard.phase = phase;
  }

  /** A picture of each environment; an error where they have none. */
  render(): RGBImage[] {
    return this.envs.map((env, lane) => {
      if (env.render === undefined) {
        throw laneError(this.#envName, lane, "it has no picture to render");
      }
      return env.render();
    });
  }

  /** Closes all environments; calling it again does nothing. */
  close(): void {
    if (this.#guard.phase === "closed") return;
    this.#guard.phase = "closed";
    this.#group.close();
  }

  /** The same as {@linkcode SyncVectorEnv.close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** `SyncVectorEnv(CartPole-v1, numEnvs=3)` */
  toString(): string {
    return this.#guard.name;
  }
}

/** Makes all environments and checks that they go together; when they don't, closes them. */
function makeAll<Obs, Act>(makers: readonly (() => Env<Obs, Act>)[]): Env<Obs, Act>[] {
  const envs: Env<Obs, Act>[] = [];
  try {
    for (const [lane, maker] of makers.entries()) {
      if (typeof maker !== "function") {
        throw new TypeError(
          `SyncVectorEnv: lane ${lane} must be a function that makes an environment, got ${
            String(maker)
          }`,
        );
      }
      const env = maker();
      if (envs.includes(env)) {
        throw new TypeError(
          `SyncVectorEnv: each lane needs an environment of its own, and lane ${lane} has that of ` +
            `lane ${envs.indexOf(env)}, ${env}`,
        );
      }
      envs.push(env);
      for (const space of ["observationSpace", "actionSpace"] as const) {
        if (!envs[0][space].equals(env[space])) {
          throw new TypeError(
            `SyncVectorEnv: all environments must have the same ${space}: lane 0, ${envs[0]}, has ${
              envs[0][space]
            }, and lane ${lane}, ${env}, has ${env[space]}`,
          );
        }
      }
    }
  } catch (error) {
    for (const env of envs) env.close();
    throw error;
  }
  return envs;
}

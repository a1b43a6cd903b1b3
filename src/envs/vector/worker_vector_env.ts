/**
 * The vector environment whose environments are in Web Workers.
 *
 * @module
 */

import type { EnvSpec } from "../env.ts";
import type { JsonValue } from "../json.ts";
import type { Space } from "../spaces/space.ts";
import { Batcher } from "./batch.ts";
import { batchSpace, separateActions } from "./batch_space.ts";
import { valueFromJson } from "./value_json.ts";
import type {
  AutoresetMode,
  ObservationBatch,
  VectorEnv,
  VectorReset,
  VectorResetOptions,
  VectorStep,
} from "./vector_env.ts";
import { VectorGuard } from "./vector_guard.ts";
import { setSpaceStates, vectorStateFromJson, vectorStateToJson } from "./vector_state.ts";
import type { WorkerPool } from "./worker_pool.ts";
import type { WorkerOutcome } from "./worker_protocol.ts";
import { mergeInfos, readEnds } from "./worker_results.ts";
import { type StartedWorkers, startWorkers, type WorkerVectorEnvOptions } from "./worker_setup.ts";

/** How long closing waits for the environments in workers before it ends them, in milliseconds. */
const CLOSING_TIME = 2000;

/**
 * Several environments of one kind, spread over Web Workers, each of which has several lanes: for
 * environments that are heavy. What it returns equals what `SyncVectorEnv` returns, whatever the number
 * of workers. `makeVec(id, n, { vectorizationMode: "worker" })` makes one.
 *
 * ## When it pays
 *
 * A step costs some 20 to 40 µs before anything is computed (two workers by shared memory; 60 to 90 µs
 * by messages), for the workers have to be woken and waited for. So it pays where stepping all lanes
 * takes some tenths of a millisecond in this process, and not for the light environments built in.
 * Measured on 2 cores, microseconds for a step of all lanes:
 *
 * | environment    | lanes | in this process | 2 workers | ratio |
 * | -------------- | ----- | --------------- | --------- | ----- |
 * | CartPole-v1    | 16    | 3               | 43        | 0.1   |
 * | LunarLander-v3 | 4     | 48              | 96        | 0.5   |
 * | LunarLander-v3 | 16    | 188             | 229       | 0.8   |
 * | 100 µs a step  | 4     | 440             | 276       | 1.6   |
 * | 100 µs a step  | 16    | 1762            | 959       | 1.8   |
 * | 1 ms a step    | 4     | 4404            | 2298      | 1.9   |
 *
 * `deno run --allow-read tests/envs/vector/worker_race.ts` measures it on another machine.
 *
 * ## Permissions
 *
 * Deno loads a worker's modules when it starts. From JSR or another remote address that takes no flag.
 * From files (a checkout of this package, and `modules` of one's own) it takes `--allow-read`, or
 * `--allow-read=` with this package's `src` folder and the modules; without it the error says which.
 * In browsers nothing is needed. Shared memory is used in Deno and, in browsers, on pages
 * that are cross-origin isolated; elsewhere everything goes by messages, which is slower.
 *
 * ## Environments of one's own
 *
 * A worker knows the built-in environments. For others, name modules whose import registers them, as
 * {@linkcode WorkerVectorEnvOptions.modules}; they are imported here too when the id is not known yet.
 * `wrappers` are functions, which can't be sent to a worker, so register the wrapped environment.
 *
 * ```ts ignore
 * // my_env.ts
 * import { register, TimeLimit } from "@dinoq/dinoq";
 * register({ id: "Mine-v0", entryPoint: () => new TimeLimit(new Mine(), 200) });
 *
 * // main.ts
 * await using env = await makeVec("Mine-v0", 8, {
 *   vectorizationMode: "worker",
 *   modules: [import.meta.resolve("./my_env.ts")],
 * });
 * ```
 *
 * ## Errors
 *
 * An exception of an environment arrives with its kind and message, the environment's name and lane
 * before it, and the worker's stack. A worker that dies (an error in a timer, `close()`, `Deno.exit()`)
 * is reported by the call that waits for it and by every later one. A step that never returns can be
 * ended by {@linkcode WorkerVectorEnv.close}. Until it is closed, the workers keep the program running.
 *
 * @example
 * ```ts
 * import { makeVec } from "@dinoq/dinoq";
 *
 * await using env = await makeVec("CartPole-v1", 8, { vectorizationMode: "worker", workers: 2 });
 * await env.reset({ seed: 1 });
 * const [observations] = await env.step([0, 1, 0, 1, 0, 1, 0, 1]); // a Float32Array of 32
 * ```
 *
 * @typeParam Obs a single environment's observation
 * @typeParam Act a single environment's action
 */
export class WorkerVectorEnv<Obs = Float32Array, Act = number> implements VectorEnv<Obs, Act> {
  /** How many environments there are. */
  readonly numEnvs: number;
  /** How many workers they are spread over. */
  readonly workers: number;
  /** What a single environment's observations are. */
  readonly singleObservationSpace: Space<Obs>;
  /** What a single environment's actions are. */
  readonly singleActionSpace: Space<Act>;
  /** What happens to an environment whose episode has ended. */
  readonly autoresetMode: AutoresetMode;
  /** How each of the environments was made. */
  readonly spec?: EnvSpec;
  /** The state of all environments; absent where they have none. */
  readonly getState?: () => Promise<JsonValue>;
  /** Goes on from a state; absent where the environments have none. */
  readonly setState?: (state: JsonValue) => Promise<void>;
  readonly #id: string;
  readonly #pool: WorkerPool;
  readonly #guard: VectorGuard;
  readonly #batcher: Batcher<Obs>;
  #observationSpace: Space<ObservationBatch<Obs>> | undefined;
  #actionSpace: Space<ObservationBatch<Act>> | undefined;
  readonly #ended: boolean[];
  /** The call that is being answered. */
  #pending: string | undefined;
  #closing: Promise<void> | undefined;

  private constructor(started: StartedWorkers<Obs, Act>) {
    const { id, autoresetMode, pool, numEnvs, spec, hasState } = started;
    const { observationSpace, actionSpace } = started;
    this.numEnvs = numEnvs;
    this.workers = pool.lanes.length;
    this.singleObservationSpace = observationSpace;
    this.singleActionSpace = actionSpace;
    this.autoresetMode = autoresetMode;
    if (spec !== undefined) this.spec = spec;
    this.#id = id;
    this.#pool = pool;
    this.#guard = new VectorGuard("WorkerVectorEnv", id, numEnvs, autoresetMode, actionSpace);
    this.#batcher = new Batcher(observationSpace, numEnvs, id);
    this.#ended = new Array<boolean>(numEnvs).fill(false);
    if (hasState) {
      this.getState = () => this.#alone("getState", () => this.#getState());
      this.setState = (state) => this.#alone("setState", () => this.#setState(state));
    }
  }

  /**
   * Starts the workers and makes the environments in them.
   *
   * @param id the environments' registered name
   * @param numEnvs how many, at least 1
   * @param options see {@linkcode WorkerVectorEnvOptions}
   */
  static async create<Obs = Float32Array, Act = number>(
    id: string,
    numEnvs: number,
    options: WorkerVectorEnvOptions = {},
  ): Promise<WorkerVectorEnv<Obs, Act>> {
    return new WorkerVectorEnv(await startWorkers<Obs, Act>(id, numEnvs, options));
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
  reset(options: VectorResetOptions = {}): Promise<VectorReset<Obs>> {
    return this.#alone("reset", async () => {
      const { seeds, mask, options: own } = this.#guard.readReset(options);
      return await this.#moved(async () => {
        const outcomes = await this.#pool.all("reset", ({ first, count }) => ({
          seeds: seeds.slice(first, first + count),
          ...(mask === undefined ? {} : { mask: mask.slice(first, first + count) }),
          ...(own === undefined ? {} : { options: own }),
        }));
        for (let lane = 0; lane < this.numEnvs; lane++) {
          if (mask === undefined || mask[lane]) this.#ended[lane] = false;
        }
        return [this.#observations(outcomes), mergeInfos<Obs>(this.#id, this.numEnvs, outcomes)];
      });
    });
  }

  /**
   * Takes an action in every environment and returns what came of them.
   *
   * @param actions one for each environment, or all in one flat typed array, as `actionSpace` has them
   */
  step(actions: ArrayLike<Act> | ObservationBatch<Act>): Promise<VectorStep<Obs>> {
    return this.#alone("step", async () => {
      const own = separateActions(this.#guard.name, this.singleActionSpace, this.numEnvs, actions);
      this.#guard.checkStep(own, this.#ended);
      return await this.#moved(async () => {
        const outcomes = await this.#pool.step(own, this.#ended);
        const [rewards, terminated, truncated] = readEnds(
          this.#pool.memory,
          this.numEnvs,
          outcomes,
        );
        if (this.autoresetMode !== "same_step") {
          for (let lane = 0; lane < this.numEnvs; lane++) {
            this.#ended[lane] = terminated[lane] || truncated[lane];
          }
        }
        const observations = this.#observations(outcomes);
        const infos = mergeInfos<Obs>(this.#id, this.numEnvs, outcomes);
        return [observations, rewards, terminated, truncated, infos];
      });
    });
  }

  /** Does one call at a time. */
  async #alone<T>(call: string, act: () => Promise<T>): Promise<T> {
    if (this.#pending !== undefined) {
      throw new Error(
        `${this}: ${call}() while ${this.#pending}() is still being answered; await that first`,
      );
    }
    this.#guard.checkOpen(call);
    this.#pool.check();
    this.#pending = call;
    try {
      return await act();
    } finally {
      this.#pending = undefined;
    }
  }

  /** Does what moves the environments; when it fails, only a reset of all leads on. */
  async #moved<T>(act: () => Promise<T>): Promise<T> {
    const guard = this.#guard;
    guard.phase = "failed";
    const result = await act();
    guard.phase = "running";
    return result;
  }

  #observations(outcomes: readonly WorkerOutcome[]): ObservationBatch<Obs> {
    const { memory } = this.#pool;
    // A slice is a copy in memory of its own, not shared.
    if (memory !== undefined) return memory.observations.slice() as ObservationBatch<Obs>;
    return this.#batcher.batch(outcomes.flatMap(({ observations }) => observations as Obs[]));
  }

  async #getState(): Promise<JsonValue> {
    const { phase } = this.#guard;
    const lanes = (await this.#pool.all("getState", () => null)).flat();
    return vectorStateToJson(this, { phase, lanes });
  }

  async #setState(state: JsonValue): Promise<void> {
    const { phase, lanes } = vectorStateFromJson(this, state);
    if (phase === "running") {
      this.#batcher.batch(lanes.map(({ observation }) => valueFromJson(observation) as Obs));
    }
    const before = await this.#pool.all("getState", () => null);
    const restoreSpaces = setSpaceStates(this, state);
    try {
      await this.#pool.all("setState", ({ first, count }) => lanes.slice(first, first + count));
    } catch (error) {
      restoreSpaces();
      // The workers that were fine have taken their part already.
      if (!this.#pool.hasFailed) await this.#pool.all("setState", (_, worker) => before[worker]);
      throw error;
    }
    lanes.forEach(({ ended }, lane) => this.#ended[lane] = ended);
    this.#guard.phase = phase;
  }

  /** Closes all environments and ends the workers; calling it again does nothing. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    const isIdle = this.#pending === undefined && !this.#pool.hasFailed;
    this.#guard.phase = "closed";
    const reason = new Error(`${this} has been closed`);
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      // Workers that are at work may never finish; they are ended without asking.
      if (isIdle) {
        await Promise.race([
          this.#pool.all("close", () => null),
          new Promise<void>((resolve) => timer = setTimeout(resolve, CLOSING_TIME)),
        ]);
      }
    } finally {
      clearTimeout(timer);
      this.#pool.end(reason);
    }
  }

  /** The same as {@linkcode WorkerVectorEnv.close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** `WorkerVectorEnv(CartPole-v1, numEnvs=3)` */
  toString(): string {
    return this.#guard.name;
  }
}

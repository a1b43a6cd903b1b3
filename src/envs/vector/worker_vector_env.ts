/**
 * The vector environment whose environments are in Web Workers.
 *
 * @module
 */

import type { EnvSpec } from "../env.ts";
import type { JsonValue } from "../json.ts";
import { make, registry } from "../registry.ts";
import type { Space } from "../spaces/space.ts";
import { Batcher } from "./batch.ts";
import { InfoMerger } from "./infos.ts";
import { layoutOf } from "./layout.ts";
import { canShareMemory, planMemory } from "./shared_memory.ts";
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
import { checkReadPermission } from "./worker_permission.ts";
import { dealLanes, WorkerPool } from "./worker_pool.ts";
import type { WorkerOutcome } from "./worker_protocol.ts";

/** How long closing waits for the environments in workers before it ends them, in milliseconds. */
const CLOSING_TIME = 2000;

/** What {@linkcode WorkerVectorEnv.create} can be told. */
export interface WorkerVectorEnvOptions {
  /** What happens to an environment whose episode has ended, `"next_step"` if left out. */
  readonly autoresetMode?: AutoresetMode;
  /** What `make` is told for each environment; it is sent to workers, so it can't hold functions. */
  readonly envOptions?: Readonly<Record<string, unknown>>;
  /** How many workers; as many as the machine has cores if left out, at most one an environment. */
  readonly workers?: number;
  /** Absolute addresses of modules that each worker imports first: they register environments. */
  readonly modules?: readonly (string | URL)[];
  /** Whether to exchange numbers through shared memory, where there is such; true if left out. */
  readonly sharedMemory?: boolean;
}

/** What the workers have been made with. */
interface Parts<Obs, Act> {
  readonly id: string;
  readonly mode: AutoresetMode;
  readonly pool: WorkerPool;
  readonly observationSpace: Space<Obs>;
  readonly actionSpace: Space<Act>;
  readonly numEnvs: number;
  readonly spec?: EnvSpec;
  readonly hasState: boolean;
}

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
  readonly #ended: boolean[];
  /** The call that is being answered. */
  #pending: string | undefined;
  #closing: Promise<void> | undefined;

  private constructor(parts: Parts<Obs, Act>) {
    const { id, mode, pool, numEnvs, spec, hasState } = parts;
    this.numEnvs = numEnvs;
    this.workers = pool.lanes.length;
    this.singleObservationSpace = parts.observationSpace;
    this.singleActionSpace = parts.actionSpace;
    this.autoresetMode = mode;
    if (spec !== undefined) this.spec = spec;
    this.#id = id;
    this.#pool = pool;
    this.#guard = new VectorGuard("WorkerVectorEnv", id, numEnvs, mode, parts.actionSpace);
    this.#batcher = new Batcher(parts.observationSpace, numEnvs, id);
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
    const { autoresetMode = "next_step", envOptions = {}, sharedMemory = true } = options;
    const who = `WorkerVectorEnv(${id})`;
    if (!Number.isSafeInteger(numEnvs) || numEnvs < 1) {
      throw new RangeError(`${who}: numEnvs must be an integer of at least 1, got ${numEnvs}`);
    }
    checkMode(who, autoresetMode);
    const workers = workerCount(who, numEnvs, options.workers);
    const modules = moduleAddresses(who, options.modules);
    checkReadPermission(who, [new URL("../../", import.meta.url), ...modules]);

    // The spaces have to be known here too, so one environment is made here for a moment.
    if (!registry().has(id)) {
      for (const { href } of modules) await import(/* @vite-ignore */ href);
    }
    const sample = make<Obs, Act>(id, envOptions);
    const { observationSpace, actionSpace, spec } = sample;
    sample.close();

    const lanes = dealLanes(numEnvs, workers);
    const action = layoutOf(actionSpace), observation = layoutOf(observationSpace);
    const memory = sharedMemory && canShareMemory() && action && observation &&
      planMemory(numEnvs, workers, action, observation);
    const pool = new WorkerPool(id, lanes, memory || undefined);
    try {
      const made = await pool.all("open", (range, worker) => ({
        id,
        envOptions,
        autoresetMode,
        modules: modules.map(({ href }) => href),
        worker,
        ...range,
        ...(memory ? { memory } : {}),
      }));
      for (const [worker, spaces] of made.entries()) {
        if (
          spaces.observationSpace !== `${observationSpace}` ||
          spaces.actionSpace !== `${actionSpace}`
        ) {
          throw new TypeError(
            `${who}: worker ${worker} has the spaces ${spaces.observationSpace} and ` +
              `${spaces.actionSpace}, and here ${id} has ${observationSpace} and ${actionSpace}`,
          );
        }
      }
      return new WorkerVectorEnv<Obs, Act>({
        id,
        mode: autoresetMode,
        pool,
        observationSpace,
        actionSpace,
        numEnvs,
        hasState: made.every(({ hasState }) => hasState),
        ...(spec === undefined ? {} : { spec }),
      });
    } catch (error) {
      pool.end(new Error(`${who} could not be made`));
      throw error;
    }
  }

  /** Starts an episode in every environment, or in those of `options.resetMask`. */
  reset(options: VectorResetOptions = {}): Promise<VectorReset<Obs>> {
    return this.#alone("reset", async () => {
      const { seeds, mask, options: own } = this.#guard.readReset(options);
      const outcomes = await this.#moved(() =>
        this.#pool.all("reset", ({ first, count }) => ({
          seeds: seeds.slice(first, first + count),
          ...(mask === undefined ? {} : { mask: mask.slice(first, first + count) }),
          ...(own === undefined ? {} : { options: own }),
        }))
      );
      for (let lane = 0; lane < this.numEnvs; lane++) {
        if (mask === undefined || mask[lane]) this.#ended[lane] = false;
      }
      return [this.#observations(outcomes), this.#infos(outcomes)];
    });
  }

  /** Takes an action in every environment and returns what came of them. */
  step(actions: ArrayLike<Act>): Promise<VectorStep<Obs>> {
    return this.#alone("step", async () => {
      this.#guard.checkStep(actions, this.#ended);
      const outcomes = await this.#moved(() => this.#pool.step(actions, this.#ended));
      const [rewards, terminated, truncated] = this.#results(outcomes);
      if (this.autoresetMode !== "same_step") {
        for (let lane = 0; lane < this.numEnvs; lane++) {
          this.#ended[lane] = terminated[lane] || truncated[lane];
        }
      }
      const observations = this.#observations(outcomes);
      return [observations, rewards, terminated, truncated, this.#infos(outcomes)];
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

  #results(
    outcomes: readonly WorkerOutcome[],
  ): [rewards: Float64Array, terminated: boolean[], truncated: boolean[]] {
    const { memory } = this.#pool;
    if (memory !== undefined) {
      const terminated = new Array<boolean>(this.numEnvs);
      const truncated = new Array<boolean>(this.numEnvs);
      for (let lane = 0; lane < this.numEnvs; lane++) {
        terminated[lane] = memory.terminated(lane);
        truncated[lane] = memory.truncated(lane);
      }
      return [memory.rewards.slice(), terminated, truncated];
    }
    return [
      Float64Array.from(outcomes.flatMap(({ rewards }) => [...rewards!])),
      outcomes.flatMap(({ terminated }) => terminated!),
      outcomes.flatMap(({ truncated }) => truncated!),
    ];
  }

  #observations(outcomes: readonly WorkerOutcome[]): ObservationBatch<Obs> {
    const { memory } = this.#pool;
    // A slice is a copy in memory of its own, not shared.
    if (memory !== undefined) return memory.observations.slice() as ObservationBatch<Obs>;
    return this.#batcher.batch(outcomes.flatMap(({ observations }) => observations as Obs[]));
  }

  #infos(outcomes: readonly WorkerOutcome[]): Record<string, unknown> {
    const merger = new InfoMerger<Obs>(this.numEnvs, this.#id);
    for (const { events } of outcomes) {
      for (const event of events) {
        if (event.length === 3) merger.final(event[0], event[2] as Obs, event[1]);
        else merger.info(event[0], event[1]);
      }
    }
    return merger.infos;
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

/** How many workers there will be. */
function workerCount(who: string, numEnvs: number, given: number | undefined): number {
  const workers = given ?? Math.min(numEnvs, globalThis.navigator?.hardwareConcurrency ?? 1);
  if (Number.isSafeInteger(workers) && workers >= 1 && workers <= numEnvs) return workers;
  throw new RangeError(
    `${who}: workers must be an integer from 1 to ${numEnvs}, the number of environments, got ${workers}`,
  );
}

/** The modules' addresses. */
function moduleAddresses(who: string, modules: readonly (string | URL)[] = []): URL[] {
  if (!Array.isArray(modules)) {
    throw new TypeError(`${who}: modules must be a list of addresses, got ${modules}`);
  }
  return modules.map((module: string | URL) => {
    if (URL.canParse(module)) return new URL(module);
    throw new TypeError(
      `${who}: modules must hold absolute addresses, such as import.meta.resolve("./my_env.ts"), got ${
        JSON.stringify(module)
      }`,
    );
  });
}

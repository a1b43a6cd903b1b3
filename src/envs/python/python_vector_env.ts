/**
 * A vector environment whose environments are Python's.
 *
 * @module
 */

import type { EnvSpec } from "../env.ts";
import { ARRAYS } from "../spaces/dtype.ts";
import type { Space } from "../spaces/space.ts";
import { batchSpace, separateActions } from "../vector/batch_space.ts";
import { InfoMerger } from "../vector/infos.ts";
import type {
  AutoresetMode,
  ObservationArray,
  ObservationBatch,
  VectorEnv,
  VectorInfos,
  VectorReset,
  VectorResetOptions,
  VectorStep,
} from "../vector/vector_env.ts";
import { VectorGuard } from "../vector/vector_guard.ts";
import { arrayOf, type Frame } from "./frames.ts";
import { checkJson } from "./python_options.ts";
import type { Call } from "./python_process.ts";
import type { PythonSetup, PythonVersions, PythonWorker } from "./python_setup.ts";
import { bytesOf, encodeActions, type Wire } from "./python_spaces.ts";

/** What a result tells beside the numbers: lanes counted from the worker's first. */
interface Told {
  readonly infos: readonly [lane: number, info: Record<string, unknown>][];
  /** Episodes that ended in mode "same_step", */
  readonly finals: readonly [lane: number, info: Record<string, unknown>][];
  /** and their last observations. */
  readonly last: readonly unknown[];
}

/** Makes a vector environment of what runs; for this folder, since users have `makePython`. */
export let adopt: <Obs, Act>(setup: PythonSetup) => PythonVectorEnv<Obs, Act>;

/**
 * Environments of Python's Gymnasium in child processes; `makePython` makes it and has the page. Calls wait for their answers, one at a time; `close` ends the children.
 *
 * @typeParam Obs a single environment's observation
 * @typeParam Act a single environment's action
 */
export class PythonVectorEnv<Obs, Act> implements VectorEnv<Obs, Act> {
  /** How many environments there are. */
  readonly numEnvs: number;
  /** What a single environment's observations are. */
  readonly singleObservationSpace: Space<Obs>;
  /** What a single environment's actions are. */
  readonly singleActionSpace: Space<Act>;
  /** What happens to an environment whose episode has ended. */
  readonly autoresetMode: AutoresetMode;
  /** The id in Python, the arguments, and what Python's registry says of it. */
  readonly spec: EnvSpec;
  /** The chain of wrappers, as Python prints it. */
  readonly chain: string;
  /** What runs there. */
  readonly versions: PythonVersions;
  /** The children's process numbers. */
  readonly pids: readonly number[];
  readonly #workers: readonly PythonWorker[];
  readonly #observations: Wire;
  readonly #actions: Wire;
  readonly #callTimeout: number;
  readonly #guard: VectorGuard;
  #observationSpace: Space<ObservationBatch<Obs>> | undefined;
  #actionSpace: Space<ObservationBatch<Act>> | undefined;
  /** Which environments' episodes have ended and wait for a reset. */
  readonly #ended: boolean[];
  #isBusy = false;
  #closing: Promise<void> | undefined;

  static {
    adopt = (setup) => new PythonVectorEnv(setup);
  }

  private constructor(setup: PythonSetup) {
    const { workers, observations, actions, autoresetMode } = setup;
    this.numEnvs = workers.reduce((sum, { count }) => sum + count, 0);
    this.singleObservationSpace = observations.space as Space<Obs>;
    this.singleActionSpace = actions.space as Space<Act>;
    this.autoresetMode = autoresetMode;
    this.spec = setup.spec;
    this.chain = setup.chain;
    this.versions = setup.versions;
    this.pids = workers.map(({ process }) => process.pid);
    this.#workers = workers;
    this.#observations = observations;
    this.#actions = actions;
    this.#callTimeout = setup.callTimeout;
    this.#guard = new VectorGuard(
      "PythonVectorEnv",
      setup.spec.id,
      this.numEnvs,
      autoresetMode,
      actions.space,
    );
    this.#ended = new Array(this.numEnvs).fill(false);
  }

  /** What the observations of all environments are. */
  get observationSpace(): Space<ObservationBatch<Obs>> {
    return this.#observationSpace ??= batchSpace(this.singleObservationSpace, this.numEnvs);
  }

  /** What the actions of all are: `step(actionSpace.sample())` takes random ones. */
  get actionSpace(): Space<ObservationBatch<Act>> {
    return this.#actionSpace ??= batchSpace(this.singleActionSpace, this.numEnvs);
  }

  /**
   * Starts an episode in every environment, or in those of `options.resetMask`.
   *
   * @param options seeds, the mask, and what else the environments' `reset(options=...)` is to get,
   * named as in Python
   */
  async reset(options: VectorResetOptions = {}): Promise<VectorReset<Obs>> {
    const { seeds, mask, options: own = null } = this.#guard.readReset(options);
    checkJson(`${this}`, "options", own);
    const batch = this.#batch();
    const told = await this.#ask(
      "reset",
      ({ first, count }) => ({
        value: {
          seeds: seeds.slice(first, first + count),
          mask: mask?.slice(first, first + count) ?? null,
          options: own,
        },
      }),
      (worker, body) => this.#take(worker, body, batch),
    );
    for (let lane = 0; lane < this.numEnvs; lane++) {
      if (mask === undefined || mask[lane]) this.#ended[lane] = false;
    }
    this.#guard.phase = "running";
    return [batch as ObservationBatch<Obs>, this.#infos(told)];
  }

  /**
   * Takes an action in every environment; the children work at the same time.
   *
   * @param actions one for each environment (a number for a Discrete space, else a typed array of the
   * space's type), or all in one flat typed array, as `actionSpace` has them
   */
  async step(actions: ArrayLike<Act> | ObservationBatch<Act>): Promise<VectorStep<Obs>> {
    const ended = this.#ended;
    const own = separateActions(this.#guard.name, this.singleActionSpace, this.numEnvs, actions);
    this.#guard.checkStep(own, ended);
    const bytes = encodeActions(this.#actions, own, ended);
    const size = bytesOf(this.#actions);
    const batch = this.#batch();
    const rewards = new Float64Array(this.numEnvs);
    const rewardBytes = new Uint8Array(rewards.buffer);
    const terminated = new Array<boolean>(this.numEnvs);
    const truncated = new Array<boolean>(this.numEnvs);
    const told = await this.#ask(
      "step",
      ({ first, count }) => ({ body: bytes.subarray(first * size, (first + count) * size) }),
      (worker, body) => {
        const { first, count } = worker;
        this.#take(worker, body, batch);
        rewardBytes.set(body.subarray(0, 8 * count), 8 * first);
        for (let i = 0; i < count; i++) {
          terminated[first + i] = body[8 * count + i] !== 0;
          truncated[first + i] = body[9 * count + i] !== 0;
        }
      },
    );
    if (this.autoresetMode !== "same_step") {
      for (let lane = 0; lane < this.numEnvs; lane++) {
        ended[lane] = terminated[lane] || truncated[lane];
      }
    }
    return [
      batch as ObservationBatch<Obs>,
      rewards,
      terminated,
      truncated,
      this.#infos(told),
    ];
  }

  /**
   * Asks all children before it waits for any, so that they work at the same time, and takes each
   * answer when it comes.
   *
   * @returns what each has told beside the numbers
   */
  async #ask(
    call: Exclude<Call, "make">,
    requestOf: (worker: PythonWorker) => { body?: Uint8Array; value?: unknown },
    take: (worker: PythonWorker, body: Uint8Array) => void,
  ): Promise<(Told | undefined)[]> {
    if (this.#isBusy) {
      throw new Error(`${this}: ${call}() before the last call was answered; await that one first`);
    }
    this.#isBusy = true;
    try {
      for (const worker of this.#workers) {
        const { body, value } = requestOf(worker);
        worker.process.send(call, body, value);
      }
      // One after the other: most answers lie in their pipes by then, and cost no wait of their own.
      const told: (Told | undefined)[] = [];
      const errors: unknown[] = [];
      for (const worker of this.#workers) {
        try {
          const frame = await worker.process.receive(call, this.#callTimeout);
          told.push(this.#accept(worker, frame, take));
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length === 0) return told;
      if (this.#guard.phase !== "closed") this.#guard.phase = "failed";
      throw errors[0];
    } finally {
      this.#isBusy = false;
    }
  }

  #accept(
    worker: PythonWorker,
    { body, value }: Frame,
    take: (worker: PythonWorker, body: Uint8Array) => void,
  ): Told | undefined {
    const told = value as Omit<Told, "last"> | undefined;
    const { process, count } = worker;
    const length = bytesOf(this.#observations);
    const start = observationsStart(count) + count * length;
    const wanted = start + (told?.finals.length ?? 0) * length;
    if (body.length !== wanted) {
      throw new Error(
        `${this}: process ${process.pid} sent a result of ${body.length} bytes, wanted ${wanted}`,
      );
    }
    take(worker, body);
    if (told === undefined) return undefined;
    const last = told.finals.map((_, i) =>
      this.#observation(body.subarray(start + i * length, start + (i + 1) * length))
    );
    return { ...told, last };
  }

  /** An array for all observations. */
  #batch(): ObservationArray {
    const { dtype, size } = this.#observations;
    return new ARRAYS[dtype](this.numEnvs * size);
  }

  /** Copies a child's observations into the batch. */
  #take({ first, count }: PythonWorker, body: Uint8Array, batch: ObservationArray): void {
    const length = bytesOf(this.#observations);
    const start = observationsStart(count);
    const bytes = new Uint8Array(batch.buffer, first * length, count * length);
    bytes.set(body.subarray(start, start + count * length));
  }

  #infos(told: readonly (Told | undefined)[]): VectorInfos {
    if (told.every((one) => one === undefined)) return {};
    const merger = new InfoMerger<Obs>(this.numEnvs, this.spec.id);
    this.#workers.forEach(({ first }, worker) => {
      if (told[worker] === undefined) return;
      const { infos, finals, last } = told[worker];
      finals.forEach(([lane, info], i) => merger.final(first + lane, last[i] as Obs, info));
      for (const [lane, info] of infos) merger.info(first + lane, info);
    });
    return merger.infos;
  }

  /** A single observation, a fresh one. */
  #observation(bytes: Uint8Array): Obs {
    const { dtype, isScalar } = this.#observations;
    const array = arrayOf(dtype, bytes);
    return (isScalar ? array[0] : array) as Obs;
  }

  /**
   * Closes the environments and ends their processes; calling it again does nothing. A call that is
   * being answered fails.
   *
   * @throws {PythonError} When an environment's own `close` raised an exception; the processes have
   * ended all the same.
   */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#guard.phase = "closed";
    const results = await Promise.allSettled(this.#workers.map(({ process }) => process.close()));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  /** Closes it, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** `PythonVectorEnv(ALE/Pong-v5, numEnvs=4)`. */
  toString(): string {
    return this.#guard.name;
  }
}

/** Where the observations begin in a result of so many lanes. */
function observationsStart(count: number): number {
  return 8 * count + Math.ceil(2 * count / 8) * 8;
}

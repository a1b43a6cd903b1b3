/**
 * A vector environment whose environments are Python's.
 *
 * @module
 */

import type { EnvSpec } from "../env.ts";
import type { JsonValue } from "../json.ts";
import { ARRAYS } from "../spaces/dtype.ts";
import type { Space } from "../spaces/space.ts";
import { batchSpace, separateActions } from "../vector/batch_space.ts";
import type {
  AutoresetMode,
  ObservationArray,
  ObservationBatch,
  VectorEnv,
  VectorReset,
  VectorResetOptions,
  VectorStep,
} from "../vector/vector_env.ts";
import { VectorGuard } from "../vector/vector_guard.ts";
import { setSpaceStates } from "../vector/vector_state.ts";
import type { Frame } from "./frames.ts";
import { checkJson } from "./python_options.ts";
import type { Call } from "./python_process.ts";
import type { PythonSetup, PythonVersions, PythonWorker } from "./python_setup.ts";
import { mergeTold, readResult } from "./python_result.ts";
import { bytesOf, encodeActions, type Wire } from "./python_spaces.ts";
import { otherVersions, pythonStateFromJson, pythonStateToJson } from "./python_state.ts";

/** Makes a vector environment of what runs; for this folder, since users have `makePython`. */
export let adopt: <Obs, Act>(setup: PythonSetup) => PythonVectorEnv<Obs, Act>;

/** How a worker is asked for something. */
type Request = (worker: PythonWorker) => { body?: Uint8Array; value?: unknown };

/**
 * Environments of Python's Gymnasium in child processes; `makePython` makes it and has the page. Calls
 * wait for their answers, one at a time; `close` ends the children.
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
  /**
   * Everything that decides what happens next; absent where the environments can't be saved. Null when
   * that turns out only now; then Python's stderr says why.
   */
  readonly getState?: () => Promise<JsonValue>;
  /** Goes on from where `getState` was called, here or in another process. */
  readonly setState?: (state: JsonValue) => Promise<void>;
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
    if (setup.hasState) {
      this.getState = () => this.#getState();
      this.setState = (state) => this.#setState(state);
    }
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
      (worker, frame) => readResult(`${this}`, this.#observations, worker, frame, batch),
    );
    for (let lane = 0; lane < this.numEnvs; lane++) {
      if (mask === undefined || mask[lane]) this.#ended[lane] = false;
    }
    this.#guard.phase = "running";
    return [
      batch as ObservationBatch<Obs>,
      mergeTold(this.numEnvs, this.spec.id, this.#workers, told),
    ];
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
      (worker, frame) => {
        const { first, count } = worker;
        const { body } = frame;
        const told = readResult(`${this}`, this.#observations, worker, frame, batch);
        rewardBytes.set(body.subarray(0, 8 * count), 8 * first);
        for (let i = 0; i < count; i++) {
          terminated[first + i] = body[8 * count + i] !== 0;
          truncated[first + i] = body[9 * count + i] !== 0;
        }
        return told;
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
      mergeTold(this.numEnvs, this.spec.id, this.#workers, told),
    ];
  }

  /**
   * Asks all children before it waits for any, so that they work at the same time, and takes each
   * answer when it comes.
   *
   * @returns what `accept` has made of each answer
   */
  async #ask<T>(
    call: Exclude<Call, "make">,
    requestOf: Request,
    accept: (worker: PythonWorker, frame: Frame) => T,
    timeout: number = this.#callTimeout,
  ): Promise<T[]> {
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
      const told: T[] = [];
      const errors: unknown[] = [];
      for (const worker of this.#workers) {
        try {
          told.push(accept(worker, await worker.process.receive(call, timeout)));
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

  /** An array for all observations. */
  #batch(): ObservationArray {
    const { dtype, size } = this.#observations;
    return new ARRAYS[dtype](this.numEnvs * size);
  }

  async #getState(): Promise<JsonValue> {
    this.#guard.checkOpen("getState");
    // A game that is saved or restored takes longer than a step.
    const told = await this.#ask("getState", () => ({}), (_, { body, value }) => {
      const lengths = value as readonly number[] | null;
      let end = 0;
      return lengths?.map((length) => body.slice(end, end += length));
    }, Infinity);
    const lanes = told.flatMap((some) => some ?? []);
    if (lanes.length < this.numEnvs) return null;
    return pythonStateToJson(this, { phase: this.#guard.phase, lanes, ended: this.#ended });
  }

  async #setState(state: JsonValue): Promise<void> {
    this.#guard.checkOpen("setState");
    const { phase, lanes, ended } = pythonStateFromJson(this, state);
    const restoreSpaces = setSpaceStates(this, state);
    try {
      await this.#ask(
        "setState",
        ({ first, count }) => {
          const own = lanes.slice(first, first + count);
          return { body: concatenated(own), value: own.map(({ length }) => length) };
        },
        () => {},
        Infinity,
      );
    } catch (error) {
      restoreSpaces();
      const versions = otherVersions(this, state);
      if (versions === "") throw error;
      throw new Error(`${this}: the state can't be taken; ${versions}`, { cause: error });
    }
    ended.forEach((has, lane) => this.#ended[lane] = has);
    this.#guard.phase = phase;
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

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

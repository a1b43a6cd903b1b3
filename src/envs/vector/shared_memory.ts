/**
 * Memory that a vector environment shares with its workers: actions one way; observations, rewards and
 * ends the other; and a counter each way by which they wake each other, several times faster than a
 * message.
 *
 * @module
 */

import { type ArrayName, ARRAYS, type Layout } from "./layout.ts";
import type { ObservationArray } from "./vector_env.ts";

/** What a worker needs to find its way in the memory; it can be sent. */
export interface MemoryPlan {
  /** The memory. */
  readonly buffer: SharedArrayBuffer;
  /** How many lanes there are. */
  readonly numEnvs: number;
  /** How many workers. */
  readonly workers: number;
  /** How a lane's action lies in it. */
  readonly action: Layout;
  /** How a lane's observation lies in it. */
  readonly observation: Layout;
}

/** Words of 4 bytes a worker, so that no two workers write to one cache line. */
const STRIDE = 16;
const REQUEST = 0, ANSWER = 1, STATUS = 2;
const TERMINATED = 1, TRUNCATED = 2;

/** How a step went: all is in the memory, or a message tells more. */
export const DONE = 0, TOLD_BY_MESSAGE = 1;

/** Whether there is such memory here, and waiting for it without blocking. */
export function canShareMemory(): boolean {
  return typeof SharedArrayBuffer === "function" && typeof Atomics.waitAsync === "function" &&
    // Browsers have it everywhere and let it be sent only between isolated pages.
    (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false;
}

/** Plans memory for so many lanes and workers. */
export function planMemory(
  numEnvs: number,
  workers: number,
  action: Layout,
  observation: Layout,
): MemoryPlan {
  const { bytes } = offsets({ numEnvs, workers, action, observation });
  return { buffer: new SharedArrayBuffer(bytes), numEnvs, workers, action, observation };
}

/** Where the parts begin, each at a multiple of 8 bytes, and how long all of it is. */
function offsets({ numEnvs, workers, action, observation }: Omit<MemoryPlan, "buffer">) {
  let bytes = 0;
  const take = (array: ArrayName, length: number) => {
    const start = bytes;
    bytes += Math.ceil(ARRAYS[array].BYTES_PER_ELEMENT * length / 8) * 8;
    return start;
  };
  const control = take("Int32Array", workers * STRIDE);
  const rewards = take("Float64Array", numEnvs);
  const ends = take("Uint8Array", numEnvs);
  const actions = take(action.array, numEnvs * action.size);
  const observations = take(observation.array, numEnvs * observation.size);
  return { control, rewards, ends, actions, observations, bytes };
}

/** The memory's parts as arrays. */
export class SharedMemory {
  /** The lanes' actions. */
  readonly actions: ObservationArray;
  /** The lanes' observations. */
  readonly observations: ObservationArray;
  /** The lanes' rewards. */
  readonly rewards: Float64Array;
  readonly #ends: Uint8Array;
  readonly #control: Int32Array;

  /** @param plan what {@linkcode planMemory} made */
  constructor(plan: MemoryPlan) {
    const { buffer, numEnvs, workers, action, observation } = plan;
    const at = offsets(plan);
    this.#control = new Int32Array(buffer, at.control, workers * STRIDE);
    this.rewards = new Float64Array(buffer, at.rewards, numEnvs);
    this.#ends = new Uint8Array(buffer, at.ends, numEnvs);
    this.actions = view(action, buffer, at.actions, numEnvs);
    this.observations = view(observation, buffer, at.observations, numEnvs);
  }

  /** Writes whether a lane's episode has ended. */
  putEnd(lane: number, terminated: boolean, truncated: boolean): void {
    this.#ends[lane] = (terminated ? TERMINATED : 0) | (truncated ? TRUNCATED : 0);
  }

  /** Whether a lane has terminated. */
  terminated(lane: number): boolean {
    return (this.#ends[lane] & TERMINATED) !== 0;
  }

  /** Whether a lane has been truncated. */
  truncated(lane: number): boolean {
    return (this.#ends[lane] & TRUNCATED) !== 0;
  }

  /** Tells a worker to step; `call` is another number than the last. */
  request(worker: number, call: number): void {
    Atomics.store(this.#control, worker * STRIDE + REQUEST, call);
    Atomics.notify(this.#control, worker * STRIDE + REQUEST);
  }

  /** The next call for a worker after the one that it has seen, or a promise of it. */
  nextRequest(worker: number, seen: number): Promise<number> {
    return this.#change(worker * STRIDE + REQUEST, seen);
  }

  /** Tells that a worker's step is done. */
  answer(worker: number, call: number, status: number): void {
    Atomics.store(this.#control, worker * STRIDE + STATUS, status);
    Atomics.store(this.#control, worker * STRIDE + ANSWER, call);
    this.wake(worker);
  }

  /** Wakes who waits for a worker's answer, also without one. */
  wake(worker: number): void {
    Atomics.notify(this.#control, worker * STRIDE + ANSWER);
  }

  /**
   * Waits for a worker's answer and returns how the step went.
   *
   * @param worker which
   * @param call the request's number
   * @param check throws when there will be no answer; called again whenever it is woken
   */
  async answered(worker: number, call: number, check: () => void): Promise<number> {
    const index = worker * STRIDE + ANSWER;
    for (;;) {
      const seen = Atomics.load(this.#control, index);
      if (seen === call) return Atomics.load(this.#control, worker * STRIDE + STATUS);
      check();
      const wait = Atomics.waitAsync(this.#control, index, seen);
      if (wait.async) await wait.value;
    }
  }

  /** Waits until a word differs from what it was. */
  async #change(index: number, was: number): Promise<number> {
    for (;;) {
      const now = Atomics.load(this.#control, index);
      if (now !== was) return now;
      const wait = Atomics.waitAsync(this.#control, index, was);
      if (wait.async) await wait.value;
    }
  }
}

/** The part of the memory that holds `count` elements. */
function view(
  { array, size }: Layout,
  buffer: SharedArrayBuffer,
  start: number,
  count: number,
): ObservationArray {
  const of = ARRAYS[array] as new (
    buffer: ArrayBufferLike,
    start: number,
    length: number,
  ) => ObservationArray;
  return new of(buffer, start, count * size);
}

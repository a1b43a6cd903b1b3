/** The environment of record_vector.py that tells many kinds of things. */

import {
  Box,
  Discrete,
  type Env,
  type Info,
  type JsonValue,
  type ResetOptions,
  type ResetResult,
  type Space,
  type StepResult,
} from "../../../src/envs/mod.ts";

/** Counts its steps; see the recording script. */
export class InfoEnv implements Env<Float32Array | number, number> {
  readonly observationSpace: Space<Float32Array | number>;
  readonly actionSpace = new Discrete(3);
  readonly #discrete: boolean;
  #lane = 0;
  #episode = -1;
  #t = 0;

  constructor(discrete: boolean) {
    this.#discrete = discrete;
    this.observationSpace = discrete
      ? new Discrete(100, { start: -5 })
      : new Box(-Infinity, Infinity, [2, 2]) as Space<Float32Array | number>;
  }

  #observe(): Float32Array | number {
    const t = this.#t;
    if (this.#discrete) return t - 5;
    return Float32Array.of(t, this.#lane, this.#episode, t / 3);
  }

  reset({ seed, options }: ResetOptions = {}): ResetResult<Float32Array | number> {
    if (seed !== undefined) {
      this.#lane = seed;
      this.#episode = -1;
    }
    this.#episode++;
    this.#t = 0;
    const info: Info = { start: this.#lane, episode_number: this.#episode };
    if (options) info.options = { ...options };
    return [this.#observe(), info];
  }

  step(action: number): StepResult<Float32Array | number> {
    const t = ++this.#t, lane = this.#lane;
    const terminated = this.#episode % 2 === 0 && t === 5 + lane % 3;
    const truncated = this.#episode % 2 === 1 && t === 6;
    const info: Info = { action };
    if ((t + lane) % 2 === 0) info.half = t / 2;
    if (t % 3 === 1) {
      info.flag = lane % 2 === 0;
      info.nested = { a: t, deep: { b: t > 3, c: "x" } };
    }
    if (t % 4 === 1) info.name = `s${t}`;
    if ((t + lane) % 5 === 0) info.vector = Float32Array.of(t, lane);
    if (t % 7 === 2) info.nothing = null;
    if (lane === 1 && t === 2) info.list = [1, t];
    return [this.#observe(), t * 0.5, terminated, truncated, info];
  }

  close(): void {}

  getState(): JsonValue {
    return [this.#lane, this.#episode, this.#t];
  }

  setState(state: JsonValue): void {
    const numbers = state as number[];
    if (!Array.isArray(state) || numbers.length !== 3) {
      throw new TypeError("no state of an InfoEnv");
    }
    [this.#lane, this.#episode, this.#t] = numbers;
  }

  toString(): string {
    return "<InfoEnv>";
  }
}

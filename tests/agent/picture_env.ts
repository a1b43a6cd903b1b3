/** A small environment of pictures, for tests of agents that see pixels. @module */

import {
  Box,
  Discrete,
  type Env,
  type JsonValue,
  type ResetOptions,
  type ResetResult,
  type StepResult,
} from "../../src/envs/mod.ts";

/** Height and width of its pictures. */
export const PICTURE = [6, 5] as const;
const SIZE = PICTURE[0] * PICTURE[1];

/**
 * A dot moves through a picture, in a direction that one picture does not show; action 1 in the moment when it
 * passes a corner is rewarded. Episodes have lengths of their own, some terminated, some truncated.
 */
export class PictureEnv implements Env<Uint8Array, number> {
  readonly observationSpace: Box<"uint8"> = new Box(0, 255, PICTURE, "uint8");
  readonly actionSpace: Discrete = new Discrete(2);
  #place = 0;
  #direction = 1;
  #step = 0;
  #episode = 0;

  reset(_options?: ResetOptions): ResetResult<Uint8Array> {
    this.#episode++;
    this.#step = 0;
    this.#place = (7 * this.#episode) % SIZE;
    this.#direction = this.#episode % 2 === 0 ? 1 : SIZE - 1;
    return [this.#picture(), {}];
  }

  step(action: number): StepResult<Uint8Array> {
    this.#step++;
    this.#place = (this.#place + this.#direction) % SIZE;
    const reward = this.#place === 0 ? (action === 1 ? 1 : -1) : 0;
    const isOver = this.#step >= 1 + (5 * this.#episode) % 23;
    const terminated = isOver && this.#episode % 3 !== 0;
    return [this.#picture(), reward, terminated, isOver && !terminated, {}];
  }

  getState(): JsonValue {
    return [this.#place, this.#direction, this.#step, this.#episode];
  }

  setState(state: JsonValue): void {
    [this.#place, this.#direction, this.#step, this.#episode] = state as number[];
  }

  close(): void {}

  #picture(): Uint8Array {
    const picture = new Uint8Array(SIZE).fill(this.#episode % 7);
    picture[this.#place] = 255;
    return picture;
  }
}

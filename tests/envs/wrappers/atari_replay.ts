/** Atari games as the Python script recorded them, frame by frame, and an environment that plays them. */

import assert from "node:assert/strict";
import {
  Box,
  Discrete,
  type Env,
  type JsonValue,
  type ResetOptions,
  type StepResult,
} from "../../../src/envs/mod.ts";
import { bytesFrom } from "../fixture.ts";

/** ["reset", seed, lives] or [action, reward, 1 for terminated + 2 for truncated, lives]. */
type Call = readonly [string | number, number | null, number, number?];

/** ["reset", seed, hash] or [action, reward, ends, hash]. */
export type Out = readonly (string | number | null)[];

export interface RecordedGame {
  readonly name: string;
  readonly id: string;
  readonly calls: readonly (readonly (string | number | null)[])[];
  readonly outs: readonly Out[];
  readonly shape: readonly number[];
  readonly palette: readonly string[];
  readonly frames: string;
  readonly observationSpace: {
    readonly shape: readonly number[];
    readonly dtype: string;
    readonly high: number;
  };
}

/** All frames of a game, as RGB bytes. */
export async function framesOf(game: RecordedGame): Promise<Uint8Array[]> {
  const zipped = new Blob([bytesFrom(game.frames)]).stream();
  const stream = zipped.pipeThrough(new DecompressionStream("gzip"));
  const deltas = new Uint8Array(await new Response(stream).arrayBuffer());
  const [height, width] = game.shape;
  const size = height * width;
  assert.equal(deltas.length, size * game.calls.length);
  const palette = game.palette.map((colour) => parseInt(colour, 16));
  const indices = new Uint8Array(size);
  return game.calls.map((_, at) => {
    const frame = new Uint8Array(3 * size);
    for (let i = 0; i < size; i++) {
      indices[i] += deltas[at * size + i];
      const colour = palette[indices[i]];
      frame[3 * i] = colour >> 16;
      frame[3 * i + 1] = colour >> 8;
      frame[3 * i + 2] = colour;
    }
    return frame;
  });
}

/** Answers as the game did, and fails when it is not played as it was. */
export class AtariReplay implements Env<Uint8Array, number> {
  readonly observationSpace: Box<"uint8">;
  readonly actionSpace = new Discrete(18);
  /** How many calls it has answered. */
  at = 0;

  constructor(readonly game: RecordedGame, readonly frames: readonly Uint8Array[]) {
    this.observationSpace = new Box(0, 255, game.shape, "uint8");
  }

  #next(action: string | number): Call {
    const call = this.game.calls[this.at];
    assert.ok(call !== undefined, `${this.game.name}: called more often than recorded`);
    assert.equal(action, call[0], `${this.game.name}, call ${this.at}`);
    this.at++;
    return call as unknown as Call;
  }

  reset(options?: ResetOptions): [Uint8Array, Record<string, unknown>] {
    const [, seed, lives] = this.#next("reset");
    assert.equal(options?.seed ?? null, seed, `${this.game.name}, call ${this.at - 1}`);
    return [this.frames[this.at - 1], { lives, fresh: true }];
  }

  step(action: number): StepResult<Uint8Array> {
    const [, reward, ends, lives] = this.#next(action);
    return [
      this.frames[this.at - 1],
      reward!,
      (ends & 1) !== 0,
      (ends & 2) !== 0,
      { lives, frame: this.at },
    ];
  }

  close(): void {}

  getState(): JsonValue {
    return this.at;
  }

  setState(state: JsonValue): void {
    this.at = state as number;
  }

  toString(): string {
    return `<AtariEnv<${this.game.id}>>`;
  }
}

/** The beginning of an array's SHA-256, as recorded. */
export async function hashOf(array: Uint8Array | Float32Array): Promise<string> {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Plays all that was recorded and compares every observation, reward and end.
 *
 * @param env the wrappers around an {@linkcode AtariReplay}
 */
export async function playThrough(
  env: Env<Uint8Array | Float32Array, number>,
  outs: readonly Out[],
  name: string,
  between: (env: Env<Uint8Array | Float32Array, number>, at: number) => typeof env = (env) => env,
): Promise<void> {
  for (const [at, out] of outs.entries()) {
    env = between(env, at);
    let observation: Uint8Array | Float32Array;
    if (out[0] === "reset") {
      [observation] = env.reset(out[1] === null ? undefined : { seed: out[1] as number });
    } else {
      let reward, terminated, truncated;
      [observation, reward, terminated, truncated] = env.step(out[0] as number);
      assert.deepEqual(
        [reward, Number(terminated) + 2 * Number(truncated)],
        out.slice(1, 3),
        `${name}, at ${at}`,
      );
    }
    assert.equal(await hashOf(observation), out.at(-1), `${name}, observation ${at}`);
  }
}

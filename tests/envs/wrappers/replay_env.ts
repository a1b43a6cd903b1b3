/** An environment that observes what it is told, as the Python scripts' `Replay` does. */

import {
  Box,
  type BoxArrays,
  type BoxDtype,
  Discrete,
  type Env,
  type JsonValue,
  type ResetOptions,
  type Space,
  type StepResult,
} from "../../../src/envs/mod.ts";
import { ARRAYS } from "../../../src/envs/spaces/dtype.ts";
import { bytesFrom, number } from "../fixture.ts";

export interface ReplayOptions<Act> {
  readonly rewards?: readonly number[];
  /** At which observations an episode terminates. */
  readonly ends?: readonly number[];
  readonly actionSpace?: Space<Act>;
  readonly infos?: readonly Record<string, unknown>[];
}

/** Goes through its observations one by one, over resets too, and starts again after the last. */
export class ReplayEnv<Obs = Float32Array, Act = number> implements Env<Obs, Act> {
  readonly actionSpace: Space<Act>;
  readonly taken: Act[] = [];
  readonly resets: (ResetOptions | undefined)[] = [];
  at = -1;

  constructor(
    readonly observationSpace: Space<Obs>,
    readonly observations: readonly Obs[],
    readonly options: ReplayOptions<Act> = {},
  ) {
    this.actionSpace = options.actionSpace ?? new Discrete(5) as Space<unknown> as Space<Act>;
  }

  reset(options?: ResetOptions): [Obs, Record<string, unknown>] {
    this.resets.push(options);
    this.at++;
    return [this.#observation(), this.#info()];
  }

  step(action: Act): StepResult<Obs> {
    this.taken.push(action);
    this.at++;
    const { rewards, ends } = this.options;
    const terminated = ends?.includes(this.at) ?? false;
    return [this.#observation(), rewards?.[this.at] ?? 1, terminated, false, this.#info()];
  }

  #observation(): Obs {
    return this.observations[this.at % this.observations.length];
  }

  #info(): Record<string, unknown> {
    const { infos } = this.options;
    return infos === undefined ? {} : infos[this.at % infos.length];
  }

  close(): void {}

  getState(): JsonValue {
    return this.at;
  }

  setState(state: JsonValue): void {
    if (typeof state !== "number") throw new TypeError("a bad state of ReplayEnv");
    this.at = state;
  }

  toString(): string {
    return "<ReplayEnv>";
  }
}

/** A Box as the Python scripts write it. */
export interface RecordedBox {
  readonly low: readonly (number | string)[];
  readonly high: readonly (number | string)[];
  readonly shape: readonly number[];
  readonly dtype: string;
}

export function boxFrom({ low, high, shape, dtype }: RecordedBox): Box<BoxDtype> {
  return new Box<BoxDtype>(low.map(number), high.map(number), shape, dtype as BoxDtype);
}

/** All numbers of a base64 string, by dtype. */
export function numbersFrom(base64: string, dtype: BoxDtype): BoxArrays[BoxDtype] {
  const bytes = bytesFrom(base64);
  const View = ARRAYS[dtype] as unknown as new (buffer: ArrayBuffer) => BoxArrays[BoxDtype];
  return new View(bytes);
}

/** The same, cut into arrays of `size`. */
export function arraysFrom(base64: string, dtype: BoxDtype, size: number): BoxArrays[BoxDtype][] {
  const all = numbersFrom(base64, dtype);
  return Array.from({ length: all.length / size }, (_, i) => all.slice(i * size, (i + 1) * size));
}

/** An environment that replays recorded arrays. */
export function replayOf(
  space: RecordedBox,
  base64: string,
  options?: ReplayOptions<number>,
  // deno-lint-ignore no-explicit-any
): ReplayEnv<any> {
  const box = boxFrom(space);
  return new ReplayEnv(
    box as Space<BoxArrays[BoxDtype]>,
    arraysFrom(base64, box.dtype, box.size),
    options,
  );
}

/** The state of an environment after a journey through JSON. */
export function savedState(env: Env<unknown, unknown>): JsonValue {
  return JSON.parse(JSON.stringify(env.getState!()));
}

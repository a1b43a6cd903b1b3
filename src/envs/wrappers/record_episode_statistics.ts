/**
 * The wrapper that sums up episodes.
 *
 * @module
 */

import type { Env, ResetOptions, ResetResult, StepResult } from "../env.ts";
import {
  arrayFromJson,
  countFromJson,
  floatFromJson,
  floatToJson,
  type JsonValue,
  recordFromJson,
} from "../json.ts";
import { envName, Wrapper } from "./wrapper.ts";

/** What {@linkcode RecordEpisodeStatistics} puts into `info` at an episode's end. */
export interface EpisodeStatistics {
  /** The return: the sum of the episode's rewards. */
  readonly r: number;
  /** The length: its number of steps. */
  readonly l: number;
  /** The time it took in seconds, to the microsecond. */
  readonly t: number;
}

/** How {@linkcode RecordEpisodeStatistics} keeps its records. */
export interface RecordEpisodeStatisticsOptions {
  /** How many episodes the queues remember, 100 if left out. */
  readonly bufferLength?: number;
  /** The key in `info`, "episode" if left out. */
  readonly statsKey?: string;
}

/**
 * Adds `info.episode = { r, l, t }` (return, length, seconds) to the step that ends an episode, and
 * remembers the last episodes in queues, as Gymnasium's `RecordEpisodeStatistics`.
 *
 * @example The return of an episode
 * ```ts
 * import { make, RecordEpisodeStatistics } from "@dinoq/dinoq";
 *
 * const env = new RecordEpisodeStatistics(make("CartPole-v1"));
 * env.reset({ seed: 1 });
 * let ended = false;
 * while (!ended) {
 *   const [, , terminated, truncated, info] = env.step(env.actionSpace.sample());
 *   ended = terminated || truncated;
 *   if (ended) console.log(info.episode); // { r: 22, l: 22, t: 0.000041 }
 * }
 * ```
 *
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type
 */
export class RecordEpisodeStatistics<Obs = Float32Array, Act = number> extends Wrapper<Obs, Act> {
  readonly #bufferLength: number;
  readonly #statsKey: string;
  #episodes: EpisodeStatistics[] = [];
  #episodeCount = 0;
  #return = 0;
  #length = 0;
  #start = performance.now();

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap
   * @param options how many episodes to remember, and the key in `info`
   */
  constructor(env: Env<Obs, Act>, options: RecordEpisodeStatisticsOptions = {}) {
    super(env);
    const { bufferLength = 100, statsKey = "episode" } = options;
    if (!Number.isSafeInteger(bufferLength) || bufferLength < 0) {
      throw new RangeError(
        `RecordEpisodeStatistics: bufferLength must be an integer of at least 0, got ${bufferLength}`,
      );
    }
    this.#bufferLength = bufferLength;
    this.#statsKey = statsKey;
  }

  /** How many episodes have ended. */
  get episodeCount(): number {
    return this.#episodeCount;
  }

  /** The returns of the last episodes, oldest first. */
  get returnQueue(): number[] {
    return this.#episodes.map((episode) => episode.r);
  }

  /** The lengths of the last episodes, oldest first. */
  get lengthQueue(): number[] {
    return this.#episodes.map((episode) => episode.l);
  }

  /** The durations of the last episodes in seconds, oldest first. */
  get timeQueue(): number[] {
    return this.#episodes.map((episode) => episode.t);
  }

  /** Starts an episode and its record. */
  override reset(options?: ResetOptions): ResetResult<Obs> {
    const result = this.env.reset(options);
    this.#start = performance.now();
    this.#return = 0;
    this.#length = 0;
    return result;
  }

  /** Takes an action; at the episode's end `info` gets the record. */
  override step(action: Act): StepResult<Obs> {
    const result = this.env.step(action);
    this.#return += result[1];
    this.#length++;
    if (!result[2] && !result[3]) return result;

    const [observation, reward, terminated, truncated, info] = result;
    if (Object.hasOwn(info, this.#statsKey)) {
      throw new Error(
        `${
          envName(this)
        }: info already has "${this.#statsKey}"; give RecordEpisodeStatistics another statsKey`,
      );
    }
    const episode = { r: this.#return, l: this.#length, t: this.#seconds() };
    this.#episodes.push(episode);
    if (this.#episodes.length > this.#bufferLength) this.#episodes.shift();
    this.#episodeCount++;
    this.#start = performance.now();
    return [observation, reward, terminated, truncated, { ...info, [this.#statsKey]: episode }];
  }

  #seconds(): number {
    return Math.round((performance.now() - this.#start) * 1000) / 1e6;
  }

  /** The queues and the running episode's record. */
  protected override saveOwn(): JsonValue {
    return {
      episodes: this.#episodes.map(({ r, l, t }) => [floatToJson(r), l, t]),
      episodeCount: this.#episodeCount,
      return: floatToJson(this.#return),
      length: this.#length,
      seconds: this.#seconds(),
    };
  }

  /** Takes back what {@linkcode RecordEpisodeStatistics.saveOwn} gave. */
  protected override loadOwn(own: JsonValue): void {
    const what = "the state of RecordEpisodeStatistics";
    const record = recordFromJson(own, what);
    const episodes = arrayFromJson(record.episodes, `episodes in ${what}`).map((episode) => {
      const [r, l, t] = arrayFromJson(episode, `an episode in ${what}`);
      return {
        r: floatFromJson(r, `a return in ${what}`),
        l: countFromJson(l, `a length in ${what}`),
        t: floatFromJson(t, `a time in ${what}`),
      };
    });
    const episodeCount = countFromJson(record.episodeCount, `episodeCount in ${what}`);
    const length = countFromJson(record.length, `length in ${what}`);
    const seconds = floatFromJson(record.seconds, `seconds in ${what}`);
    this.#return = floatFromJson(record.return, `return in ${what}`);
    this.#episodes = episodes;
    this.#episodeCount = episodeCount;
    this.#length = length;
    this.#start = performance.now() - seconds * 1000;
  }
}

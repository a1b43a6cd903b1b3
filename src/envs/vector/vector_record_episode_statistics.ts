/**
 * The wrapper that sums up the episodes of a vector environment.
 *
 * @module
 */

import type { EnvSpec } from "../env.ts";
import {
  arrayFromJson,
  countFromJson,
  floatFromJson,
  floatToJson,
  type JsonValue,
  recordFromJson,
} from "../json.ts";
import type { Space } from "../spaces/space.ts";
import type {
  EpisodeStatistics,
  RecordEpisodeStatisticsOptions,
} from "../wrappers/record_episode_statistics.ts";
import type {
  AutoresetMode,
  VectorEnv,
  VectorReset,
  VectorResetOptions,
  VectorStep,
} from "./vector_env.ts";

/** A lane's running episode. */
interface Running {
  return: number;
  length: number;
  /** When it began, by `performance.now()`. */
  start: number;
  /** Whether it has ended, so that the next step counts for none. */
  ended: boolean;
}

/**
 * Adds `infos.episode = { r, l, t }` (returns, lengths, seconds; a Float64Array [numEnvs] each, 0 where
 * no episode has ended) and `infos._episode`, a `boolean[]`, to the steps that end episodes, and
 * remembers the last episodes in queues, as Gymnasium's `wrappers.vector.RecordEpisodeStatistics`.
 *
 * All autoreset modes are counted right. (Gymnasium 1.4.0, for a reset with a mask, forgets the running
 * episodes of the other environments too; here they go on.)
 *
 * @example The returns of episodes in four environments
 * ```ts
 * import { makeVec, VectorRecordEpisodeStatistics } from "@dinoq/dinoq";
 *
 * const env = new VectorRecordEpisodeStatistics(makeVec("CartPole-v1", 4));
 * await env.reset({ seed: 1 });
 * for (let step = 0; step < 100; step++) await env.step([0, 1, 0, 1]);
 * env.returnQueue; // the returns of all episodes so far
 * ```
 *
 * @typeParam Obs a single environment's observation
 * @typeParam Act a single environment's action
 */
export class VectorRecordEpisodeStatistics<Obs = Float32Array, Act = number>
  implements VectorEnv<Obs, Act> {
  /** The vector environment inside. */
  readonly env: VectorEnv<Obs, Act>;
  /** The state of the whole chain; absent where the environments have none. */
  readonly getState?: () => Promise<JsonValue>;
  /** Goes on from a state of the whole chain; absent where the environments have none. */
  readonly setState?: (state: JsonValue) => Promise<void>;
  readonly #bufferLength: number;
  readonly #statsKey: string;
  #episodes: EpisodeStatistics[] = [];
  #episodeCount = 0;
  #running: Running[];

  /**
   * Wraps a vector environment.
   *
   * @param env the vector environment
   * @param options how many episodes to remember, and the key in `infos`
   */
  constructor(env: VectorEnv<Obs, Act>, options: RecordEpisodeStatisticsOptions = {}) {
    const { bufferLength = 100, statsKey = "episode" } = options;
    if (!Number.isSafeInteger(bufferLength) || bufferLength < 0) {
      throw new RangeError(
        `VectorRecordEpisodeStatistics: bufferLength must be an integer of at least 0, got ${bufferLength}`,
      );
    }
    this.env = env;
    this.#bufferLength = bufferLength;
    this.#statsKey = statsKey;
    this.#running = Array.from({ length: env.numEnvs }, newEpisode);
    if (env.getState !== undefined && env.setState !== undefined) {
      this.getState = async () => ({ own: this.#saveOwn(), env: await env.getState!() });
      this.setState = async (state) => {
        const record = recordFromJson(state, `the state of ${this}`);
        const load = this.#readOwn(record.own);
        await env.setState!(record.env);
        load();
      };
    }
  }

  /** How many environments there are. */
  get numEnvs(): number {
    return this.env.numEnvs;
  }

  /** What a single environment's observations are. */
  get singleObservationSpace(): Space<Obs> {
    return this.env.singleObservationSpace;
  }

  /** What a single environment's actions are. */
  get singleActionSpace(): Space<Act> {
    return this.env.singleActionSpace;
  }

  /** What happens to an environment whose episode has ended. */
  get autoresetMode(): AutoresetMode {
    return this.env.autoresetMode;
  }

  /** How each of the environments was made. */
  get spec(): EnvSpec | undefined {
    return this.env.spec;
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

  /** Starts episodes and their records. */
  async reset(options?: VectorResetOptions): Promise<VectorReset<Obs>> {
    const result = await this.env.reset(options);
    const mask = options?.options?.resetMask;
    for (let lane = 0; lane < this.numEnvs; lane++) {
      if (mask === undefined || mask[lane]) this.#running[lane] = newEpisode();
    }
    return result;
  }

  /** Takes actions; where episodes end, `infos` gets their records. */
  async step(actions: ArrayLike<Act>): Promise<VectorStep<Obs>> {
    const result = await this.env.step(actions);
    const [, rewards, terminated, truncated, infos] = result;
    let records: Records | undefined;
    for (let lane = 0; lane < this.numEnvs; lane++) {
      const running = this.#running[lane];
      if (running.ended) {
        // In mode "next_step" this step was the reset.
        this.#running[lane] = newEpisode();
        continue;
      }
      running.return += rewards[lane];
      running.length++;
      if (!terminated[lane] && !truncated[lane]) continue;
      records ??= this.#records(infos);
      this.#finish(lane, records);
    }
    return result;
  }

  #records(infos: Record<string, unknown>): Records {
    const key = this.#statsKey;
    if (Object.hasOwn(infos, key) || Object.hasOwn(infos, `_${key}`)) {
      throw new Error(
        `${this}: infos already have "${key}"; give VectorRecordEpisodeStatistics another statsKey`,
      );
    }
    const array = () => new Float64Array(this.numEnvs);
    const episode = { r: array(), l: array(), t: array() };
    const mask = new Array<boolean>(this.numEnvs).fill(false);
    infos[key] = episode;
    infos[`_${key}`] = mask;
    return { ...episode, mask };
  }

  #finish(lane: number, { r, l, t, mask }: Records): void {
    const { return: sum, length, start } = this.#running[lane];
    const episode = { r: sum, l: length, t: seconds(start) };
    r[lane] = episode.r;
    l[lane] = episode.l;
    t[lane] = episode.t;
    mask[lane] = true;
    this.#episodes.push(episode);
    if (this.#episodes.length > this.#bufferLength) this.#episodes.shift();
    this.#episodeCount++;
    if (this.autoresetMode === "same_step") this.#running[lane] = newEpisode();
    else this.#running[lane].ended = true;
  }

  /** Closes the environments inside. */
  async close(): Promise<void> {
    await this.env.close();
  }

  #saveOwn(): JsonValue {
    return {
      episodes: this.#episodes.map(({ r, l, t }) => [floatToJson(r), l, t]),
      episodeCount: this.#episodeCount,
      running: this.#running.map((lane) => ({
        return: floatToJson(lane.return),
        length: lane.length,
        seconds: seconds(lane.start),
        ended: lane.ended,
      })),
    };
  }

  /** Reads a state and returns what takes it over. */
  #readOwn(own: JsonValue): () => void {
    const what = "the state of VectorRecordEpisodeStatistics";
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
    const running = arrayFromJson(record.running, `running in ${what}`).map((lane) => {
      const one = recordFromJson(lane, `a lane in ${what}`);
      const elapsed = floatFromJson(one.seconds, `seconds in ${what}`);
      return {
        return: floatFromJson(one.return, `return in ${what}`),
        length: countFromJson(one.length, `length in ${what}`),
        start: performance.now() - elapsed * 1000,
        ended: one.ended === true,
      };
    });
    if (running.length !== this.numEnvs) {
      throw new TypeError(`${what} must hold ${this.numEnvs} lanes, got ${running.length}`);
    }
    return () => {
      this.#episodes = episodes;
      this.#episodeCount = episodeCount;
      this.#running = running;
    };
  }

  /** `<VectorRecordEpisodeStatistics, SyncVectorEnv(CartPole-v1, numEnvs=3)>` */
  toString(): string {
    return `<VectorRecordEpisodeStatistics, ${this.env}>`;
  }
}

/** The arrays that go into infos. */
interface Records {
  readonly r: Float64Array;
  readonly l: Float64Array;
  readonly t: Float64Array;
  readonly mask: boolean[];
}

function newEpisode(): Running {
  return { return: 0, length: 0, start: performance.now(), ended: false };
}

function seconds(start: number): number {
  return Math.round((performance.now() - start) * 1000) / 1e6;
}

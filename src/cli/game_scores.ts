/**
 * The scores of games, where an episode is less than a game: read from the infos of a vector environment
 * on their way to whoever learns in it.
 *
 * @module
 */

import type { ParallelEnv } from "../agent/feed.ts";
import type { Observation } from "../agent/spaces.ts";
import type { EnvSpec, JsonValue } from "../envs/env.ts";
import { finishedGames } from "../envs/python/finished_games.ts";
import type {
  AutoresetMode,
  VectorInfos,
  VectorReset,
  VectorResetOptions,
  VectorStep,
} from "../envs/vector/vector_env.ts";
import type { Game } from "./stage.ts";

/** A vector environment, and the games that ended in it. */
export class GameScores implements ParallelEnv {
  readonly numEnvs: number;
  readonly singleObservationSpace: ParallelEnv["singleObservationSpace"];
  readonly singleActionSpace: ParallelEnv["singleActionSpace"];
  readonly autoresetMode: AutoresetMode;
  readonly spec?: EnvSpec;
  /** The state of the environments; absent where they have none. */
  readonly getState?: () => JsonValue | Promise<JsonValue>;
  readonly setState?: (state: JsonValue) => void | Promise<void>;
  readonly #env: ParallelEnv;
  readonly #ended: Game[][];

  /** @param env The environments, whose infos tell each game's score in the step that ends it. */
  constructor(env: ParallelEnv) {
    this.#env = env;
    this.numEnvs = env.numEnvs;
    this.singleObservationSpace = env.singleObservationSpace;
    this.singleActionSpace = env.singleActionSpace;
    this.autoresetMode = env.autoresetMode;
    this.spec = env.spec;
    this.#ended = Array.from({ length: env.numEnvs }, () => []);
    if (env.getState && env.setState) {
      this.getState = () => env.getState!();
      this.setState = (state) => env.setState!(state);
    }
  }

  /** The games of a lane that have ended since the last call. */
  take(lane: number): Game[] {
    return this.#ended[lane].splice(0);
  }

  async reset(options?: VectorResetOptions): Promise<VectorReset<Observation>> {
    const result = await this.#env.reset(options);
    this.#read(result[1]);
    return result;
  }

  async step(actions: ArrayLike<number>): Promise<VectorStep<Observation>> {
    const result = await this.#env.step(actions);
    this.#read(result[4]);
    return result;
  }

  async close(): Promise<void> {
    await this.#env.close();
  }

  toString(): string {
    return String(this.#env);
  }

  #read(infos: VectorInfos): void {
    for (const { lane, score, length } of finishedGames(infos)) {
      this.#ended[lane].push({ return: score, length });
    }
  }
}

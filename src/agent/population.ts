/**
 * Populations: many independent agents that learn side by side in the same dispatches, for seeds and for
 * sweeps over hyper-parameters.
 */

import type { DQNConfig } from "../dqn/config.ts";
import { Learner } from "../dqn/learner.ts";
import { GpuEnv } from "../envs/gpu/gpu_env.ts";
import { Gpu } from "../gpu/gpu.ts";
import { Clock } from "./clock.ts";
import { type Evaluation, summarize } from "./evaluation.ts";
import { readFeed } from "./feed.ts";
import { GpuPlay, GREEDY } from "./gpu_evaluation.ts";
import { GpuLoop } from "./gpu_loop.ts";
import { checkGpuConfig, rolloutSource } from "./gpu_source.ts";
import { populationConfigs } from "./population_config.ts";
import {
  checkPopulationOptions,
  learnPopulation,
  type PopulationOptions,
  type PopulationResult,
} from "./population_learn.ts";
import { PopulationMember } from "./population_member.ts";
import { Schedules } from "./schedules.ts";
import { shapeOf, spacesText } from "./spaces.ts";
import { Turns } from "./turns.ts";

/** Refuses what is no environment on the GPU. */
function checkGpuEnv(env: unknown, who: string): void {
  if (env instanceof GpuEnv) return;
  throw new TypeError(
    `${who}: agents side by side play in environments on the GPU, made by makeGpu, got ${env}`,
  );
}

/** What a population is put together from. */
interface Parts {
  readonly gpu: Gpu;
  readonly learner: Learner;
  readonly loop: GpuLoop;
  readonly clock: Clock;
  readonly play: GpuPlay;
  readonly turns: Turns;
  readonly schedules: readonly Schedules[];
  readonly members: readonly PopulationMember[];
}

/**
 * Agents that learn side by side on one GPU, each from environments of its own: `DQN.population` makes
 * one. Every kernel has one dimension more, which counts agents, so many of them cost far less than as many
 * runs; and what one does is to the last bit what it would do by itself, with the same seed.
 *
 * @example Three seeds at once
 * ```ts
 * import { DQN, makeGpu } from "@dinoq/dinoq";
 *
 * using population = await DQN.population(makeGpu("CartPole-v1", 8), [1, 2, 3], {
 *   learningStarts: 100,
 *   bufferSize: 1_000,
 * });
 * await population.learn(400);
 * for (const { config, meanReturn } of population.members) console.log(config.seed, meanReturn);
 * ```
 */
export class Population implements Disposable {
  /** The agents. */
  readonly members: readonly PopulationMember[];
  readonly #parts: Parts;
  #isLearning = false;
  #isClosed = false;

  private constructor(parts: Parts) {
    this.members = parts.members;
    this.#parts = parts;
  }

  /**
   * Creates a population; see `DQN.population`.
   *
   * @param env Environments on the GPU; each agent gets as many of its own.
   * @param agents Their seeds, or of each what is its own.
   * @param common What all of them have.
   */
  static async create(
    env: GpuEnv,
    agents: readonly number[] | readonly DQNConfig[],
    common: DQNConfig,
  ): Promise<Population> {
    checkGpuEnv(env, "DQN.population");
    const { shape, spaces, count } = readFeed(env);
    const configs = populationConfigs(agents, common, env.spec.id);
    const [first] = configs;
    checkGpuConfig(first);
    const { device, powerPreference } = first;
    const gpu = await Gpu.open({ device, powerPreference });
    try {
      const onGpu = { ...shape, lanes: count, isOnGpu: true };
      const learner = await Learner.create(gpu, onGpu, ...configs);
      const rollout = await learner.rollout(rolloutSource(env));
      const clock = new Clock(first);
      const turns = new Turns();
      const inTurn = <T>(work: () => T | Promise<T>): Promise<T> => turns.take(work);
      const schedules = configs.map((config) => new Schedules(config, clock));
      const members = configs.map((config, index) =>
        new PopulationMember({
          ...{ index, config, learner, schedules: schedules[index], clock, shape, spaces, inTurn },
        })
      );
      const loop = new GpuLoop({
        ...{ env, learner, rollout, clock },
        settings: () => schedules.map(({ update }) => update),
        behaviours: () => schedules.map(({ behaviour }) => behaviour),
      });
      const play = new GpuPlay(learner, inTurn);
      return new Population({ gpu, learner, loop, clock, play, turns, schedules, members });
    } catch (error) {
      gpu.close();
      throw error;
    }
  }

  /** How many agents. */
  get size(): number {
    return this.members.length;
  }

  /** Environment steps that each agent has made, all its lanes together. */
  get steps(): number {
    return this.#parts.clock.state.steps;
  }

  /** Updates that each agent has made. */
  get updates(): number {
    return this.#parts.learner.updates;
  }

  /** The GPU's name, as its driver gives it. */
  get adapter(): string {
    return this.#parts.gpu.adapter;
  }

  /** Bytes of GPU memory held. */
  get gpuBytes(): number {
    return this.#parts.learner.bytes;
  }

  /**
   * All agents learn for so many steps. Calling it again goes on where the last call stopped.
   *
   * @param steps Environment steps of each agent, all its lanes together.
   * @param options Progress, evaluations, abort signal, horizon of the schedules.
   * @throws {Error} When the GPU fails. An agent that diverges keeps its network, and the others go on.
   */
  async learn(steps: number, options: PopulationOptions = {}): Promise<PopulationResult> {
    if (this.#isLearning) throw new Error("this population is learning already: await that call");
    checkPopulationOptions(steps, options);
    if (options.evaluation) this.#checkEnv(options.evaluation.env, "evaluation.env");
    const { schedules } = this.#parts;
    const horizon = options.horizon ?? Math.max(schedules[0].horizon, this.steps + steps);
    for (const schedule of schedules) schedule.horizon = horizon;
    this.#isLearning = true;
    try {
      return await learnPopulation(
        {
          ...this.#parts,
          inTurn: (work) => this.#inTurn(work),
          evaluate: (env, given) => this.evaluate(env, given),
        },
        steps,
        options,
      );
    } finally {
      this.#isLearning = false;
    }
  }

  /**
   * All agents play, side by side, by their best actions.
   *
   * @param env Environments on the GPU, of which each agent gets as many.
   * @param options How many episodes each plays (20), and from which seed (0).
   * @returns Each agent's result.
   */
  async evaluate(
    env: GpuEnv,
    options: { readonly episodes?: number; readonly seed?: number; readonly signal?: AbortSignal } =
      {},
  ): Promise<Evaluation[]> {
    const { episodes = 20 } = options;
    if (!Number.isInteger(episodes) || episodes < 1) {
      throw new RangeError(`episodes must be an integer of at least 1, got ${episodes}`);
    }
    this.#checkEnv(env, "evaluate");
    const behaviours = this.members.map(() => GREEDY);
    const played = await this.#parts.play.play(env, behaviours, episodes, options);
    return played.map((one) => summarize(...one));
  }

  /** Frees the GPU memory, and the device if the population opened it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const free = () => {
      this.#parts.learner.close();
      this.#parts.gpu.close();
    };
    if (this.#parts.turns.idle) free();
    else this.#parts.turns.take(free);
  }

  /** Frees the GPU memory at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Refuses an environment that is not on the GPU, or whose observations mean something else. */
  #checkEnv(env: GpuEnv, who: string): void {
    checkGpuEnv(env, who);
    const [member] = this.members;
    const [wanted, given] = [shapeOf(member), readFeed(env).shape].map((one) =>
      spacesText(one, member.config)
    );
    if (wanted === given) return;
    throw new TypeError(
      `${who}: ${env} has ${given}, and the population was created for ${wanted}`,
    );
  }

  #inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    return this.#parts.turns.take(() => {
      if (this.#isClosed) throw new Error("this population has been closed");
      return work();
    });
  }
}

/** Evaluation while learning: when, how good, and which network was the best. */

import type { LearnerTensors } from "../dqn/tensors.ts";
import type { GpuEnv } from "../envs/gpu/gpu_env.ts";
import { feedName, type ParallelEnv, readFeed, type SingleEnv } from "./feed.ts";
import { spacesText } from "./spaces.ts";
import { evaluate, type Evaluation } from "./evaluation.ts";
import type { Run } from "./run.ts";

/** How to evaluate while learning. */
export interface LearnEvaluation {
  /** Environment steps between evaluations. */
  readonly every: number;
  /** Episodes each time. */
  readonly episodes: number;
  /** Where to play; one that `make` made is copied, so that episodes run side by side. */
  readonly env: SingleEnv | ParallelEnv | GpuEnv;
  /** Episode i is reset with seed + i. */
  readonly seed?: number;
  /** Stop learning when the mean return reaches this. */
  readonly stopAt?: number;
  /** Put the best network back at the end of the run: when solved, or when the horizon is reached. */
  readonly keepBest?: boolean;
  /** Save the agent here whenever it is the best so far. */
  readonly saveBest?: string;
  /** Called after each evaluation. */
  readonly onEvaluation?: (
    evaluation: Evaluation & { readonly steps: number; readonly best: boolean },
  ) => void;
}

/** Evaluates at its times and keeps the best network. */
export class Judge {
  readonly #run: Run;
  readonly #options: LearnEvaluation;
  readonly #signal: AbortSignal | undefined;
  /** Steps at the last look, so that however many are made at once, none is passed over. */
  #looked: number;
  #best: { mean: number; steps: number; tensors: LearnerTensors } | undefined;

  /**
   * @throws {TypeError} When the environment has other spaces than the agent: now, not at the first
   *   evaluation, after hours perhaps.
   */
  constructor(run: Run, options: LearnEvaluation, signal: AbortSignal | undefined) {
    const feed = readFeed(options.env);
    const { shape } = feed;
    const [wanted, given] = [run.shape, shape].map((one) => spacesText(one, run.policy.config));
    if (given !== wanted) {
      throw new TypeError(
        `evaluation.env must have the spaces that the agent was created for, ${wanted}; ` +
          `${feedName(feed)} has ${given}`,
      );
    }
    this.#run = run;
    this.#options = options;
    this.#signal = signal;
    this.#looked = run.clock.state.steps;
  }

  /** Whether one of the evaluation's steps has been passed since the last look. */
  isDue(): boolean {
    const { steps } = this.#run.clock.state;
    const { every } = this.#options;
    const before = this.#looked;
    this.#looked = steps;
    return Math.floor(steps / every) > Math.floor(before / every);
  }

  /** The step of the next evaluation, or of the one that waits for updates that are due before it. */
  get due(): number {
    const { every } = this.#options;
    return (Math.floor(this.#looked / every) + 1) * every;
  }

  /** Evaluates; returns whether the task is solved. */
  async evaluate(): Promise<boolean> {
    const { env, episodes, seed, stopAt = Infinity, saveBest, onEvaluation } = this.#options;
    const result = await evaluate(this.#run.policy, env, { episodes, seed, signal: this.#signal });
    if (result.episodes < episodes) return false;
    const { steps } = this.#run.clock.state;
    const best = result.mean > (this.#best?.mean ?? -Infinity);
    if (best) {
      const { learner } = this.#run;
      const tensors = await this.#run.inTurn(() => learner.getTensors());
      this.#best = { mean: result.mean, steps, tensors };
      if (saveBest) await this.#run.save(saveBest);
    }
    onEvaluation?.({ ...result, steps, best });
    return result.mean >= stopAt;
  }

  /**
   * Tells how good the best network was, and puts it back if that is wanted.
   *
   * @param isFinal Whether the run is over. One that is to go on keeps the network of its last update:
   *   optimiser and replay buffer belong to that one.
   */
  async finish(isFinal: boolean): Promise<{ mean: number; steps: number } | undefined> {
    if (!this.#best) return undefined;
    const { mean, steps, tensors } = this.#best;
    if (this.#options.keepBest && isFinal && steps !== this.#run.clock.state.steps) {
      const { online, target } = tensors;
      await this.#run.inTurn(() => this.#run.learner.setTensors({ online, target }));
    }
    return { mean, steps };
  }
}

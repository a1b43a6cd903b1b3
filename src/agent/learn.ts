/**
 * The training loop: act, step, store, learn; and around it progress, evaluation and stopping.
 *
 * A transition's way: an environment's step comes back to {@link Lanes.step}, which writes it to the
 * ring; {@link Clock.tick} says what has fallen due; the learner draws batches from the ring and
 * changes the weights.
 */

import type { Learner, LearnerTensors, UpdateSettings } from "../dqn/learner.ts";
import type { Env } from "../envs/env.ts";
import type { Clock } from "./clock.ts";
import { evaluate, type Evaluation, type Policy } from "./evaluation.ts";
import type { Episode, Lanes } from "./lanes.ts";

/** Where a run stands, told now and then. */
export interface Progress {
  /** Environment steps of the agent, all lanes together. */
  readonly steps: number;
  /** The steps at which this call will end. */
  readonly totalSteps: number;
  /** Episodes that have ended. */
  readonly episodes: number;
  /** Updates made. */
  readonly updates: number;
  /** Mean return of the last 100 episodes; NaN before the first has ended. */
  readonly meanReturn: number;
  /** The odds of a random action. */
  readonly epsilon: number;
  /** Mean loss of the updates since the last report; NaN when there were none. So for the next three. */
  readonly loss: number;
  /** Mean Q-value of the actions learnt from. */
  readonly meanQ: number;
  /** Mean norm of the gradient before it is clipped. */
  readonly gradNorm: number;
  /** Mean absolute TD error. */
  readonly tdError: number;
  /** Since this call began. */
  readonly seconds: number;
  /** Environment steps per second, acting, learning and evaluating included. */
  readonly stepsPerSecond: number;
  /** Updates per second, likewise. */
  readonly updatesPerSecond: number;
  /** Estimated from the speed so far. */
  readonly secondsLeft: number;
}

/** How to evaluate while learning. */
export interface LearnEvaluation {
  /** Environment steps between evaluations. */
  readonly every: number;
  /** Episodes each time. */
  readonly episodes: number;
  /** Where to play; one that `make` made is copied, so that episodes run side by side. */
  readonly env: Env<Float32Array, number>;
  /** Episode i is reset with seed + i. */
  readonly seed?: number;
  /** Stop learning when the mean return reaches this. */
  readonly stopAt?: number;
  /** Put the best network's parameters back at the end, unless the run is aborted. */
  readonly keepBest?: boolean;
  /** Save the agent here whenever it is the best so far. */
  readonly saveBest?: string;
  /** Called after each evaluation. */
  readonly onEvaluation?: (
    evaluation: Evaluation & { readonly steps: number; readonly best: boolean },
  ) => void;
}

/** How to learn. */
export interface LearnOptions {
  /** Stops the run cleanly, between two submits; a later call goes on. */
  readonly signal?: AbortSignal;
  /** Ends after so many episodes, if they end before the steps do. */
  readonly episodes?: number;
  /** Steps over which schedules run, when learning in parts; the end of this call when left out. */
  readonly horizon?: number;
  /** Called now and then, and once at the end. */
  readonly onProgress?: (progress: Progress) => void;
  /** Milliseconds between reports; 250 when left out. */
  readonly progressInterval?: number;
  /** Called at each episode's end. */
  readonly onEpisode?: (episode: Episode) => void;
  /** Evaluate now and then, keep the best network, stop when solved. */
  readonly evaluation?: LearnEvaluation;
}

/** What a call of learn did. */
export interface LearnResult {
  /** Environment steps made by this call. */
  readonly steps: number;
  /** Episodes that ended. */
  readonly episodes: number;
  /** Updates made. */
  readonly updates: number;
  /** Wall-clock time taken. */
  readonly seconds: number;
  /** Environment steps per second, evaluations included. */
  readonly stepsPerSecond: number;
  /** Updates per second, evaluations included. */
  readonly updatesPerSecond: number;
  /** All steps or episodes made, aborted, or an evaluation reached `stopAt`. */
  readonly stoppedBy: "steps" | "episodes" | "signal" | "solved";
  /** The best evaluation, if there were any. */
  readonly best?: { readonly mean: number; readonly steps: number };
}

/** What the loop works with: an agent's parts. */
export interface Run {
  readonly policy: Policy;
  readonly learner: Learner;
  readonly lanes: Lanes;
  readonly clock: Clock;
  /** Returns of the newest episodes, kept up to date here. */
  readonly recentReturns: number[];
  /** Does a piece of work on the agent by itself, see turns.ts. */
  inTurn<T>(work: () => T | Promise<T>): Promise<T>;
  /** An action for each lane. */
  act(): Promise<number[]>;
  /** Learning rate and target updates at the present step. */
  settings(): UpdateSettings;
  save(path: string): Promise<void>;
}

/** Milliseconds between turns of the event loop. */
const TURN_MS = 50;
const PROGRESS_MS = 250;
/** Episodes over which the mean return is taken. */
const RECENT_EPISODES = 100;

/**
 * Runs the loop.
 *
 * @param run The agent's parts.
 * @param steps Environment steps to make.
 * @param options Checked by {@link checkLearnOptions}.
 */
export async function learn(run: Run, steps: number, options: LearnOptions): Promise<LearnResult> {
  const { policy, learner, lanes, clock, recentReturns } = run;
  const { signal, onProgress, onEpisode, evaluation, progressInterval = PROGRESS_MS } = options;
  const now = () => ({ ...clock.state, updates: learner.updates });
  const from = now();
  const end = from.steps + steps;
  const lastEpisode = from.episodes + (options.episodes ?? Infinity);

  const started = performance.now();
  let reported = started;
  let turned = started;
  let stoppedBy: LearnResult["stoppedBy"];
  const judge = evaluation && new Judge(run, evaluation, signal);

  const report = async () => {
    const diagnostics = await run.inTurn(() => learner.diagnostics());
    const seconds = (performance.now() - started) / 1000;
    const { steps, episodes, updates } = now();
    const stepsPerSecond = (steps - from.steps) / seconds;
    onProgress!({
      steps,
      totalSteps: end,
      episodes,
      updates,
      meanReturn: mean(recentReturns),
      epsilon: policy.epsilon,
      ...diagnostics,
      seconds,
      stepsPerSecond,
      updatesPerSecond: (updates - from.updates) / seconds,
      secondsLeft: (end - steps) / stepsPerSecond,
    });
  };

  const collect = async () => {
    const actions = await run.act();
    const ended: Omit<Episode, "episode" | "steps" | "epsilon">[] = [];
    for (let lane = 0; lane < lanes.count; lane++) {
      const episode = lanes.step(lane, actions[lane]);
      if (episode) ended.push(episode);
    }
    const before = clock.state.episodes;
    clock.tick(lanes.count, ended.length);
    ended.forEach((episode, i) => {
      recentReturns.push(episode.return);
      if (recentReturns.length > RECENT_EPISODES) recentReturns.shift();
      const { epsilon } = policy;
      onEpisode?.({ ...episode, episode: before + i + 1, steps: clock.state.steps, epsilon });
    });
  };

  const train = async () => {
    const made = await learner.train(clock.state.owed, run.settings(), signal);
    clock.state.owed -= made;
    clock.state.tauBefore = 0;
  };

  await run.inTurn(() => lanes.open());
  while (true) {
    const isOver = clock.state.steps >= end || clock.state.episodes >= lastEpisode;
    if (isOver && clock.state.owed === 0) {
      stoppedBy = clock.state.steps >= end ? "steps" : "episodes";
      break;
    }
    if (signal?.aborted) {
      stoppedBy = "signal";
      break;
    }
    await run.inTurn(clock.state.owed > 0 ? train : collect);
    if (clock.state.owed > 0) continue;

    if (judge?.isDue(lanes.count) && await judge.evaluate()) {
      stoppedBy = "solved";
      break;
    }
    const time = performance.now();
    if (onProgress && time - reported >= progressInterval) {
      await report();
      reported = performance.now();
    }
    if (time - turned >= TURN_MS) {
      // Where acting waits for the queue, updates never do: what went wrong in them would stay unseen.
      await run.inTurn(() => learner.settle());
      await new Promise((resolve) => setTimeout(resolve, 0));
      turned = performance.now();
    }
  }

  await run.inTurn(() => learner.settle());
  if (onProgress) await report();
  const best = await judge?.finish(stoppedBy);
  const seconds = (performance.now() - started) / 1000;
  const to = now();
  const made = {
    steps: to.steps - from.steps,
    episodes: to.episodes - from.episodes,
    updates: to.updates - from.updates,
  };
  return {
    ...made,
    seconds,
    stepsPerSecond: made.steps / seconds,
    updatesPerSecond: made.updates / seconds,
    stoppedBy,
    ...best && { best },
  };
}

/** Evaluates at its times and keeps the best network. */
class Judge {
  readonly #run: Run;
  readonly #options: LearnEvaluation;
  readonly #signal: AbortSignal | undefined;
  #best: { mean: number; steps: number; tensors: LearnerTensors } | undefined;

  constructor(run: Run, options: LearnEvaluation, signal: AbortSignal | undefined) {
    this.#run = run;
    this.#options = options;
    this.#signal = signal;
  }

  /** Whether the last step of so many lanes passed one of the evaluation's steps. */
  isDue(lanes: number): boolean {
    const { steps } = this.#run.clock.state;
    const { every } = this.#options;
    return Math.floor(steps / every) > Math.floor((steps - lanes) / every);
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
   * Puts the best network back, if that is wanted, and tells how good it was. A run that was
   * interrupted keeps the network of its last update, so that it can go on.
   */
  async finish(
    stoppedBy: LearnResult["stoppedBy"],
  ): Promise<{ mean: number; steps: number } | undefined> {
    if (!this.#best) return undefined;
    const { mean, steps, tensors } = this.#best;
    const { keepBest } = this.#options;
    if (keepBest && stoppedBy !== "signal" && steps !== this.#run.clock.state.steps) {
      const { online, target } = tensors;
      await this.#run.inTurn(() => this.#run.learner.setTensors({ online, target }));
    }
    return { mean, steps };
  }
}

/**
 * Refuses options that make no sense, before any work.
 *
 * @throws {RangeError} When a number is not a positive integer.
 */
export function checkLearnOptions(steps: number, options: LearnOptions): void {
  const { evaluation, horizon, episodes } = options;
  const positive = (name: string, value: number) => {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`${name} must be an integer of at least 1, got ${value}`);
    }
  };
  positive("steps", steps);
  if (horizon !== undefined) positive("horizon", horizon);
  if (episodes !== undefined) positive("episodes", episodes);
  if (evaluation) {
    positive("evaluation.every", evaluation.every);
    positive("evaluation.episodes", evaluation.episodes);
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

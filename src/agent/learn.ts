/**
 * The training loop: act, step, store, learn, which {@link Loop.advance} does; and around it progress,
 * evaluation and stopping, which is here.
 *
 * A transition's way, with environments on the host: a step comes back to its lane, whose {@link Recorder}
 * writes it to the ring; {@link Clock.tick} says what has fallen due; the learner draws batches from the
 * ring and changes the weights. With environments on the GPU a kernel writes to the ring, and the rest is
 * the same.
 */

import { Judge, type LearnEvaluation } from "./judge.ts";
import type { News } from "./loop.ts";
import type { Episode } from "./recorder.ts";
import type { Run } from "./run.ts";

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
  /** What is going on: collecting until training falls due, or making the updates that are. */
  readonly phase: Phase;
}

/** A stretch of collecting or of training. */
export interface Phase {
  /** Which of the two. */
  readonly name: "collecting" | "training";
  /** How much of it is done. */
  readonly done: number;
  /** How much there is. */
  readonly of: number;
  /** Of what. */
  readonly unit: "steps" | "episodes" | "updates";
}

/** How to learn. */
export interface LearnOptions {
  /** Stops the run cleanly, between two submits; a later call goes on. */
  readonly signal?: AbortSignal;
  /**
   * Ends after so many episodes, if they end before the steps do; with environments on the GPU at the end of
   * the submit in which they did, so that some more may have ended, and how many varies from run to run.
   */
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
  const { policy, learner, loop, clock, recentReturns } = run;
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
      phase: clock.phase,
    });
  };

  const tell = ({ episodes, ended }: News) => {
    ended.forEach((episode, i) => {
      recentReturns.push(episode.return);
      if (recentReturns.length > RECENT_EPISODES) recentReturns.shift();
      const epsilon = run.epsilonAt(episode.steps);
      onEpisode?.({ ...episode, episode: episodes - ended.length + i + 1, epsilon });
    });
  };

  await run.inTurn(() => loop.open());
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
    // Where the episodes are over, updates may be due, but no step.
    const until = isOver ? clock.state.steps : Math.min(end, judge?.due ?? Infinity);
    tell(
      await run.inTurn(async () => {
        await loop.advance(until, signal);
        // Where episodes are counted, none of them may wait.
        return await loop.news(options.episodes !== undefined);
      }),
    );
    if (clock.state.owed === 0 && judge?.isDue() && await judge.evaluate()) {
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
      await run.inTurn(() => learner.checkUpdates());
      await new Promise((resolve) => setTimeout(resolve, 0));
      turned = performance.now();
    }
  }

  tell(
    await run.inTurn(async () => {
      await learner.settle();
      return await loop.news(true);
    }),
  );
  if (onProgress) await report();
  const isFinal = stoppedBy !== "signal" &&
    (stoppedBy !== "steps" || clock.state.steps >= run.horizon);
  const best = await judge?.finish(isFinal);
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

/**
 * Refuses options that make no sense, before any work.
 *
 * @throws {RangeError} When a number is not a positive integer.
 */
export function checkLearnOptions(
  steps: number,
  options: Pick<LearnOptions, "horizon" | "episodes"> & {
    readonly evaluation?: { readonly every: number; readonly episodes: number };
  },
): void {
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

/** The training loop of a population: all agents go on in step; around it progress and evaluation. */

import type { Learner } from "../dqn/learner.ts";
import type { GpuEnv } from "../envs/gpu/gpu_env.ts";
import type { Clock } from "./clock.ts";
import type { Evaluation } from "./evaluation.ts";
import type { GpuLoop } from "./gpu_loop.ts";
import { checkLearnOptions } from "./learn.ts";
import type { PopulationMember } from "./population_member.ts";

/** Where a population's run stands, told now and then. Each agent's returns are its own to tell. */
export interface PopulationProgress {
  /** Environment steps of each agent, all its lanes together. */
  readonly steps: number;
  /** The steps at which this call will end. */
  readonly totalSteps: number;
  /** Updates that each agent has made. */
  readonly updates: number;
  /** Since this call began. */
  readonly seconds: number;
  /** Environment steps per second, of all agents together. */
  readonly stepsPerSecond: number;
  /** Updates per second, of all agents together. */
  readonly updatesPerSecond: number;
  /** Estimated from the speed so far. */
  readonly secondsLeft: number;
}

/** How to evaluate a population while it learns. */
export interface PopulationEvaluation {
  /** Environment steps of each agent between evaluations. */
  readonly every: number;
  /** Episodes of each agent each time. */
  readonly episodes: number;
  /** Where to play. */
  readonly env: GpuEnv;
  /** What its random numbers follow from; 0 when left out. */
  readonly seed?: number;
  /** Stop when every agent's mean return has reached this, each at some evaluation. */
  readonly stopAt?: number;
  /** Called after each evaluation with each agent's result. */
  readonly onEvaluation?: (steps: number, evaluations: readonly Evaluation[]) => void;
}

/** How a population learns. */
export interface PopulationOptions {
  /** Stops the run cleanly, between two submits; a later call goes on. */
  readonly signal?: AbortSignal;
  /** Steps over which schedules run, when learning in parts; the end of this call when left out. */
  readonly horizon?: number;
  /** Called now and then, and once at the end. */
  readonly onProgress?: (progress: PopulationProgress) => void;
  /** Milliseconds between reports; 250 when left out. */
  readonly progressInterval?: number;
  /** Evaluate now and then, and perhaps stop when all have solved the task. */
  readonly evaluation?: PopulationEvaluation;
}

/** An evaluation of all agents. */
export interface CurvePoint {
  /** Environment steps of each agent. */
  readonly steps: number;
  /** Each agent's mean return. */
  readonly means: readonly number[];
}

/** What a call of learn did. */
export interface PopulationResult {
  /** Environment steps that each agent made. */
  readonly steps: number;
  /** Updates that each agent made. */
  readonly updates: number;
  /** Wall-clock time taken. */
  readonly seconds: number;
  /** All steps made, aborted, or all agents reached `stopAt`. */
  readonly stoppedBy: "steps" | "signal" | "solved";
  /** The evaluations, in order. */
  readonly curve: readonly CurvePoint[];
}

/** What the loop works with. */
export interface PopulationRun {
  readonly learner: Learner;
  readonly loop: GpuLoop;
  readonly clock: Clock;
  readonly members: readonly PopulationMember[];
  inTurn<T>(work: () => T | Promise<T>): Promise<T>;
  evaluate(
    env: GpuEnv,
    options: { episodes: number; seed?: number; signal?: AbortSignal },
  ): Promise<Evaluation[]>;
}

const PROGRESS_MS = 250;

/** Refuses options that make no sense, before any work. */
export function checkPopulationOptions(steps: number, options: PopulationOptions): void {
  const { horizon, evaluation } = options;
  checkLearnOptions(steps, { horizon, ...(evaluation && { evaluation }) });
}

/**
 * Runs the loop.
 *
 * @param run The population's parts.
 * @param steps Environment steps that each agent makes.
 * @param options Checked by {@link checkPopulationOptions}.
 */
export async function learnPopulation(
  run: PopulationRun,
  steps: number,
  options: PopulationOptions,
): Promise<PopulationResult> {
  const { loop, clock: { state }, learner, members, inTurn } = run;
  const { signal, onProgress, evaluation, progressInterval = PROGRESS_MS } = options;
  const from = { steps: state.steps, updates: learner.updates };
  const end = from.steps + steps;
  const started = performance.now();
  const curve: CurvePoint[] = [];
  const solved = members.map(() => false);
  let reported = started;

  const listen = (isUrgent: boolean) =>
    inTurn(async () => {
      const news = await loop.newsOfAll(members.length, isUrgent);
      news.forEach(({ count, episodes }, agent) =>
        members[agent].note(count, episodes.map((episode) => episode.return))
      );
    });
  const report = () => {
    const seconds = (performance.now() - started) / 1000;
    const made = state.steps - from.steps;
    onProgress?.({
      steps: state.steps,
      totalSteps: end,
      updates: learner.updates,
      seconds,
      stepsPerSecond: members.length * made / seconds,
      updatesPerSecond: members.length * (learner.updates - from.updates) / seconds,
      secondsLeft: (end - state.steps) * seconds / made,
    });
  };
  /** Evaluates all agents; returns whether every one has reached the mark. */
  const judge = async (
    { env, episodes, seed, stopAt = Infinity, onEvaluation }: PopulationEvaluation,
  ) => {
    const evaluations = await run.evaluate(env, { episodes, seed, signal });
    if (evaluations.some((one) => one.episodes < episodes)) return false;
    const means = evaluations.map(({ mean }) => mean);
    curve.push({ steps: state.steps, means });
    onEvaluation?.(state.steps, evaluations);
    means.forEach((mean, agent) => solved[agent] ||= mean >= stopAt);
    return solved.every((is) => is);
  };

  let due = nextDue(state.steps, evaluation);
  let stoppedBy: PopulationResult["stoppedBy"] | undefined;
  while (stoppedBy === undefined) {
    if (state.steps >= end && state.owed === 0) stoppedBy = "steps";
    else if (signal?.aborted) stoppedBy = "signal";
    else {
      await inTurn(() => loop.advance(Math.min(end, due)));
      await listen(false);
    }
    if (evaluation && state.steps >= due && state.owed === 0 && !signal?.aborted) {
      due = nextDue(state.steps, evaluation);
      if (await judge(evaluation)) stoppedBy = "solved";
    }
    if (performance.now() - reported >= progressInterval) {
      report();
      reported = performance.now();
    }
  }
  await listen(true);
  report();
  return {
    steps: state.steps - from.steps,
    updates: learner.updates - from.updates,
    seconds: (performance.now() - started) / 1000,
    stoppedBy,
    curve,
  };
}

/** The step of the next evaluation. */
function nextDue(steps: number, evaluation: PopulationEvaluation | undefined): number {
  if (!evaluation) return Infinity;
  return (Math.floor(steps / evaluation.every) + 1) * evaluation.every;
}

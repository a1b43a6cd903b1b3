/**
 * The agent's clock: counts environment steps and episodes, and says when updates and target syncs
 * fall due. All of it is numbers, so a checkpoint holds it and a resumed run goes on in mid-cycle.
 */

import type { ResolvedConfig } from "../dqn/config.ts";
import type { Phase } from "./learn.ts";

/** What the clock knows. */
export interface ClockState {
  steps: number;
  episodes: number;
  /** Since training was last due. */
  stepsCollected: number;
  episodesCollected: number;
  /** Since the target was last due, where it follows steps or episodes. */
  targetSteps: number;
  targetEpisodes: number;
  /** Updates that are due and not made yet, and how many they were when the last ones fell due. */
  owed: number;
  burst: number;
  /** Share of the online network that the target is due to take over before the next update. */
  tauBefore: number;
  /** Steps before which nothing is learnt, though learningStarts is past: the replay buffer was lost. */
  startsAt: number;
  /** The step that schedules of exploration count from: where a loaded run was given another start. */
  exploresFrom: number;
  /** Actions that a user asked for and that explored: their random numbers are counted apart. */
  predictions: number;
}

/** Counts time and what falls due. */
export class Clock {
  readonly state: ClockState = {
    steps: 0,
    episodes: 0,
    stepsCollected: 0,
    episodesCollected: 0,
    targetSteps: 0,
    targetEpisodes: 0,
    owed: 0,
    burst: 0,
    tauBefore: 0,
    startsAt: 0,
    exploresFrom: 0,
    predictions: 0,
  };
  readonly #config: ResolvedConfig;

  /** @param config When things fall due. */
  constructor(config: ResolvedConfig) {
    this.#config = config;
  }

  /**
   * Counts environment steps, and the episodes that ended with them.
   *
   * @param made Steps, of all lanes.
   * @param episodes Episodes that ended.
   * @param transitions What the replay buffer holds now: an epoch is a pass over these.
   */
  tick(made: number, episodes: number, transitions: number): void {
    const { state } = this;
    const { learningStarts, trainFreq, targetUpdateInterval, tau } = this.#config;
    state.steps += made;
    state.episodes += episodes;

    state.targetSteps += made;
    state.targetEpisodes += episodes;
    const { unit, every } = targetUpdateInterval;
    const syncs = unit === "step"
      ? Math.floor(state.targetSteps / every)
      : unit === "episode"
      ? Math.floor(state.targetEpisodes / every)
      : 0;
    if (syncs > 0) {
      state.targetSteps = unit === "step" ? state.targetSteps % every : 0;
      state.targetEpisodes = unit === "episode" ? state.targetEpisodes % every : 0;
      // Between two updates the online network stands still, so syncs that meet no update add up.
      state.tauBefore = 1 - (1 - state.tauBefore) * (1 - tau) ** syncs;
    }

    state.stepsCollected += made;
    state.episodesCollected += episodes;
    const bySteps = trainFreq.unit === "step";
    const collected = bySteps ? state.stepsCollected : state.episodesCollected;
    const bursts = Math.floor(collected / trainFreq.every);
    if (bursts > 0) {
      // What several lanes collect beyond a multiple counts towards the next burst.
      const steps = bySteps ? bursts * trainFreq.every : state.stepsCollected;
      if (state.steps > Math.max(learningStarts, state.startsAt)) {
        state.owed += this.#updatesFor(bursts, steps, transitions);
        state.burst = state.owed;
      }
      state.stepsCollected -= steps;
      state.episodesCollected = bySteps ? 0 : state.episodesCollected % trainFreq.every;
    }
  }

  /** The replay buffer is empty again: it fills up as at the start before anything is learnt. */
  startAnew(): void {
    this.state.startsAt = this.state.steps + this.#config.learningStarts;
    this.state.owed = 0;
  }

  /** Whether it is time to collect or to train, and how far that has come. */
  get phase(): Phase {
    const { owed, burst, stepsCollected, episodesCollected } = this.state;
    if (owed > 0) return { name: "training", done: burst - owed, of: burst, unit: "updates" };
    const { every, unit } = this.#config.trainFreq;
    return unit === "step"
      ? { name: "collecting", done: stepsCollected, of: every, unit: "steps" }
      : { name: "collecting", done: episodesCollected, of: every, unit: "episodes" };
  }

  /** How many updates fall due after so many bursts of collecting. */
  #updatesFor(bursts: number, steps: number, transitions: number): number {
    const { gradientSteps, batchSize } = this.#config;
    if (typeof gradientSteps === "object") {
      return bursts * gradientSteps.epochs * Math.ceil(transitions / batchSize);
    }
    return gradientSteps === -1 ? steps : bursts * gradientSteps;
  }

  /** The target's share after the n-th update, counted from 1, where it follows updates. */
  tauAfter(update: number): number {
    const { targetUpdateInterval: { unit, every }, tau } = this.#config;
    return unit === "update" && update % every === 0 ? tau : 0;
  }
}

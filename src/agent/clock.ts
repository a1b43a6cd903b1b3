/**
 * The agent's clock: counts environment steps and episodes, and says when updates and target syncs
 * fall due. All of it is numbers, so a checkpoint holds it and a resumed run goes on in mid-cycle.
 */

import type { ResolvedConfig } from "../dqn/config.ts";

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
  /** Updates that are due and not made yet. */
  owed: number;
  /** Share of the online network that the target is due to take over before the next update. */
  tauBefore: number;
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
    tauBefore: 0,
  };
  readonly #config: ResolvedConfig;

  /** @param config When things fall due. */
  constructor(config: ResolvedConfig) {
    this.#config = config;
  }

  /** Counts one step of each lane, and the episodes that ended with it. */
  tick(lanes: number, episodes: number): void {
    const { state } = this;
    const { learningStarts, trainFreq, gradientSteps, targetUpdateInterval, tau } = this.#config;
    state.steps += lanes;
    state.episodes += episodes;

    state.targetSteps += lanes;
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

    state.stepsCollected += lanes;
    state.episodesCollected += episodes;
    const bySteps = trainFreq.unit === "step";
    const collected = bySteps ? state.stepsCollected : state.episodesCollected;
    const bursts = Math.floor(collected / trainFreq.every);
    if (bursts > 0) {
      // What several lanes collect beyond a multiple counts towards the next burst.
      const steps = bySteps ? bursts * trainFreq.every : state.stepsCollected;
      if (state.steps > learningStarts) {
        state.owed += gradientSteps === -1 ? steps : bursts * gradientSteps;
      }
      state.stepsCollected -= steps;
      state.episodesCollected = bySteps ? 0 : state.episodesCollected % trainFreq.every;
    }
  }

  /** The target's share after the n-th update, counted from 1, where it follows updates. */
  tauAfter(update: number): number {
    const { targetUpdateInterval: { unit, every }, tau } = this.#config;
    return unit === "update" && update % every === 0 ? tau : 0;
  }
}

/**
 * Replay memory the plain way: whole episodes per lane, kept for good, and a list of what a ring of a
 * given size would still hold. What the GPU's ring and its n-step walk are compared with.
 *
 * A lane is a sequence of rows in time order, one per observation. An episode of T steps has T + 1: the
 * last one starts no transition, whether the episode is over or its next step is still to come (then
 * it is the lane's open row). The ring of a lane holds its newest `capacity` rows, open row included.
 *
 * @module
 */

const ALL_ACTIONS = 0xffffffff;

/** An episode: one observation more than steps. */
interface Episode {
  readonly observations: number[][];
  /** Which actions are allowed at each observation, a bit each. */
  readonly masks: number[];
  readonly actions: number[];
  readonly rewards: number[];
  terminated: boolean;
  /** Terminated, truncated or cut: no step follows. */
  over: boolean;
  /** What would have been done next, where it was truncated and somebody told. */
  lastAction?: number;
}

/** Where a row is: `time` counts the lane's rows from the first, `slot` is its place in the ring. */
export interface Place {
  readonly lane: number;
  readonly time: number;
  readonly slot: number;
}

/** A row that the ring still holds. */
export interface Row extends Place {
  readonly observation: readonly number[];
  /** Whether a transition starts here, the next step is to come, or the episode ended here. */
  readonly kind: "transition" | "open" | "last";
}

/** What is drawn when a row is. */
export interface Transition extends Place {
  readonly observation: readonly number[];
  readonly action: number;
  /** How many rewards there are in the return: n, or fewer where the episode or the lane ends. */
  readonly steps: number;
  /** r₀ + γ r₁ + … + γᵐ⁻¹ rₘ₋₁. */
  readonly return: number;
  /** γᵐ, or 0 after a termination. */
  readonly discount: number;
  /** The observation m steps on. */
  readonly nextObservation: readonly number[];
  /** The action taken at it; undefined where there is none, or none yet. */
  readonly nextAction: number | undefined;
  /** Which actions are allowed at the observation and at the next, a bit each. */
  readonly mask: number;
  readonly nextMask: number;
}

/** How transitions are made from rows. */
export interface WalkOptions {
  readonly nSteps: number;
  readonly gamma: number;
  /** Rewards count clip(scale · reward) to ±rewardClip. */
  readonly rewardScale?: number;
  readonly rewardClip?: number | null;
  /** Leave out transitions whose next value counts and whose next action is not known (SARSA). */
  readonly needsNextAction?: boolean;
}

/** Lanes of episodes. */
export class ReplayReference {
  readonly #lanes: Episode[][];
  readonly #capacity: number;

  /**
   * @param lanes How many environments there are.
   * @param capacity Rows that the ring has for each of them.
   */
  constructor(lanes: number, capacity: number) {
    this.#lanes = Array.from({ length: lanes }, () => []);
    this.#capacity = capacity;
  }

  /** An episode begins; one that was running is cut. */
  reset(lane: number, observation: readonly number[], mask = ALL_ACTIONS): void {
    this.cut(lane);
    this.#lanes[lane].push({
      observations: [[...observation]],
      masks: [mask],
      actions: [],
      rewards: [],
      terminated: false,
      over: false,
    });
  }

  /** The running episode makes a step. */
  step(
    lane: number,
    action: number,
    reward: number,
    nextObservation: readonly number[],
    terminated: boolean,
    truncated: boolean,
    mask = ALL_ACTIONS,
  ): void {
    const episode = this.#lanes[lane].at(-1);
    if (!episode || episode.over) throw new Error(`lane ${lane} has no running episode`);
    episode.actions.push(action);
    episode.rewards.push(reward);
    episode.observations.push([...nextObservation]);
    episode.masks.push(mask);
    episode.terminated = terminated;
    episode.over = terminated || truncated;
  }

  /** The running episode, if there is one, goes no further, as if truncated after its last step. */
  cut(lane: number): void {
    const episode = this.#lanes[lane].at(-1);
    if (episode) episode.over = true;
  }

  /** The running episode was truncated; `action` would have been taken next. */
  close(lane: number, action: number): void {
    this.cut(lane);
    this.#lanes[lane].at(-1)!.lastAction = action;
  }

  /** The rows that the ring holds, lane by lane, oldest first. */
  rows(): Row[] {
    return this.#held().map(({ place, episode, t }): Row => ({
      ...place,
      observation: episode.observations[t],
      kind: t < episode.actions.length ? "transition" : episode.over ? "last" : "open",
    }));
  }

  /** The transitions that can be drawn, lane by lane, oldest first. */
  transitions(options: WalkOptions): Transition[] {
    const { nSteps, gamma, rewardScale = 1 } = options;
    const limit = options.rewardClip ?? Infinity;
    return this.#held().filter(({ episode, t }) => t < episode.actions.length).map(
      ({ place, episode, t }): Transition => {
        const end = Math.min(t + nSteps, episode.actions.length);
        let sum = 0;
        for (let k = t; k < end; k++) {
          const reward = Math.min(limit, Math.max(-limit, rewardScale * episode.rewards[k]));
          sum += gamma ** (k - t) * reward;
        }
        const ends = episode.terminated && end === episode.actions.length;
        return {
          ...place,
          observation: episode.observations[t],
          action: episode.actions[t],
          steps: end - t,
          return: sum,
          discount: ends ? 0 : gamma ** (end - t),
          nextObservation: episode.observations[end],
          nextAction: episode.actions[end] ?? episode.lastAction,
          mask: episode.masks[t],
          nextMask: episode.masks[end],
        };
      },
    ).filter(({ discount, nextAction }) =>
      !options.needsNextAction || discount === 0 || nextAction !== undefined
    );
  }

  /** The newest episode is forgotten. */
  drop(lane: number): void {
    this.#lanes[lane].pop();
  }

  /** All rows are forgotten but the open ones, from which their episodes go on. */
  clear(): void {
    this.#lanes.forEach((episodes) => {
      const last = episodes.at(-1);
      episodes.length = 0;
      if (!last || last.over) return;
      const observations = last.observations.slice(-1);
      const masks = last.masks.slice(-1);
      episodes.push({
        observations,
        masks,
        actions: [],
        rewards: [],
        terminated: false,
        over: false,
      });
    });
  }

  /** Every held row as an episode and a step in it. */
  #held(): { place: Place; episode: Episode; t: number }[] {
    return this.#lanes.flatMap((episodes, lane) => {
      const rows = episodes.flatMap((episode) =>
        episode.observations.map((_, t) => ({ episode, t }))
      );
      const oldest = Math.max(0, rows.length - this.#capacity);
      return rows.map((row, time) => ({
        place: { lane, time, slot: time % this.#capacity },
        ...row,
      })).slice(oldest);
    });
  }
}

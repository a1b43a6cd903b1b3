/**
 * The recorder: stores what environments return in the replay buffer and sums up their episodes, in
 * the same way whoever steps them.
 */

import type { Ring, RingState } from "../replay/ring.ts";
import { checkObservation, checkReward, type Observation } from "./spaces.ts";

/** An episode that has ended. */
export interface Episode {
  /** Its number, from 1. */
  readonly episode: number;
  /** Sum of its rewards, undiscounted and unscaled. */
  readonly return: number;
  /** Its steps. */
  readonly length: number;
  /** Environment steps of the agent when it ended. */
  readonly steps: number;
  /** ε when it ended. */
  readonly epsilon: number;
  /** Which environment it was in. */
  readonly lane: number;
  /** Whether it ended by the environment's own rules, not by truncation. */
  readonly terminated: boolean;
}

/** What a lane knows of an episode at its end. */
export type EpisodeEnd = Pick<Episode, "return" | "length" | "lane" | "terminated">;

/** What came of one step of all lanes, filled in as it is stored: what is in here has happened. */
export interface Outcome {
  /** Environment steps made. */
  steps: number;
  /** Episodes that ended. */
  readonly ended: EpisodeEnd[];
}

/** What came of an action. */
export interface Step {
  readonly action: number;
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
  /** What was seen next: an episode's true last observation at its end. */
  readonly observation: Observation;
  /** Which actions are allowed there, where masks are used; of no interest after a termination. */
  readonly mask?: number;
}

/** Draws the action that would be taken at the last observation of a truncated episode. */
export type LastAction = (
  lane: number,
  observation: Observation,
  mask: number | undefined,
) => Promise<number>;

/** A lane's current episode, as a checkpoint holds it. */
export interface RunningEpisode {
  return: number;
  length: number;
}

/** What a recorder may need beside the ring. */
export interface RecorderOptions {
  /** Asked at truncations, where the target needs it (SARSA). */
  readonly lastAction?: LastAction;
  /** Whether environments tell which actions are allowed. */
  readonly usesMasks?: boolean;
}

/** Stores steps and sums up episodes, lane by lane. */
export class Recorder {
  /** Whether masks come with the observations. */
  readonly usesMasks: boolean;
  readonly #ring: Ring;
  readonly #lastAction: LastAction | undefined;
  readonly #running: RunningEpisode[];
  /** What each lane's newest observation allows; the ring keeps these too, and a checkpoint has them from there. */
  readonly #masks: (number | undefined)[];

  /**
   * @param ring Where to store.
   * @param options What else is needed.
   */
  constructor(ring: Ring, { lastAction, usesMasks = false }: RecorderOptions = {}) {
    this.usesMasks = usesMasks;
    this.#ring = ring;
    this.#lastAction = lastAction;
    this.#running = Array.from({ length: ring.laneCount }, () => ({ return: 0, length: 0 }));
    this.#masks = this.#running.map(() => undefined);
  }

  /** Whether a lane has an episode that goes on. */
  isOpen(lane: number): boolean {
    return this.#ring.isOpen(lane);
  }

  /** What an agent sees in a lane: its newest observation, or a stack of the newest ones. */
  observation(lane: number): Float32Array | Uint8Array {
    return this.#ring.openStack(lane);
  }

  /** Which actions are allowed at a lane's newest observation; undefined where masks are not used. */
  mask(lane: number): number | undefined {
    return this.#masks[lane];
  }

  /**
   * An episode begins.
   *
   * @param name Who gave the observation, for the error if it is no good.
   * @param mask Which actions are allowed, where masks are used.
   */
  begin(lane: number, observation: Observation, name: string, mask?: number): void {
    this.#check(observation, name, "reset");
    this.#ring.begin(lane, observation, mask);
    this.#masks[lane] = mask;
    this.#running[lane] = { return: 0, length: 0 };
  }

  /**
   * A lane has made a step.
   *
   * @param name Who says so, for the error if a number is none.
   * @returns Whether the episode is over.
   */
  async step(lane: number, step: Step, name: string, outcome: Outcome): Promise<boolean> {
    const { action, reward, terminated, truncated, observation, mask } = step;
    this.#check(observation, name, "step");
    checkReward(reward, name, "step");
    const ended = terminated || truncated;
    // SARSA learns from what would have been done next where the environment was stopped from outside.
    const lastAction = truncated && !terminated ? this.#lastAction : undefined;
    this.#ring.step(lane, action, reward, terminated, ended && !lastAction, observation, mask);
    outcome.steps++;
    const running = this.#running[lane];
    running.return += reward;
    running.length++;
    this.#masks[lane] = mask;
    if (ended) outcome.ended.push({ ...running, lane, terminated });
    if (lastAction) this.#ring.close(lane, await lastAction(lane, this.observation(lane), mask));
    return ended;
  }

  /** A lane's episode can't go on. */
  cut(lane: number): void {
    this.#ring.cut(lane);
  }

  /** Takes each lane's newest mask from a ring that has been loaded. */
  restoreMasks({ lanes, masks, filled }: RingState): void {
    if (!this.usesMasks || !masks) return;
    lanes.forEach(({ head, open }, lane) => {
      if (open) this.#masks[lane] = masks[lane * filled + head];
    });
  }

  /**
   * Takes the running episodes' newest observations out of the ring's way, so that it can be cleared or
   * given other transitions.
   *
   * @returns Puts them back: the episodes go on behind what has been stored meanwhile.
   */
  suspend(): () => void {
    const open = this.#running.map((_, lane) =>
      this.isOpen(lane) ? this.observation(lane).slice() : undefined
    );
    return () => {
      open.forEach((observation, lane) => {
        if (!observation || this.isOpen(lane)) return;
        this.#ring.resume(lane, observation, this.#masks[lane]);
      });
    };
  }

  /** Refuses an observation that the ring can't hold. */
  #check(observation: Observation, name: string, call: string): void {
    const { observationSize, isBytes } = this.#ring;
    checkObservation(observation, observationSize, name, call);
    if (!isBytes || observation instanceof Uint8Array) return;
    throw new TypeError(
      `${name}.${call}: its observation space is of uint8, and it gave a ` +
        `${observation.constructor.name}: a Uint8Array is wanted`,
    );
  }

  /** The running episode of a lane. */
  getState(lane: number): RunningEpisode {
    return { ...this.#running[lane] };
  }

  /** Goes on with a saved running episode. */
  setState(lane: number, running: RunningEpisode): void {
    this.#running[lane] = { ...running };
  }
}

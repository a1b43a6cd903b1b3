/**
 * Lanes: the environments that feed one learner, stepped together, each with its own episodes.
 *
 * What comes out of an environment is checked here, once, before it can reach the replay buffer: a NaN
 * that got in would poison the network long after its cause is gone.
 */

import { Box } from "../envs/spaces/box.ts";
import { Discrete } from "../envs/spaces/discrete.ts";
import type { Env, JsonValue, Space } from "../envs/env.ts";
import { envName } from "../envs/wrappers/wrapper.ts";
import type { Ring } from "../replay/ring.ts";

/** The spaces that the learner works with: vectors in, one of several actions out. */
export interface Spaces {
  /** A float32 Box. */
  readonly observationSpace: Space<Float32Array>;
  /** A Discrete. */
  readonly actionSpace: Space<number>;
}

/** Sizes read from the spaces. */
export interface Shape {
  /** Numbers in an observation. */
  readonly observationSize: number;
  /** Number of actions. */
  readonly actions: number;
  /** What the environment calls the first of them. */
  readonly firstAction: number;
}

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

/** A lane's current episode. */
interface Running {
  return: number;
  length: number;
}

/**
 * Reads the sizes out of the spaces.
 *
 * @throws {TypeError} When the spaces are of another kind.
 */
export function shapeOf({ observationSpace, actionSpace }: Spaces): Shape {
  if (!(observationSpace instanceof Box) || observationSpace.dtype !== "float32") {
    throw new TypeError(`DQN needs observations in a float32 Box, got ${observationSpace}`);
  }
  if (!(actionSpace instanceof Discrete)) {
    throw new TypeError(`DQN needs a Discrete action space, got ${actionSpace}`);
  }
  const { n, start } = actionSpace;
  return { observationSize: observationSpace.size, actions: n, firstAction: start };
}

/** Throws unless the observation is a vector of finite numbers of the right length. */
export function checkObservation(observation: Float32Array, size: number, source: string): void {
  if (!(observation instanceof Float32Array) || observation.length !== size) {
    const given = observation instanceof Float32Array
      ? `${observation.length} numbers`
      : Object.prototype.toString.call(observation);
    throw new TypeError(`${source}: wanted a Float32Array of ${size} numbers, got ${given}`);
  }
  for (let i = 0; i < size; i++) {
    if (!Number.isFinite(observation[i])) {
      throw new RangeError(`${source}: number ${i} of the observation is ${observation[i]}`);
    }
  }
}

/** Throws unless the reward is a finite number. */
export function checkReward(reward: number, source: string): void {
  if (typeof reward !== "number" || !Number.isFinite(Math.fround(reward))) {
    throw new RangeError(`${source}: the reward must be a finite number, got ${reward}`);
  }
}

/** The environments of an agent. */
export class Lanes {
  readonly #envs: readonly Env<Float32Array, number>[];
  readonly #shape: Shape;
  readonly #ring: Ring;
  readonly #seed: number;
  readonly #seeded: boolean[];
  #running: Running[];

  /**
   * @param envs One or more environments with the same spaces.
   * @param shape Their sizes.
   * @param ring The replay buffer that they feed.
   * @param seed The run's seed; lane i is first reset with seed + i.
   */
  constructor(envs: readonly Env<Float32Array, number>[], shape: Shape, ring: Ring, seed: number) {
    this.#envs = envs;
    this.#shape = shape;
    this.#ring = ring;
    this.#seed = seed;
    this.#seeded = envs.map(() => false);
    this.#running = envs.map(() => ({ return: 0, length: 0 }));
  }

  /** How many environments there are. */
  get count(): number {
    return this.#envs.length;
  }

  /** Ids of the environments; null where `make` did not make them. */
  get ids(): (string | null)[] {
    return this.#envs.map(({ spec }) => spec?.id ?? null);
  }

  /** Whether an environment is one of these. */
  includes(env: unknown): boolean {
    return this.#envs.some((one) => one === env);
  }

  /** Starts an episode in every lane that has none. */
  open(): void {
    for (let lane = 0; lane < this.count; lane++) {
      if (!this.#ring.isOpen(lane)) this.#reset(lane);
    }
  }

  /** The newest observation of each lane. */
  observations(): Float32Array[] {
    return this.#envs.map((_, lane) => this.#ring.openObservation(lane));
  }

  /**
   * Takes an action in one lane and stores what came of it. A lane whose episode ends starts the next.
   *
   * @param lane Which.
   * @param action Counted from 0.
   * @returns The episode's end, if this was it.
   */
  step(
    lane: number,
    action: number,
  ): Pick<Episode, "return" | "length" | "lane" | "terminated"> | undefined {
    const env = this.#envs[lane];
    const { observationSize, firstAction } = this.#shape;
    let ended: boolean, terminated: boolean, reward: number;
    try {
      const result = env.step(firstAction + action);
      const [observation, , , truncated] = result;
      [, reward, terminated] = result;
      checkObservation(observation, observationSize, `${envName(env)}.step`);
      checkReward(reward, `${envName(env)}.step`);
      ended = terminated || truncated;
      this.#ring.step(lane, action, reward, terminated, ended, observation);
    } catch (error) {
      // Whatever state the environment is in, its episode can't go on.
      this.#ring.cut(lane);
      throw error;
    }
    const running = this.#running[lane];
    running.return += reward;
    running.length++;
    if (!ended) return undefined;
    const end = { ...running, lane, terminated };
    this.#reset(lane);
    return end;
  }

  /** Each lane's environment state and running episode; null where an environment can't tell. */
  getState(): JsonValue {
    return this.#envs.map((env, lane) => ({
      env: env.getState && env.setState ? env.getState() : null,
      running: { ...this.#running[lane] },
      seeded: this.#seeded[lane],
    }));
  }

  /**
   * Goes on from a saved state. Where an environment could not tell its own, the lane is cut and starts
   * a new episode.
   *
   * @returns Whether every lane goes on exactly where it was.
   */
  setState(state: JsonValue): boolean {
    const saved = state as unknown as { env: JsonValue; running: Running; seeded: boolean }[];
    let exact = true;
    this.#envs.forEach((env, lane) => {
      const { env: envState, running, seeded } = saved[lane];
      if (envState !== null && env.setState) {
        env.setState(envState);
        this.#running[lane] = { ...running };
        this.#seeded[lane] = seeded;
      } else {
        this.#ring.cut(lane);
        exact = false;
      }
    });
    return exact;
  }

  #reset(lane: number): void {
    const env = this.#envs[lane];
    const [observation] = this.#seeded[lane] ? env.reset() : env.reset({ seed: this.#seed + lane });
    checkObservation(observation, this.#shape.observationSize, `${envName(env)}.reset`);
    this.#seeded[lane] = true;
    this.#ring.begin(lane, observation);
    this.#running[lane] = { return: 0, length: 0 };
  }
}

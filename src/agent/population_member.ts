/** One agent of a population, as one looks at it: its network, its returns, its settings. */

import type { ResolvedConfig } from "../dqn/config.ts";
import type { Diagnostics } from "../dqn/history.ts";
import type { Learner } from "../dqn/learner.ts";
import type { Parameter } from "../nn/parameters.ts";
import { deliverBytes } from "../io/transfer.ts";
import type { Clock } from "./clock.ts";
import { encodeCheckpoint } from "./checkpoint.ts";
import type { Policy } from "./evaluation.ts";
import { argmax } from "./exploration.ts";
import { nameParameters } from "./parameters.ts";
import type { Schedules } from "./schedules.ts";
import { checkObservation, type Observation, type Shape, type Spaces } from "./spaces.ts";

/** What a member is made from. */
export interface MemberParts {
  readonly index: number;
  readonly config: ResolvedConfig;
  readonly learner: Learner;
  readonly schedules: Schedules;
  readonly clock: Clock;
  readonly shape: Shape;
  readonly spaces: Spaces;
  /** Does a piece of work on the population by itself, see turns.ts. */
  inTurn<T>(work: () => T | Promise<T>): Promise<T>;
}

/** An agent of a {@linkcode Population}. `evaluate` takes it like any other. */
export class PopulationMember implements Policy {
  /** Its place in the population, from 0. */
  readonly index: number;
  /** Every option, defaults filled in. */
  readonly config: ResolvedConfig;
  /** Returns of its newest episodes, at most 100, oldest first. */
  readonly recentReturns: number[] = [];
  readonly #parts: MemberParts;
  #episodes = 0;

  /**
   * A population makes its members.
   *
   * @param parts What it shares with the others, and its place among them.
   */
  constructor(parts: MemberParts) {
    this.index = parts.index;
    this.config = parts.config;
    this.#parts = parts;
  }

  /** What it observes. */
  get observationSpace(): Spaces["observationSpace"] {
    return this.#parts.spaces.observationSpace;
  }

  /** What it can do there. */
  get actionSpace(): Spaces["actionSpace"] {
    return this.#parts.spaces.actionSpace;
  }

  /** The odds of a random action at the present step. */
  get epsilon(): number {
    return this.#parts.schedules.epsilon();
  }

  /** Boltzmann's temperature at the present step; null where actions that are not random are the best ones. */
  get temperature(): number | null {
    return this.#parts.schedules.temperature;
  }

  /** Episodes finished. */
  get episodes(): number {
    return this.#episodes;
  }

  /** Mean return of its last 100 episodes; NaN before the first has ended. */
  get meanReturn(): number {
    return this.recentReturns.reduce((a, b) => a + b, 0) / this.recentReturns.length;
  }

  /**
   * Whether its loss or gradient was not a finite number at some time. It has kept the network that it had
   * then, while the others went on.
   */
  get hasDiverged(): boolean {
    return this.#parts.learner.diverged.has(this.index);
  }

  /** None: it learns in environments on the GPU, which nobody else can step. */
  owns(): boolean {
    return false;
  }

  /** The best action for an observation. */
  async predict(observation: Observation): Promise<number> {
    return this.#parts.shape.firstAction + argmax(await this.qValues(observation));
  }

  /** The Q-values of an observation; of a noisy network without noise. */
  qValues(observation: Observation): Promise<Float32Array> {
    return this.qValuesOf([observation]);
  }

  /** Q-values of several observations at once: [observations × actions]. */
  async qValuesOf(observations: readonly Observation[]): Promise<Float32Array> {
    const { learner, index, shape, inTurn } = this.#parts;
    const size = this.config.frameStack * shape.observationSize;
    for (const observation of observations) checkObservation(observation, size, "qValues");
    return await inTurn(() => learner.qValues(observations, undefined, index));
  }

  /** Its parameters, as those of a `DQN`. */
  async getParameters(): Promise<Record<string, Parameter>> {
    const { learner, index, clock, inTurn } = this.#parts;
    // The pending share is of the same moment as the tensors.
    const [{ online, target }, tau] = await inTurn(async () =>
      [await learner.getTensors(index), clock.state.tauBefore] as const
    );
    return nameParameters(online, target, tau);
  }

  /** Means over the updates since the last call; see `DQN.diagnostics`. */
  diagnostics(): Promise<Diagnostics> {
    const { learner, index, inTurn } = this.#parts;
    return inTurn(() => learner.diagnostics(index));
  }

  /**
   * Saves it as an agent of its own, without its replay buffer: `DQN.load` opens it, to play or to learn
   * on.
   *
   * @param target A path (safetensors), or a stream, which is closed.
   */
  async save(target: string | WritableStream<Uint8Array>): Promise<void> {
    const { learner, index, clock, shape, schedules, inTurn } = this.#parts;
    const bytes = await inTurn(async () =>
      encodeCheckpoint({
        ...shape,
        config: this.config,
        updates: learner.updates,
        adapter: learner.gpu.adapter,
        horizon: schedules.horizon,
        envIds: [],
        clock: { ...clock.state, episodes: this.#episodes },
        lanes: null,
        recentReturns: this.recentReturns,
        tensors: await learner.getTensors(index),
        laneCount: learner.ring.laneCount,
      })
    );
    await deliverBytes(target, bytes);
  }

  /** Episodes of its have ended: as many as are said, the newest of which have these returns. */
  note(count: number, returns: readonly number[]): void {
    this.#episodes += count;
    this.recentReturns.push(...returns);
    this.recentReturns.splice(0, this.recentReturns.length - RECENT);
  }
}

/** Episodes over which the mean return is taken. */
const RECENT = 100;

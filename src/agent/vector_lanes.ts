/**
 * Lanes of a vector environment: all stepped by one call, each autoreset mode handled in its own way.
 *
 * | mode        | where an ended episode's last observation is      | where the next episode's first is         |
 * | ----------- | ------------------------------------------------- | ----------------------------------------- |
 * | "next_step" | in the step that ended it                         | in the next step, whose action is ignored |
 * | "same_step" | in the `final_obs` of the infos of that step      | in the observations of that step          |
 * | "disabled"  | in the step that ended it                         | in a reset of the lanes that have ended   |
 *
 * Action masks are in the infos of the same call; with "same_step" the last one is in `final_info`.
 */

import type { JsonValue } from "../envs/env.ts";
import type { VectorEnv, VectorInfos } from "../envs/vector/vector_env.ts";
import { maskOfFinalInfo, maskOfInfos } from "./action_masks.ts";
import type { Lanes } from "./lanes.ts";
import type { Outcome, Recorder, RunningEpisode } from "./recorder.ts";
import type { Observation, Shape } from "./spaces.ts";

/** What a checkpoint holds of the lanes. */
interface SavedLanes {
  readonly vector: JsonValue;
  readonly running: readonly RunningEpisode[];
  readonly hasEnded: readonly boolean[];
}

/** The environments of a vector environment. */
export class VectorLanes implements Lanes {
  readonly #env: VectorEnv<Observation, number>;
  readonly #shape: Shape;
  readonly #recorder: Recorder;
  readonly #seed: number;
  /** What errors call each lane. */
  readonly #names: readonly string[];
  /** Whether all lanes are where the recorder believes them: not before the first reset, or after an error. */
  #isRunning = false;
  #isSeeded = false;
  /** Lanes whose next step will be a reset. */
  readonly #hasEnded: boolean[];

  /**
   * @param env The vector environment.
   * @param shape Sizes of a single environment.
   * @param recorder Where what it returns is stored.
   * @param seed The run's seed; lane i is first reset with seed + i.
   */
  constructor(
    env: VectorEnv<Observation, number>,
    shape: Shape,
    recorder: Recorder,
    seed: number,
  ) {
    this.#env = env;
    this.#shape = shape;
    this.#recorder = recorder;
    this.#seed = seed;
    this.#hasEnded = new Array(env.numEnvs).fill(false);
    this.#names = this.#hasEnded.map((_, lane) => `${env.spec?.id ?? env}, environment ${lane}`);
  }

  get count(): number {
    return this.#env.numEnvs;
  }

  get ids(): (string | null)[] {
    return new Array(this.count).fill(this.#env.spec?.id ?? null);
  }

  includes(env: unknown): boolean {
    return env === this.#env;
  }

  async open(): Promise<void> {
    if (this.#isRunning) return;
    this.cut();
    const first = await this.#env.reset(this.#isSeeded ? {} : { seed: this.#seed });
    for (let lane = 0; lane < this.count; lane++) this.#begin(lane, ...first);
    this.#isSeeded = true;
    this.#isRunning = true;
  }

  observations(): (Float32Array | Uint8Array)[] {
    return this.#hasEnded.map((_, lane) => this.#recorder.observation(lane));
  }

  mask(lane: number): number | undefined {
    return this.#recorder.mask(lane);
  }

  async step(actions: readonly number[], outcome: Outcome): Promise<void> {
    try {
      await this.#step(actions, outcome);
    } catch (error) {
      // No telling which lanes were stepped: all begin anew.
      this.cut();
      throw error;
    }
  }

  async #step(actions: readonly number[], outcome: Outcome): Promise<void> {
    const { firstAction } = this.#shape;
    const { autoresetMode } = this.#env;
    const result = await this.#env.step(actions.map((action) => firstAction + action));
    const [observations, rewards, terminated, truncated, infos] = result;
    for (let lane = 0; lane < this.count; lane++) {
      if (this.#hasEnded[lane]) {
        this.#begin(lane, observations, infos, "step");
        continue;
      }
      const isOver = terminated[lane] || truncated[lane];
      const isFinal = isOver && autoresetMode === "same_step";
      const step = {
        action: actions[lane],
        reward: rewards[lane],
        terminated: terminated[lane],
        truncated: truncated[lane],
        observation: isFinal
          ? this.#finalObservation(lane, infos)
          : this.#rowOf(lane, observations),
        mask: terminated[lane] ? undefined : this.#maskOf(lane, infos, "step", isFinal),
      };
      await this.#recorder.step(lane, step, this.#names[lane], outcome);
      if (!isOver) continue;
      if (isFinal) this.#begin(lane, observations, infos, "step");
      else this.#hasEnded[lane] = true;
    }
    if (autoresetMode === "disabled" && this.#hasEnded.includes(true)) {
      const resetMask = [...this.#hasEnded];
      const first = await this.#env.reset({ options: { resetMask } });
      resetMask.forEach((isReset, lane) => isReset && this.#begin(lane, ...first));
    }
  }

  async getState(): Promise<JsonValue> {
    const { getState, setState } = this.#env;
    const saved: SavedLanes = {
      vector: this.#isRunning && getState && setState ? await this.#env.getState!() : null,
      running: this.#hasEnded.map((_, lane) => this.#recorder.getState(lane)),
      hasEnded: [...this.#hasEnded],
    };
    return saved as unknown as JsonValue;
  }

  async setState(state: JsonValue): Promise<boolean> {
    const { vector = null, running, hasEnded } = state as unknown as Partial<SavedLanes>;
    if (vector === null || !this.#env.setState) {
      this.cut();
      return false;
    }
    await this.#env.setState(vector);
    this.#isSeeded = true;
    // Where the replay buffer has nothing of the episodes, there is nothing to go on from.
    if (!hasEnded!.every((ended, lane) => ended || this.#recorder.isOpen(lane))) {
      this.cut();
      return false;
    }
    running!.forEach((episode, lane) => this.#recorder.setState(lane, episode));
    hasEnded!.forEach((ended, lane) => this.#hasEnded[lane] = ended);
    this.#isRunning = true;
    return true;
  }

  cut(): void {
    for (let lane = 0; lane < this.count; lane++) this.#recorder.cut(lane);
    this.#hasEnded.fill(false);
    this.#isRunning = false;
  }

  #begin(lane: number, observations: Observation, infos: VectorInfos, call = "reset"): void {
    this.#hasEnded[lane] = false;
    const mask = this.#maskOf(lane, infos, call);
    this.#recorder.begin(lane, this.#rowOf(lane, observations), this.#names[lane], mask);
  }

  /** Which actions are allowed; undefined where masks are not used. */
  #maskOf(lane: number, infos: VectorInfos, call: string, isFinal = false): number | undefined {
    if (!this.#recorder.usesMasks) return undefined;
    const place = { lane, lanes: this.count };
    const { actions } = this.#shape;
    return isFinal
      ? maskOfFinalInfo(infos, place, actions, this.#names[lane])
      : maskOfInfos(infos, place, actions, this.#names[lane], call);
  }

  #rowOf(lane: number, observations: Observation): Observation {
    const { observationSize } = this.#shape;
    return observations.subarray(lane * observationSize, (lane + 1) * observationSize);
  }

  #finalObservation(lane: number, infos: VectorInfos): Observation {
    const last = (infos.final_obs as (Observation | null)[] | undefined)?.[lane];
    if (last) return last;
    throw new TypeError(
      `${this.#names[lane]}.step: an episode has ended, and infos.final_obs lacks its last ` +
        'observation, which autoreset mode "same_step" needs',
    );
  }
}

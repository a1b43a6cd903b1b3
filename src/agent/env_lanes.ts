/** Lanes of single environments: stepped one after the other, reset at their episodes' ends. */

import type { Env, Info, JsonValue } from "../envs/env.ts";
import { envName } from "../envs/wrappers/wrapper.ts";
import { maskOfInfo } from "./action_masks.ts";
import type { Lanes } from "./lanes.ts";
import type { Outcome, Recorder, RunningEpisode } from "./recorder.ts";
import type { Observation, Shape } from "./spaces.ts";

/** One or more environments with the same spaces. */
export class EnvLanes implements Lanes {
  readonly #envs: readonly Env<Observation, number>[];
  readonly #shape: Shape;
  readonly #recorder: Recorder;
  readonly #seed: number;
  /** What errors call each environment. */
  readonly #names: readonly string[];
  readonly #seeded: boolean[];

  /**
   * @param envs The environments.
   * @param shape Their sizes.
   * @param recorder Where what they return is stored.
   * @param seed The run's seed; lane i is first reset with seed + i.
   */
  constructor(
    envs: readonly Env<Observation, number>[],
    shape: Shape,
    recorder: Recorder,
    seed: number,
  ) {
    this.#envs = envs;
    this.#shape = shape;
    this.#recorder = recorder;
    this.#seed = seed;
    this.#names = envs.map(envName);
    this.#seeded = envs.map(() => false);
  }

  get count(): number {
    return this.#envs.length;
  }

  get ids(): (string | null)[] {
    return this.#envs.map(({ spec }) => spec?.id ?? null);
  }

  includes(env: unknown): boolean {
    return this.#envs.some((one) => one === env);
  }

  // deno-lint-ignore require-await -- so that an environment's error rejects
  async open(): Promise<void> {
    for (let lane = 0; lane < this.count; lane++) {
      if (!this.#recorder.isOpen(lane)) this.#reset(lane);
    }
  }

  observations(): (Float32Array | Uint8Array)[] {
    return this.#envs.map((_, lane) => this.#recorder.observation(lane));
  }

  mask(lane: number): number | undefined {
    return this.#recorder.mask(lane);
  }

  async step(actions: readonly number[], outcome: Outcome): Promise<void> {
    for (const [lane, env] of this.#envs.entries()) {
      try {
        const result = env.step(this.#shape.firstAction + actions[lane]);
        const [observation, reward, terminated, truncated, info] = result;
        const mask = terminated ? undefined : this.#maskOf(lane, info, "step");
        const step = { action: actions[lane], reward, terminated, truncated, observation, mask };
        if (await this.#recorder.step(lane, step, this.#names[lane], outcome)) this.#reset(lane);
      } catch (error) {
        // Whatever state the environment is in, its episode can't go on.
        this.#recorder.cut(lane);
        throw error;
      }
    }
  }

  getState(): Promise<JsonValue> {
    return Promise.resolve(this.#envs.map((env, lane) => ({
      env: env.getState && env.setState ? env.getState() : null,
      running: { ...this.#recorder.getState(lane) },
      seeded: this.#seeded[lane],
    })));
  }

  setState(state: JsonValue): Promise<boolean> {
    const saved = state as unknown as {
      env: JsonValue;
      running: RunningEpisode;
      seeded: boolean;
    }[];
    // A vector environment's state is no list: it says nothing of these.
    if (!Array.isArray(saved)) {
      this.cut();
      return Promise.resolve(false);
    }
    let exact = true;
    this.#envs.forEach((env, lane) => {
      const { env: envState, running, seeded } = saved[lane];
      if (envState !== null && env.setState) {
        env.setState(envState);
        this.#recorder.setState(lane, running);
        this.#seeded[lane] = seeded;
      } else {
        this.#recorder.cut(lane);
        exact = false;
      }
    });
    return Promise.resolve(exact);
  }

  cut(): void {
    this.#envs.forEach((_, lane) => this.#recorder.cut(lane));
  }

  #reset(lane: number): void {
    const env = this.#envs[lane];
    const [observation, info] = this.#seeded[lane]
      ? env.reset()
      : env.reset({ seed: this.#seed + lane });
    const mask = this.#maskOf(lane, info, "reset");
    this.#recorder.begin(lane, observation, this.#names[lane], mask);
    this.#seeded[lane] = true;
  }

  /** Which actions are allowed; undefined where masks are not used. */
  #maskOf(lane: number, info: Info, call: string): number | undefined {
    return this.#recorder.usesMasks
      ? maskOfInfo(info, this.#shape.actions, this.#names[lane], call)
      : undefined;
  }
}

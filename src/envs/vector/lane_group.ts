/**
 * Lanes: environments stepped one after the other, each reset in its autoreset mode. What a vector
 * environment in this process and a worker have in common.
 *
 * @module
 */

import type { Env, Info } from "../env.ts";
import type { JsonValue } from "../json.ts";
import { valueFromJson, valueToJson } from "./value_json.ts";
import { envName } from "../wrappers/wrapper.ts";
import { laneError } from "./lane_error.ts";
import type { AutoresetMode } from "./vector_env.ts";

/** Takes what lanes tell beside the numbers; empty infos may be left out. */
export interface LaneSink<Obs> {
  /** A lane's info of this step or reset. */
  info(lane: number, info: Info): void;
  /** The last observation and info of an episode that has ended, in mode `"same_step"`. */
  final(lane: number, observation: Obs, info: Info): void;
}

/** What a lane's reset is told. */
export interface LaneResets {
  /** A seed for each lane; null seeds nothing. */
  readonly seeds: readonly (number | null)[];
  /** Which lanes are reset; left out, all. */
  readonly mask?: readonly boolean[];
  /** What the environments are told. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A lane's part of a state. */
export interface LaneState {
  /** The environment's state. */
  readonly env: JsonValue;
  /** The observation that it returned last, null before the first reset. */
  readonly observation: JsonValue;
  /** Whether its episode has ended and it waits for a reset. */
  readonly ended: boolean;
}

/** Environments of one kind. */
export class LaneGroup<Obs, Act> {
  /** The environments. */
  readonly envs: readonly Env<Obs, Act>[];
  /** What each returned last. */
  readonly observations: Obs[] = [];
  /** Which have ended and wait for a reset; never one in mode `"same_step"`. */
  readonly ended: boolean[];
  /** Whether every environment can tell its state. */
  readonly hasState: boolean;
  readonly #mode: AutoresetMode;
  readonly #first: number;

  /**
   * @param envs the environments
   * @param mode what happens at an episode's end
   * @param first the lane of the first environment, for errors and the sink
   */
  constructor(envs: readonly Env<Obs, Act>[], mode: AutoresetMode, first = 0) {
    this.envs = envs;
    this.#mode = mode;
    this.#first = first;
    this.ended = envs.map(() => false);
    this.hasState = envs.every((env) => env.getState !== undefined && env.setState !== undefined);
  }

  /** Resets lanes; seeds and mask are those of this group's lanes. */
  reset({ seeds, mask, options }: LaneResets, sink: LaneSink<Obs>): void {
    for (let i = 0; i < this.envs.length; i++) {
      if (mask !== undefined && !mask[i]) continue;
      const seed = seeds[i];
      const told = {
        ...(seed === null ? {} : { seed }),
        ...(options === undefined ? {} : { options }),
      };
      try {
        const [observation, info] = this.envs[i].reset(told);
        this.observations[i] = observation;
        this.ended[i] = false;
        sink.info(this.#first + i, info);
      } catch (error) {
        throw laneError(envName(this.envs[i]), this.#first + i, error);
      }
    }
  }

  /**
   * Steps every lane.
   *
   * @param actions the actions
   * @param rewards where the rewards go
   * @param terminated where it goes which lanes have terminated
   * @param truncated where it goes which lanes have been truncated
   * @param sink takes the infos
   */
  step(
    actions: ArrayLike<Act>,
    rewards: Float64Array,
    terminated: boolean[],
    truncated: boolean[],
    sink: LaneSink<Obs>,
  ): void {
    const { envs, observations, ended } = this;
    const first = this.#first;
    const isSameStep = this.#mode === "same_step";
    let i = 0;
    try {
      for (; i < envs.length; i++) {
        if (ended[i]) {
          // Only in mode "next_step": with "disabled" such a step is refused before it comes here.
          const [observation, info] = envs[i].reset();
          observations[i] = observation;
          ended[i] = terminated[i] = truncated[i] = false;
          rewards[i] = 0;
          sink.info(first + i, info);
          continue;
        }
        const result = envs[i].step(actions[i]);
        const over = result[2] || result[3];
        rewards[i] = result[1];
        terminated[i] = result[2];
        truncated[i] = result[3];
        if (over && isSameStep) {
          sink.final(first + i, result[0], result[4]);
          const [observation, info] = envs[i].reset();
          observations[i] = observation;
          sink.info(first + i, info);
        } else {
          observations[i] = result[0];
          ended[i] = over;
          sink.info(first + i, result[4]);
        }
      }
    } catch (error) {
      throw laneError(envName(envs[i]), first + i, error);
    }
  }

  /** Closes every environment, also when one of them fails, and then throws the first error. */
  close(): void {
    const errors: unknown[] = [];
    this.envs.forEach((env, i) => {
      try {
        env.close();
      } catch (error) {
        errors.push(laneError(envName(env), this.#first + i, error));
      }
    });
    if (errors.length > 0) throw errors[0];
  }

  /** Every lane's state; only where {@linkcode LaneGroup.hasState}. */
  getState(): LaneState[] {
    return this.envs.map((env, i) => ({
      env: env.getState!(),
      observation: valueToJson(this.observations[i] ?? null),
      ended: this.ended[i],
    }));
  }

  /** Takes every lane's state, or none when one of them is bad. */
  setState(states: readonly LaneState[]): void {
    const observations = states.map(({ observation }) => valueFromJson(observation) as Obs);
    const before = this.envs.map((env) => env.getState!());
    let i = 0;
    try {
      for (; i < this.envs.length; i++) this.envs[i].setState!(states[i].env);
    } catch (error) {
      for (let k = 0; k <= i; k++) this.envs[k].setState!(before[k]);
      throw laneError(envName(this.envs[i]), this.#first + i, error);
    }
    states.forEach(({ ended }, k) => {
      this.observations[k] = observations[k];
      this.ended[k] = ended;
    });
  }
}

/**
 * What of an agent's configuration changes in the course of its run, at the present step: how it explores,
 * and how it learns.
 */

import type { ResolvedConfig } from "../dqn/config.ts";
import type { UpdateSettings } from "../dqn/entries.ts";
import type { StepSettings } from "../dqn/rollout.ts";
import { epsilonAt, learningRateAt, priorityBetaAt, temperatureAt } from "../dqn/schedule.ts";
import type { Clock } from "./clock.ts";

/** An agent's schedules. */
export class Schedules {
  /** Steps over which they run; 0 before the first call of learn, when nobody knows. */
  horizon = 0;
  readonly #config: ResolvedConfig;
  readonly #clock: Clock;

  /**
   * @param config The agent's configuration.
   * @param clock How far it has come.
   */
  constructor(config: ResolvedConfig, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
  }

  /** The odds of a random action at a step; at the present one when left out. */
  epsilon(step: number = this.#clock.state.steps): number {
    return epsilonAt(this.#config, ...this.#explored(step));
  }

  /** Boltzmann's temperature at the present step; null where actions that are not random are the best ones. */
  get temperature(): number | null {
    return this.#config.exploration === "boltzmann"
      ? temperatureAt(this.#config, ...this.#explored(this.#clock.state.steps))
      : null;
  }

  /** How it acts while learning: before learning starts, all actions are random. */
  get behaviour(): StepSettings {
    const isStarting = this.#clock.state.steps < this.#config.learningStarts;
    return { epsilon: isStarting ? 1 : this.epsilon(), temperature: this.temperature };
  }

  /** How it learns. */
  get update(): UpdateSettings {
    const { steps, tauBefore } = this.#clock.state;
    return {
      learningRate: learningRateAt(this.#config, steps, this.#end),
      priorityBeta: priorityBetaAt(this.#config, steps, this.#end),
      tauBefore,
      tauAfter: (update) => this.#clock.tauAfter(update),
    };
  }

  /** Where schedules end; before the first call of learn they stand at their start. */
  get #end(): number {
    return this.horizon || Infinity;
  }

  /** Steps of exploration's schedules that have been made at a step, and their number. */
  #explored(step: number): [step: number, horizon: number] {
    const { exploresFrom } = this.#clock.state;
    const horizon = this.#end - exploresFrom;
    // Where the run has come to its end, nobody knows yet how far it will go on.
    return [step - exploresFrom, horizon > 0 ? horizon : Infinity];
  }
}

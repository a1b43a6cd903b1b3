/**
 * The wrapper that truncates long episodes.
 *
 * @module
 */

import type { Env, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { cannotStep, type EpisodePhase, phaseAfter, phaseFromJson } from "../episode_phase.ts";
import { countFromJson, type JsonValue, recordFromJson } from "../json.ts";
import { envName, Wrapper } from "./wrapper.ts";

/**
 * Truncates an episode at its `maxEpisodeSteps`-th step, as Gymnasium's `TimeLimit`: that step's
 * `truncated` is true, also when the environment terminates in it. `make` puts it around every
 * environment that is registered with a limit.
 *
 * Stepping before a reset or after the episode's end is an error, whatever is inside.
 *
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type
 */
export class TimeLimit<Obs = Float32Array, Act = number> extends Wrapper<Obs, Act> {
  /** The step at which an episode is truncated. */
  readonly maxEpisodeSteps: number;
  #elapsed = 0;
  #phase: EpisodePhase = "unreset";

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap
   * @param maxEpisodeSteps the step at which an episode is truncated, at least 1
   */
  constructor(env: Env<Obs, Act>, maxEpisodeSteps: number) {
    super(env);
    if (!Number.isSafeInteger(maxEpisodeSteps) || maxEpisodeSteps < 1) {
      throw new RangeError(
        `TimeLimit: maxEpisodeSteps must be an integer of at least 1, got ${maxEpisodeSteps}`,
      );
    }
    this.maxEpisodeSteps = maxEpisodeSteps;
  }

  /** How many steps the episode has had. */
  get elapsedSteps(): number {
    return this.#elapsed;
  }

  /** Starts an episode and the count of its steps. */
  override reset(options?: ResetOptions): ResetResult<Obs> {
    const result = this.env.reset(options);
    this.#elapsed = 0;
    this.#phase = "running";
    return result;
  }

  /** Takes an action and truncates at the limit. */
  override step(action: Act): StepResult<Obs> {
    if (this.#phase !== "running") throw cannotStep(envName(this), this.#phase);
    const result = this.env.step(action);
    this.#elapsed++;
    if (this.#elapsed < this.maxEpisodeSteps) {
      this.#phase = phaseAfter(result[2], result[3]);
      return result;
    }
    const [observation, reward, terminated, , info] = result;
    this.#phase = phaseAfter(terminated, true);
    return [observation, reward, terminated, true, info];
  }

  /** The count of steps and where the episode stands. */
  protected override saveOwn(): JsonValue {
    return { elapsed: this.#elapsed, phase: this.#phase };
  }

  /** Takes back what {@linkcode TimeLimit.saveOwn} gave. */
  protected override loadOwn(own: JsonValue): void {
    const record = recordFromJson(own, "the state of TimeLimit");
    const elapsed = countFromJson(record.elapsed, "elapsed of TimeLimit");
    this.#phase = phaseFromJson(record.phase, "phase of TimeLimit");
    this.#elapsed = elapsed;
  }
}

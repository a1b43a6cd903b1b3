/**
 * The base class of wrappers that change observations.
 *
 * @module
 */

import type { Env, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { type JsonValue, recordFromJson } from "../json.ts";
import type { Space } from "../spaces/space.ts";
import { Wrapper } from "./wrapper.ts";

/**
 * Puts every observation, of `reset` and of `step`, through its method `observation`, as
 * Gymnasium's `ObservationWrapper`. For a function without a state there is
 * {@linkcode TransformObservation}.
 *
 * A subclass with a state of its own adds it to `super.saveOwn()`'s record and calls
 * `super.loadOwn` when it has checked its own part.
 *
 * @example With a state: each observation with its number
 * ```ts
 * import { Box, type JsonValue, make, ObservationWrapper } from "@dinoq/dinoq";
 *
 * class Numbered extends ObservationWrapper {
 *   #count = 0;
 *   override observation(observation: Float32Array): Float32Array {
 *     return Float32Array.of(...observation, this.#count++);
 *   }
 *   protected override saveOwn(): { readonly [key: string]: JsonValue } {
 *     return { ...super.saveOwn(), count: this.#count };
 *   }
 *   protected override loadOwn(own: JsonValue): void {
 *     super.loadOwn(own);
 *     this.#count = (own as { count: number }).count;
 *   }
 * }
 *
 * const env = new Numbered(make("CartPole-v1"), new Box(-Infinity, Infinity, [5]));
 * env.toString(); // <Numbered<TimeLimit<CartPole<CartPole-v1>>>>
 * ```
 *
 * @typeParam Obs an observation's type, outside
 * @typeParam Act an action's type
 * @typeParam InnerObs an observation's type, inside
 */
export abstract class ObservationWrapper<Obs = Float32Array, Act = number, InnerObs = Obs>
  extends Wrapper<Obs, Act, InnerObs> {
  readonly #space: Space<Obs> | undefined;

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap
   * @param observationSpace what observations are afterwards; left out, what they were
   */
  constructor(env: Env<InnerObs, Act>, observationSpace?: Space<Obs>) {
    super(env);
    this.#space = observationSpace;
  }

  /** What observations are, outside. */
  override get observationSpace(): Space<Obs> {
    return this.#space ?? super.observationSpace;
  }

  /** The observation outside for one inside: a fresh one, or the one inside as it is. */
  abstract observation(observation: InnerObs): Obs;

  /** Starts an episode. */
  override reset(options?: ResetOptions): ResetResult<Obs> {
    const [observation, info] = this.env.reset(options);
    return [this.observation(observation), info];
  }

  /** Takes an action. */
  override step(action: Act): StepResult<Obs> {
    const [observation, reward, terminated, truncated, info] = this.env.step(action);
    return [this.observation(observation), reward, terminated, truncated, info];
  }

  /** The generator of a space of its own. */
  protected override saveOwn(): { readonly [key: string]: JsonValue } {
    return { observationSpace: this.#space === undefined ? null : this.#space.getState() };
  }

  /** Takes back what {@linkcode ObservationWrapper.saveOwn} gave. */
  protected override loadOwn(own: JsonValue): void {
    const record = recordFromJson(own, `the state of ${this.constructor.name}`);
    // A missing state is refused by the space's own check, which knows what it wants.
    this.#space?.setState(record.observationSpace as JsonValue);
  }
}

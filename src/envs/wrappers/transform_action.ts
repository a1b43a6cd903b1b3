/**
 * The wrapper that puts actions through a function.
 *
 * @module
 */

import type { Env, StepResult } from "../env.ts";
import { type JsonValue, recordFromJson } from "../json.ts";
import { isSpace, type Space } from "../spaces/space.ts";
import { checkFunction } from "./transform_reward.ts";
import { Wrapper } from "./wrapper.ts";

/**
 * Puts every action through a function before the environment takes it, as Gymnasium's
 * `TransformAction`. So an agent with few choices can act where there are many, or a continuum.
 *
 * @example Three torques on an environment with a continuum of them
 * ```ts
 * import { Box, Discrete, type Env, type StepResult, TransformAction } from "@dinoq/dinoq";
 *
 * class Motor implements Env<Float32Array, Float32Array> {
 *   readonly observationSpace = new Box(-Infinity, Infinity);
 *   readonly actionSpace = new Box(-2, 2);
 *   #angle = 0;
 *   reset(): [Float32Array, Record<string, unknown>] {
 *     this.#angle = 0;
 *     return [Float32Array.of(0), {}];
 *   }
 *   step(torque: Float32Array): StepResult<Float32Array> {
 *     this.#angle += torque[0];
 *     return [Float32Array.of(this.#angle), -Math.abs(torque[0]), false, false, {}];
 *   }
 *   close(): void {}
 * }
 *
 * const env = new TransformAction(
 *   new Motor(),
 *   (action: number) => Float32Array.of(2 * action - 2),
 *   new Discrete(3),
 * );
 * env.reset();
 * env.step(2)[0]; // Float32Array [2]
 * ```
 *
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type, outside
 * @typeParam InnerAct an action's type, inside
 */
export class TransformAction<Obs = Float32Array, Act = number, InnerAct = Act>
  extends Wrapper<Obs, Act, Obs, InnerAct> {
  readonly #transform: (action: Act) => InnerAct;
  readonly #space: Space<Act> | undefined;

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap
   * @param transform the function, which returns what the environment takes
   * @param actionSpace what the function takes; left out, the environment's action space
   */
  constructor(
    env: Env<Obs, InnerAct>,
    transform: (action: Act) => InnerAct,
    actionSpace?: Space<Act>,
  ) {
    super(env);
    checkFunction("TransformAction", "transform", transform);
    if (actionSpace !== undefined && !isSpace(actionSpace)) {
      throw new TypeError(`TransformAction: actionSpace must be a space, got ${actionSpace}`);
    }
    this.#transform = transform;
    this.#space = actionSpace;
  }

  /** What actions are, outside. */
  override get actionSpace(): Space<Act> {
    return this.#space ?? super.actionSpace;
  }

  /** Takes the action that the function makes of it. */
  override step(action: Act): StepResult<Obs> {
    return this.env.step(this.#transform(action));
  }

  /** The generator of a space of its own. */
  protected override saveOwn(): JsonValue {
    return { actionSpace: this.#space === undefined ? null : this.#space.getState() };
  }

  /** Takes back what {@linkcode TransformAction.saveOwn} gave. */
  protected override loadOwn(own: JsonValue): void {
    const record = recordFromJson(own, "the state of TransformAction");
    this.#space?.setState(record.actionSpace as JsonValue);
  }
}

/**
 * The base class of wrappers: environments around an environment.
 *
 * @module
 */

import type { Env, EnvSpec, Render, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { type JsonValue, recordFromJson } from "../json.ts";
import type { Space } from "../spaces/space.ts";

/**
 * Forwards everything to the environment inside; a wrapper overrides what it changes.
 *
 * A wrapper with state of its own overrides {@linkcode Wrapper.saveOwn} and
 * {@linkcode Wrapper.loadOwn}; `getState` and `setState` then cover the whole chain, and exist only
 * where the innermost environment has them. One that changes the type of observations or actions
 * overrides `reset`, `step` and the space concerned.
 *
 * @example A wrapper that scales rewards
 * ```ts
 * import { make, type StepResult, Wrapper } from "@dinoq/dinoq";
 *
 * class ScaledReward extends Wrapper {
 *   override step(action: number): StepResult<Float32Array> {
 *     const [observation, reward, terminated, truncated, info] = super.step(action);
 *     return [observation, 0.01 * reward, terminated, truncated, info];
 *   }
 * }
 *
 * const env = new ScaledReward(make("CartPole-v1"));
 * env.toString(); // <ScaledReward<TimeLimit<CartPole<CartPole-v1>>>>
 * ```
 *
 * @typeParam Obs an observation's type, outside
 * @typeParam Act an action's type, outside
 * @typeParam InnerObs an observation's type, inside
 * @typeParam InnerAct an action's type, inside
 */
export class Wrapper<Obs = Float32Array, Act = number, InnerObs = Obs, InnerAct = Act>
  implements Env<Obs, Act> {
  /** The environment inside. */
  readonly env: Env<InnerObs, InnerAct>;
  /** The state of the whole chain; absent where the environment inside has none. */
  readonly getState?: () => JsonValue;
  /** Goes on from a state of the whole chain; absent where the environment inside has none. */
  readonly setState?: (state: JsonValue) => void;

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap
   */
  constructor(env: Env<InnerObs, InnerAct>) {
    this.env = env;
    if (env.getState !== undefined && env.setState !== undefined) {
      this.getState = () => ({ own: this.saveOwn(), env: env.getState!() });
      this.setState = (state) => {
        const record = recordFromJson(state, `the state of ${this}`);
        if (record.own === undefined || record.env === undefined) {
          throw new TypeError(
            `the state of ${this} must have "own" and "env", got ${Object.keys(record).join(", ")}`,
          );
        }
        const before = env.getState!();
        env.setState!(record.env);
        try {
          this.loadOwn(record.own);
        } catch (error) {
          // All or nothing: `loadOwn` has left this wrapper as it was; the inside goes back too.
          env.setState!(before);
          throw error;
        }
      };
    }
  }

  /** What this wrapper itself has to keep in a state; nothing unless overridden. */
  protected saveOwn(): JsonValue {
    return null;
  }

  /** Takes back what {@linkcode Wrapper.saveOwn} gave; when it throws, nothing may have changed. */
  protected loadOwn(_own: JsonValue): void {}

  /** What observations are: those of the environment inside unless overridden. */
  get observationSpace(): Space<Obs> {
    return this.env.observationSpace as unknown as Space<Obs>;
  }

  /** What actions are: those of the environment inside unless overridden. */
  get actionSpace(): Space<Act> {
    return this.env.actionSpace as unknown as Space<Act>;
  }

  /** Draws the environment inside; undefined where it has no picture. */
  get render(): Render | undefined {
    return this.env.render?.bind(this.env) as Render | undefined;
  }

  /** Pictures a second, as the environment inside has it. */
  get renderFps(): number | undefined {
    return this.env.renderFps;
  }

  /** How the innermost environment was made. */
  get spec(): EnvSpec | undefined {
    return this.env.spec;
  }

  /** The environment inside all wrappers. */
  get unwrapped(): Env<unknown, unknown> {
    let env: Env<unknown, unknown> = this.env as Env<unknown, unknown>;
    while (env instanceof Wrapper) env = env.env as Env<unknown, unknown>;
    return env;
  }

  /** Starts an episode. */
  reset(options?: ResetOptions): ResetResult<Obs> {
    return this.env.reset(options) as unknown as ResetResult<Obs>;
  }

  /** Takes an action. */
  step(action: Act): StepResult<Obs> {
    return this.env.step(action as unknown as InnerAct) as unknown as StepResult<Obs>;
  }

  /** Closes the environment inside. */
  close(): void {
    this.env.close();
  }

  /** This wrapper's name around the environment's, e.g. `<TimeLimit<CartPole<CartPole-v1>>>`. */
  toString(): string {
    return `<${this.constructor.name}${this.env}>`;
  }
}

/** What errors call an environment: its registered id, else its class's name. */
export function envName(env: Env<unknown, unknown>): string {
  return env.spec?.id ?? (env instanceof Wrapper ? env.unwrapped : env).constructor.name;
}

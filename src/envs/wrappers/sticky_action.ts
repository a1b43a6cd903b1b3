/**
 * The wrapper that sometimes repeats the last action instead of taking the new one.
 *
 * @module
 */

import type { Env, ResetOptions, ResetResult, StepResult } from "../env.ts";
import {
  countFromJson,
  floatFromJson,
  floatToJson,
  type JsonValue,
  recordFromJson,
} from "../json.ts";
import { integers } from "../rng/integers.ts";
import { generatorFromJson, generatorToJson, PCG64 } from "../rng/pcg64.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import type { BoxDtype } from "../spaces/dtype.ts";
import type { FlatArray } from "../spaces/flatten.ts";
import { MultiBinary } from "../spaces/multi_binary.ts";
import { MultiDiscrete } from "../spaces/multi_discrete.ts";
import { arrayToJson, typedArrayFromJson } from "./array_state.ts";
import { Wrapper } from "./wrapper.ts";

/** How sticky the actions of {@linkcode StickyAction} are. */
export interface StickyActionOptions {
  /** The probability of repeating the last action, in [0, 1). */
  readonly repeatActionProbability: number;
  /** For how many steps it is repeated, or the least and the most number of them; 1 if left out. */
  readonly repeatActionDuration?: number | readonly [least: number, most: number];
}

/**
 * Repeats, with a probability, the action taken last instead of the one given, for one or more
 * steps, as Gymnasium's `StickyAction`: M. C. Machado et al., "Revisiting the Arcade Learning
 * Environment" (2018), section 5.2. An episode's first action is always taken.
 *
 * | option                    | type              | default | meaning                             |
 * | ------------------------- | ----------------- | ------- | ----------------------------------- |
 * | `repeatActionProbability` | number in [0, 1)  |         | the probability of starting         |
 * | `repeatActionDuration`    | integer or a pair | 1       | steps to repeat, or least and most  |
 *
 * Draws come from a generator of the wrapper's own, PCG64 seeded by `reset({ seed })`: a double for
 * whether, an integer for how long where there is a choice. Gymnasium draws from the environment's
 * generator, which it seeds alike; so the actions are Gymnasium's where the environment draws
 * nothing itself, and differ from there on where it does, also at its resets.
 *
 * @example
 * ```ts
 * import { make, StickyAction } from "@dinoq/dinoq";
 *
 * const env = new StickyAction(make("CartPole-v1"), { repeatActionProbability: 0.25 });
 * env.reset({ seed: 1 });
 * env.step(0);
 * env.step(1); // pushes left once more, one time in four
 * ```
 *
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type
 */
export class StickyAction<Obs = Float32Array, Act = number> extends Wrapper<Obs, Act> {
  readonly #probability: number;
  readonly #least: number;
  readonly #most: number;
  readonly #actions: ArraySpace | undefined;
  #rng: PCG64 | undefined;
  #last: Act | undefined;
  /** For how many steps to repeat, 0 when nothing is being repeated. */
  #repeats = 0;
  /** How many of those have passed. */
  #taken = 0;

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap; its actions must be numbers or arrays
   * @param options how sticky they are to be
   */
  constructor(env: Env<Obs, Act>, options: StickyActionOptions) {
    super(env);
    const { repeatActionProbability: probability, repeatActionDuration: duration = 1 } = options;
    if (!(typeof probability === "number" && probability >= 0 && probability < 1)) {
      throw new RangeError(
        `StickyAction: repeatActionProbability must be in [0, 1), got ${probability}`,
      );
    }
    const range: readonly number[] = typeof duration === "number" ? [duration, duration] : duration;
    const [least, most] = Array.isArray(range) && range.length === 2 ? range : [];
    if (
      !Number.isSafeInteger(least) || !Number.isSafeInteger(most) ||
      least < 1 || least > most
    ) {
      throw new RangeError(
        "StickyAction: repeatActionDuration must be an integer of at least 1 or two such, " +
          `[least, most], got ${JSON.stringify(duration)}`,
      );
    }
    const space: unknown = env.actionSpace;
    if (space instanceof Box || space instanceof MultiDiscrete || space instanceof MultiBinary) {
      this.#actions = space as ArraySpace;
    } else if (!(space instanceof Discrete)) {
      throw new TypeError(`StickyAction: actions must be numbers or arrays, got ${space}`);
    }
    this.#probability = probability;
    this.#least = least;
    this.#most = most;
  }

  /** The action that was taken last in this episode; undefined before its first. */
  get lastAction(): Act | undefined {
    return this.#last;
  }

  /** Starts an episode, in which nothing sticks yet. */
  override reset(options?: ResetOptions): ResetResult<Obs> {
    const result = this.env.reset(options);
    if (options?.seed !== undefined) this.#rng = new PCG64(options.seed);
    this.#last = undefined;
    this.#repeats = 0;
    this.#taken = 0;
    return result;
  }

  /** Takes the action, or the last one again. */
  override step(action: Act): StepResult<Obs> {
    const rng = this.#rng ??= new PCG64();
    const isSticky = this.#repeats > 0 ||
      this.#last !== undefined && rng.nextDouble() < this.#probability;
    if (isSticky) {
      if (this.#repeats === 0) {
        this.#repeats = this.#least + integers(rng, this.#most - this.#least + 1);
      }
      action = this.#last!;
      if (++this.#taken === this.#repeats) this.#repeats = this.#taken = 0;
    } else {
      // A copy, for the caller may use an array again.
      this.#last = this.#actions === undefined ? action : (action as FlatArray).slice() as Act;
    }
    return this.env.step(action);
  }

  /** What sticks and for how long, and the generator. */
  protected override saveOwn(): JsonValue {
    const last = this.#last;
    return {
      last: last === undefined
        ? null
        : typeof last === "number"
        ? floatToJson(last)
        : arrayToJson(last as FlatArray),
      repeats: this.#repeats,
      taken: this.#taken,
      rng: generatorToJson(this.#rng),
    };
  }

  /** Takes back what {@linkcode StickyAction.saveOwn} gave. */
  protected override loadOwn(own: JsonValue): void {
    const what = "the state of StickyAction";
    const record = recordFromJson(own, what);
    const repeats = countFromJson(record.repeats, `repeats in ${what}`);
    const taken = countFromJson(record.taken, `taken in ${what}`);
    const last = this.#actionFromJson(record.last, `last in ${what}`);
    if (repeats > 0 ? taken >= repeats || last === undefined : taken > 0) {
      throw new RangeError(`${what} must have taken < repeats, got ${taken} and ${repeats}`);
    }
    this.#rng = generatorFromJson(record.rng);
    this.#last = last as Act | undefined;
    this.#repeats = repeats;
    this.#taken = taken;
  }

  #actionFromJson(value: JsonValue | undefined, what: string): unknown {
    if (value === null) return undefined;
    if (this.#actions === undefined) return floatFromJson(value, what);
    return typedArrayFromJson(value, this.#actions.dtype, this.#actions.size, what);
  }
}

/** What spaces of arrays have in common. */
interface ArraySpace {
  readonly dtype: BoxDtype;
  readonly size: number;
}

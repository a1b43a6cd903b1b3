/**
 * The wrapper that repeats actions and shows the brighter of the last two frames.
 *
 * @module
 */

import type { Env, Info, StepResult } from "../env.ts";
import { arrayFromJson, type JsonValue, recordFromJson } from "../json.ts";
import { ARRAYS } from "../spaces/dtype.ts";
import type { FlatArray } from "../spaces/flatten.ts";
import { arrayToJson, typedArrayFromJson } from "./array_state.ts";
import { type BoxOf, observationBox } from "./box_of.ts";
import { Wrapper } from "./wrapper.ts";

/** How many frames {@linkcode MaxAndSkip} takes at once. */
export interface MaxAndSkipOptions {
  /** For how many of the environment's steps an action is taken, at least 2; 4 if left out. */
  readonly skip?: number;
}

/**
 * Takes an action `skip` times, sums the rewards, and shows the elementwise maximum of the last two
 * observations, as Gymnasium's `MaxAndSkipObservation` and Stable-Baselines3's `MaxAndSkipEnv`:
 * games of the Atari 2600 draw some things only in every other frame (V. Mnih et al., "Human-level
 * control through deep reinforcement learning", 2015).
 *
 * `info`, `terminated` and `truncated` are the last step's. As in those two, an episode that ends
 * before the last two of the `skip` steps ends on what was shown before, not on its last frames.
 *
 * @example
 * ```ts
 * import { make, MaxAndSkip } from "@dinoq/dinoq";
 *
 * const env = new MaxAndSkip(make("CartPole-v1"), { skip: 2 });
 * env.reset({ seed: 1 });
 * env.step(0)[1]; // 2
 * ```
 *
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type
 */
export class MaxAndSkip<Obs extends FlatArray = Float32Array, Act = number>
  extends Wrapper<Obs, Act> {
  /** For how many of the environment's steps an action is taken. */
  readonly skip: number;
  readonly #box: BoxOf<Obs>;
  #previous: Obs;
  #last: Obs;

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap; its observation space must be a Box
   * @param options how many frames to skip
   */
  constructor(env: Env<Obs, Act>, options: MaxAndSkipOptions = {}) {
    super(env);
    const { skip = 4 } = options;
    if (!Number.isSafeInteger(skip) || skip < 2) {
      throw new RangeError(`MaxAndSkip: skip must be an integer of at least 2, got ${skip}`);
    }
    this.skip = skip;
    this.#box = observationBox<Obs>("MaxAndSkip", env);
    this.#previous = this.#last = this.#fresh();
  }

  #fresh(): Obs {
    return new ARRAYS[this.#box.dtype](this.#box.size) as FlatArray as Obs;
  }

  /** Takes an action `skip` times, or until the episode ends. */
  override step(action: Act): StepResult<Obs> {
    const { skip } = this;
    let sum = 0, terminated = false, truncated = false, info: Info = {};
    for (let i = 0; i < skip && !terminated && !truncated; i++) {
      let observation: Obs, reward: number;
      [observation, reward, terminated, truncated, info] = this.env.step(action);
      sum += reward;
      if (i === skip - 2) this.#previous = observation;
      else if (i === skip - 1) this.#last = observation;
    }
    return [this.#maximum(), sum, terminated, truncated, info];
  }

  #maximum(): Obs {
    const a = this.#previous, b = this.#last;
    const maximum = this.#fresh();
    // NaN, if there is one, is the maximum.
    for (let i = 0; i < maximum.length; i++) {
      maximum[i] = a[i] >= b[i] || a[i] !== a[i] ? a[i] : b[i];
    }
    return maximum;
  }

  /** The last two frames. */
  protected override saveOwn(): JsonValue {
    return { frames: [arrayToJson(this.#previous), arrayToJson(this.#last)] };
  }

  /** Takes back what {@linkcode MaxAndSkip.saveOwn} gave. */
  protected override loadOwn(own: JsonValue): void {
    const what = "the state of MaxAndSkip";
    const frames = arrayFromJson(recordFromJson(own, what).frames, `frames in ${what}`);
    const [previous, last] = [0, 1].map((i) =>
      typedArrayFromJson(frames[i], this.#box.dtype, this.#box.size, `frame ${i} in ${what}`)
    );
    this.#previous = previous as FlatArray as Obs;
    this.#last = last as FlatArray as Obs;
  }
}

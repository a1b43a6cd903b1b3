/**
 * The wrapper that shows the last observations at once.
 *
 * @module
 */

import type { Env, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { arrayFromJson, type JsonValue, recordFromJson } from "../json.ts";
import { Box } from "../spaces/box.ts";
import { ARRAYS } from "../spaces/dtype.ts";
import type { FlatArray } from "../spaces/flatten.ts";
import { arrayToJson, typedArrayFromJson } from "./array_state.ts";
import { type BoxOf, observationBox } from "./box_of.ts";
import { Wrapper } from "./wrapper.ts";

/** How {@linkcode FrameStack} fills up. */
export interface FrameStackOptions<Obs> {
  /**
   * What stands for the observations before an episode's first: that first one ("reset", the
   * default), zeros ("zero"; where a bound excludes zero, the bound), or an observation.
   */
  readonly paddingType?: "reset" | "zero" | Obs;
}

/**
 * Makes an observation the last `stackSize` observations, the newest last, as Gymnasium's
 * `FrameStackObservation`: shape [k, ...shape], any dtype. So an agent sees movement in pictures.
 *
 * Every observation returned is a fresh array of k times the size. To train DQN with less memory
 * use its option `frameStack` instead, which stores every frame once; not both.
 *
 * @example
 * ```ts
 * import { FrameStack, make } from "@dinoq/dinoq";
 *
 * const env = new FrameStack(make("CartPole-v1"), 3, { paddingType: "zero" });
 * env.observationSpace.shape; // [3, 4]
 * env.reset({ seed: 1 })[0]; // eight zeros, then the first observation
 * ```
 *
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type
 */
export class FrameStack<Obs extends FlatArray = Float32Array, Act = number>
  extends Wrapper<Obs, Act> {
  /** How many observations are shown at once. */
  readonly stackSize: number;
  readonly #inner: BoxOf<Obs>;
  readonly #space: BoxOf<Obs>;
  /** Undefined to repeat an episode's first observation. */
  readonly #padding: Obs | undefined;
  /** The last observations, oldest first; they are never written to. */
  #frames: Obs[];

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap; its observation space must be a Box
   * @param stackSize how many observations to show at once, at least 1
   * @param options what stands for the observations before the first
   */
  constructor(env: Env<Obs, Act>, stackSize: number, options: FrameStackOptions<Obs> = {}) {
    super(env);
    if (!Number.isSafeInteger(stackSize) || stackSize < 1) {
      throw new RangeError(
        `FrameStack: stackSize must be an integer of at least 1, got ${stackSize}`,
      );
    }
    const inner = observationBox<Obs>("FrameStack", env);
    const { low, high, shape, dtype } = inner;
    const { paddingType = "reset" } = options;
    const zero = low.map((bound, i) => bound > 0 ? bound : high[i] < 0 ? high[i] : 0);
    if (typeof paddingType === "string") {
      if (paddingType !== "reset" && paddingType !== "zero") {
        throw new RangeError(
          `FrameStack: paddingType must be "reset", "zero" or an observation, got ${
            JSON.stringify(paddingType)
          }`,
        );
      }
      this.#padding = paddingType === "zero" ? zero as FlatArray as Obs : undefined;
    } else {
      if (!inner.contains(paddingType)) {
        throw new RangeError(
          `FrameStack: a paddingType other than "reset" and "zero" must lie in ${inner}, got ${
            describe(paddingType)
          }`,
        );
      }
      this.#padding = (paddingType as FlatArray).slice() as Obs;
    }
    const repeat = (bounds: ArrayLike<number>) =>
      Array.from({ length: stackSize * inner.size }, (_, i) => bounds[i % inner.size]);
    this.stackSize = stackSize;
    this.#inner = inner;
    this.#space = new Box(
      repeat(low),
      repeat(high),
      [stackSize, ...shape],
      dtype,
    ) as unknown as BoxOf<Obs>;
    this.#frames = new Array(stackSize).fill(this.#padding ?? zero);
  }

  /** A Box with an axis more, the first, of length `stackSize`. */
  override get observationSpace(): BoxOf<Obs> {
    return this.#space;
  }

  /** Starts an episode and the stack. */
  override reset(options?: ResetOptions): ResetResult<Obs> {
    const [observation, info] = this.env.reset(options);
    this.#frames.fill(this.#padding ?? observation);
    this.#frames[this.stackSize - 1] = observation;
    return [this.#stack(), info];
  }

  /** Takes an action and shows what it led to beside what was before. */
  override step(action: Act): StepResult<Obs> {
    const [observation, reward, terminated, truncated, info] = this.env.step(action);
    this.#frames.shift();
    this.#frames.push(observation);
    return [this.#stack(), reward, terminated, truncated, info];
  }

  #stack(): Obs {
    const { size, dtype } = this.#inner;
    const stack: FlatArray = new ARRAYS[dtype](this.stackSize * size);
    for (let i = 0; i < this.stackSize; i++) stack.set(this.#frames[i], i * size);
    return stack as Obs;
  }

  /** The frames and the space's generator. */
  protected override saveOwn(): JsonValue {
    return {
      frames: this.#frames.map(arrayToJson),
      observationSpace: this.#space.getState(),
    };
  }

  /** Takes back what {@linkcode FrameStack.saveOwn} gave. */
  protected override loadOwn(own: JsonValue): void {
    const record = recordFromJson(own, "the state of FrameStack");
    const frames = arrayFromJson(record.frames, "frames in the state of FrameStack");
    if (frames.length !== this.stackSize) {
      throw new RangeError(
        `the state of FrameStack must hold ${this.stackSize} frames, got ${frames.length}`,
      );
    }
    const { size, dtype } = this.#inner;
    const loaded = frames.map((frame, i) =>
      typedArrayFromJson(frame, dtype, size, `frame ${i} in the state of FrameStack`)
    );
    this.#space.setState(record.observationSpace as JsonValue);
    this.#frames = loaded as FlatArray[] as Obs[];
  }
}

function describe(given: unknown): string {
  return ArrayBuffer.isView(given)
    ? `${given.constructor.name} [${(given as FlatArray).slice(0, 8).join(", ")}]`
    : String(given);
}

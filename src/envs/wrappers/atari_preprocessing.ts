/**
 * The wrapper that prepares Atari games for learning.
 *
 * @module
 */

import type { Env, Info, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { countFromJson, type JsonValue, recordFromJson } from "../json.ts";
import { generatorFromJson, generatorToJson, type PCG64 } from "../rng/pcg64.ts";
import { Box } from "../spaces/box.ts";
import { aleGenerator, drawNoops } from "./ale_noops.ts";
import { AreaResize } from "./area_resize.ts";
import { arrayToJson, typedArrayFromJson } from "./array_state.ts";
import type { BoxOf } from "./box_of.ts";
import { livesOf } from "./episodic_life.ts";
import { aleGrayscale } from "./grayscale.ts";
import { pictureSize } from "./picture_size.ts";
import { Wrapper } from "./wrapper.ts";

/** How {@linkcode AtariPreprocessing} prepares; its page says what each option means. */
export interface AtariPreprocessingOptions {
  /** The most no-ops after a reset, 30 if left out. */
  readonly noopMax?: number;
  /** For how many frames an action is taken, 4 if left out. */
  readonly frameSkip?: number;
  /** The new side, or width and height, in pixels; 84 if left out. */
  readonly screenSize?: number | readonly [width: number, height: number];
  /** Whether losing a life terminates, false if left out. */
  readonly terminalOnLifeLoss?: boolean;
  /** Whether frames are made grey, true if left out. */
  readonly grayscaleObs?: boolean;
  /** Whether grey frames have an axis of length 1 for the channel, false if left out. */
  readonly grayscaleNewaxis?: boolean;
  /** Whether bytes become float32 from 0 to 1, false if left out. */
  readonly scaleObs?: boolean;
}

/**
 * Prepares the frames of Atari games as Gymnasium's `AtariPreprocessing`, after M. C. Machado et
 * al., "Revisiting the Arcade Learning Environment" (2018); put {@linkcode FrameStack} around it,
 * or give DQN its option `frameStack`.
 *
 * | option               | type    | default | meaning                                           |
 * | -------------------- | ------- | ------- | ------------------------------------------------- |
 * | `noopMax`            | integer | 30      | after a reset, 1 to so many no-ops; 0 for none    |
 * | `frameSkip`          | integer | 4       | frames that an action is taken for                |
 * | `screenSize`         | integer | 84      | the new side, or [width, height]                  |
 * | `terminalOnLifeLoss` | boolean | false   | a lost life, by `info.lives`, terminates          |
 * | `grayscaleObs`       | boolean | true    | grey, [height, width], else [height, width, 3]    |
 * | `grayscaleNewaxis`   | boolean | false   | grey frames are [height, width, 1]; same bytes    |
 * | `scaleObs`           | boolean | false   | a Float32Array from 0 to 1, not bytes             |
 *
 * Of the frames skipped the last two are pooled: the brighter pixel counts. The size is changed by
 * area interpolation, and no larger.
 *
 * The environment's observations must be the frames: RGB bytes of shape [height, width, 3] (or, to
 * make grey ones, [height, width] of grey bytes), one a step, so without a frame skip of its own
 * (`frameskip: 1`), and its action 0 must do nothing.
 *
 * Observations, rewards and ends equal Gymnasium's, which reads the frames from the emulator: the
 * grey values are the emulator's for its 128 NTSC colours, the size is changed as OpenCV
 * 5.0.0 changes it, and the number of no-ops is drawn from a generator that `reset({ seed })` seeds
 * as ale-py seeds its own. The exception is Air Raid, which has frames that lose their colour:
 * their grey values in the emulator do not follow from their RGB values. As in Gymnasium, a step
 * cut short by the episode's end shows what was pooled before, not its last frame.
 *
 * @example With the defaults
 * ```ts
 * import { AtariPreprocessing, Box, Discrete, type Env, FrameStack } from "@dinoq/dinoq";
 *
 * class Noise implements Env<Uint8Array> {
 *   readonly observationSpace = new Box(0, 255, [210, 160, 3], "uint8");
 *   readonly actionSpace = new Discrete(6);
 *   reset(): [Uint8Array, Record<string, unknown>] {
 *     return [this.observationSpace.sample(), { lives: 3 }];
 *   }
 *   step(): [Uint8Array, number, boolean, boolean, Record<string, unknown>] {
 *     return [this.observationSpace.sample(), 1, false, false, { lives: 3 }];
 *   }
 *   close(): void {}
 * }
 *
 * const env = new FrameStack(new AtariPreprocessing(new Noise(), { noopMax: 1 }), 4);
 * env.observationSpace.toString(); // Box(0, 255, [4, 84, 84], uint8)
 * env.reset({ seed: 1 });
 * env.step(0)[1]; // 4, the rewards of four frames
 * ```
 *
 * @typeParam Obs an observation's type: Uint8Array, or Float32Array with `scaleObs`
 */
export class AtariPreprocessing<Obs extends Uint8Array | Float32Array = Uint8Array>
  extends Wrapper<Obs, number, Uint8Array, number> {
  readonly #noopMax: number;
  readonly #frameSkip: number;
  readonly #terminalOnLifeLoss: boolean;
  readonly #scaled: Float32Array | undefined;
  readonly #makesGray: boolean;
  readonly #resize: AreaResize;
  readonly #space: Box<"uint8" | "float32">;
  /** The last frame, or what was pooled last, and the frame before. */
  #frame: Uint8Array;
  #previous: Uint8Array;
  #lives = 0;
  #rng: PCG64 | undefined;

  /**
   * Wraps an environment.
   *
   * @param env the game, one frame a step
   * @param options how to prepare
   */
  constructor(env: Env<Uint8Array, number>, options: AtariPreprocessingOptions = {}) {
    super(env);
    const { noopMax = 30, frameSkip = 4, screenSize = 84 } = options;
    checkInteger("noopMax", noopMax, 0);
    checkInteger("frameSkip", frameSkip, 1);
    const [width, height] = sidesOf(screenSize);
    const isGray = flag(options, "grayscaleObs", true);
    const hasAxis = flag(options, "grayscaleNewaxis", false);
    const from = pictureSize("AtariPreprocessing", env, isGray ? [3, 1] : [3]);
    const channels = isGray ? 1 : 3;
    this.#noopMax = noopMax;
    this.#frameSkip = frameSkip;
    this.#terminalOnLifeLoss = flag(options, "terminalOnLifeLoss", false);
    this.#makesGray = isGray && from.channels === 3;
    this.#resize = new AreaResize("AtariPreprocessing", from, { width, height }, channels);
    const shape = isGray && !hasAxis ? [height, width] : [height, width, channels];
    if (flag(options, "scaleObs", false)) {
      this.#scaled = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
      this.#space = new Box(0, 1, shape);
    } else {
      this.#space = new Box(0, 255, shape, "uint8");
    }
    this.#frame = new Uint8Array(from.height * from.width * channels);
    this.#previous = new Uint8Array(this.#frame.length);
  }

  /** `Box(0, 255, [84, 84], uint8)`, or as the options have it. */
  override get observationSpace(): BoxOf<Obs> {
    return this.#space as unknown as BoxOf<Obs>;
  }

  /** Starts an episode and takes the no-ops. */
  override reset(options?: ResetOptions): ResetResult<Obs> {
    let [observation, info] = this.#resetInside(options);
    const noops = this.#noopMax === 0 ? 0 : drawNoops(this.#rng ??= aleGenerator(), this.#noopMax);
    for (let i = 0; i < noops; i++) {
      const [next, , terminated, truncated, stepInfo] = this.env.step(0);
      observation = next;
      info = { ...info, ...stepInfo };
      if (terminated || truncated) [observation, info] = this.#resetInside(options);
    }
    if (this.#terminalOnLifeLoss) this.#lives = livesOf(info, "AtariPreprocessing", this.env);
    this.#keep(observation, this.#frame);
    this.#previous.fill(0);
    return [this.#observe(), info];
  }

  #resetInside(options?: ResetOptions): ResetResult<Uint8Array> {
    const result = this.env.reset(options);
    // At each of them, since the emulator's generator starts again with every seed.
    if (options?.seed !== undefined) this.#rng = aleGenerator(options.seed);
    return result;
  }

  /** Takes an action for `frameSkip` frames, or until the episode ends. */
  override step(action: number): StepResult<Obs> {
    const skip = this.#frameSkip;
    let sum = 0, terminated = false, truncated = false, info: Info = {};
    for (let i = 0; i < skip; i++) {
      let frame: Uint8Array, reward: number;
      [frame, reward, terminated, truncated, info] = this.env.step(action);
      sum += reward;
      if (this.#terminalOnLifeLoss) {
        const lives = livesOf(info, "AtariPreprocessing", this.env);
        terminated ||= lives < this.#lives;
        this.#lives = lives;
      }
      if (terminated || truncated) break;
      if (i === skip - 1) this.#keep(frame, this.#frame);
      else if (i === skip - 2) this.#keep(frame, this.#previous);
    }
    return [this.#observe(), sum, terminated, truncated, info];
  }

  #keep(frame: Uint8Array, buffer: Uint8Array): void {
    if (this.#makesGray) aleGrayscale(frame, buffer);
    else buffer.set(frame);
  }

  #observe(): Obs {
    const frame = this.#frame, previous = this.#previous;
    if (this.#frameSkip > 1) {
      for (let i = 0; i < frame.length; i++) if (previous[i] > frame[i]) frame[i] = previous[i];
    }
    const small = this.#resize.resize(frame);
    const scaled = this.#scaled;
    if (scaled === undefined) return small as Obs;
    const floats = new Float32Array(small.length);
    for (let i = 0; i < small.length; i++) floats[i] = scaled[small[i]];
    return floats as Obs;
  }

  /** The two frames, the lives and the generators. */
  protected override saveOwn(): JsonValue {
    return {
      frame: arrayToJson(this.#frame),
      previous: arrayToJson(this.#previous),
      lives: this.#lives,
      rng: generatorToJson(this.#rng),
      observationSpace: this.#space.getState(),
    };
  }

  /** Takes back what {@linkcode AtariPreprocessing.saveOwn} gave. */
  protected override loadOwn(own: JsonValue): void {
    const what = "the state of AtariPreprocessing";
    const record = recordFromJson(own, what);
    const { length } = this.#frame;
    const frame = typedArrayFromJson(record.frame, "uint8", length, `frame in ${what}`);
    const previous = typedArrayFromJson(record.previous, "uint8", length, `previous in ${what}`);
    const lives = countFromJson(record.lives, `lives in ${what}`);
    const rng = generatorFromJson(record.rng);
    this.#space.setState(record.observationSpace as JsonValue);
    this.#frame = frame;
    this.#previous = previous;
    this.#lives = lives;
    this.#rng = rng;
  }
}

function checkInteger(name: string, given: number, least: number): void {
  if (!Number.isSafeInteger(given) || given < least) {
    throw new RangeError(
      `AtariPreprocessing: ${name} must be an integer of at least ${least}, got ${given}`,
    );
  }
}

function sidesOf(given: number | readonly number[]): readonly number[] {
  if (typeof given === "number") return [given, given];
  if (Array.isArray(given) && given.length === 2) return given;
  throw new TypeError(
    "AtariPreprocessing: screenSize must be an integer or [width, height], got " +
      JSON.stringify(given),
  );
}

type Flag = "terminalOnLifeLoss" | "grayscaleObs" | "grayscaleNewaxis" | "scaleObs";

function flag(options: AtariPreprocessingOptions, name: Flag, otherwise: boolean): boolean {
  const given: unknown = options[name] ?? otherwise;
  if (typeof given !== "boolean") {
    throw new TypeError(`AtariPreprocessing: ${name} must be a boolean, got ${given}`);
  }
  return given;
}

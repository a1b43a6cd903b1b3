/**
 * The wrapper that makes pictures grey and small.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { Box } from "../spaces/box.ts";
import { AreaResize } from "./area_resize.ts";
import { openCvGrayscale } from "./grayscale.ts";
import { ObservationWrapper } from "./observation_wrapper.ts";
import { pictureSize } from "./picture_size.ts";

/** The pictures that {@linkcode GrayscaleResize} makes. */
export interface GrayscaleResizeOptions {
  /** In pixels, no more than before; 84 if left out. */
  readonly width?: number;
  /** In pixels, no more than before; 84 if left out. */
  readonly height?: number;
  /** Whether to keep an axis of length 1 for the channel, false if left out. */
  readonly keepDim?: boolean;
}

/**
 * Makes RGB pictures grey and shrinks them, to 84 × 84 unless told otherwise, as
 * Stable-Baselines3's `WarpFrame` (V. Mnih et al., "Human-level control through deep reinforcement
 * learning", 2015): grey as OpenCV's `COLOR_RGB2GRAY`, then `INTER_AREA`, equal to OpenCV 5.0.0 bit
 * for bit. Observations are Uint8Arrays, row by row, of shape [height, width].
 *
 * | option    | type    | default | meaning                                                   |
 * | --------- | ------- | ------- | --------------------------------------------------------- |
 * | `width`   | integer | 84      | the new width, at most the old one                        |
 * | `height`  | integer | 84      | the new height, at most the old one                       |
 * | `keepDim` | boolean | false   | shape [height, width, 1], Stable-Baselines3's; same bytes |
 *
 * @example
 * ```ts
 * import { Box, Discrete, type Env, GrayscaleResize, type StepResult } from "@dinoq/dinoq";
 *
 * class Sunset implements Env<Uint8Array> {
 *   readonly observationSpace = new Box(0, 255, [210, 160, 3], "uint8");
 *   readonly actionSpace = new Discrete(2);
 *   reset(): [Uint8Array, Record<string, unknown>] {
 *     return [this.observationSpace.sample(), {}];
 *   }
 *   step(): StepResult<Uint8Array> {
 *     return [this.observationSpace.sample(), 0, false, false, {}];
 *   }
 *   close(): void {}
 * }
 *
 * const env = new GrayscaleResize(new Sunset());
 * env.observationSpace.toString(); // Box(0, 255, [84, 84], uint8)
 * env.reset()[0].length; // 7056
 * ```
 *
 * @typeParam Act an action's type
 */
export class GrayscaleResize<Act = number> extends ObservationWrapper<Uint8Array, Act> {
  readonly #resize: AreaResize;
  readonly #gray: Uint8Array;

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap; its observations must be RGB pictures: a uint8 Box from 0
   * to 255 of shape [height, width, 3]
   * @param options the size to make them
   */
  constructor(env: Env<Uint8Array, Act>, options: GrayscaleResizeOptions = {}) {
    const { width = 84, height = 84, keepDim = false } = options;
    if (typeof keepDim !== "boolean") {
      throw new TypeError(`GrayscaleResize: keepDim must be a boolean, got ${keepDim}`);
    }
    const from = pictureSize("GrayscaleResize", env, [3]);
    const resize = new AreaResize("GrayscaleResize", from, { width, height }, 1);
    super(env, new Box(0, 255, keepDim ? [height, width, 1] : [height, width], "uint8"));
    this.#resize = resize;
    this.#gray = new Uint8Array(from.height * from.width);
  }

  /** `Box(0, 255, [84, 84], uint8)`, or of another size. */
  override get observationSpace(): Box<"uint8"> {
    return super.observationSpace as Box<"uint8">;
  }

  /** The small grey picture. */
  override observation(observation: Uint8Array): Uint8Array {
    openCvGrayscale(observation, this.#gray);
    return this.#resize.resize(this.#gray);
  }
}

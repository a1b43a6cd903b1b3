/**
 * The wrapper that keeps a picture of every step.
 *
 * @module
 */

import type { Env, ResetOptions, ResetResult, StepResult } from "../env.ts";
import type { RGBImage } from "../render/image.ts";
import { envName, Wrapper } from "./wrapper.ts";

/** How {@linkcode RenderCollection} keeps pictures. */
export interface RenderCollectionOptions {
  /** Whether taking the pictures leaves none behind, true if left out. */
  readonly popFrames?: boolean;
  /** Whether a reset throws away what is there, true if left out. */
  readonly resetClean?: boolean;
}

/**
 * Draws the environment after every reset and step and keeps the pictures, as Gymnasium's
 * `RenderCollection`; `takeFrames` gives them (there, `render` does).
 *
 * The pictures are no part of the wrapper's state.
 *
 * @example
 * ```ts
 * import { make, RenderCollection } from "@dinoq/dinoq";
 *
 * const env = new RenderCollection(make("CartPole-v1"));
 * env.reset({ seed: 1 });
 * for (let i = 0; i < 5; i++) env.step(1);
 * const frames = env.takeFrames(); // six pictures of 600 × 400
 * ```
 *
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type
 */
export class RenderCollection<Obs = Float32Array, Act = number> extends Wrapper<Obs, Act> {
  readonly #popFrames: boolean;
  readonly #resetClean: boolean;
  #frames: RGBImage[] = [];

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap; it must have pictures
   * @param options what happens to pictures that have been taken, and at a reset
   */
  constructor(env: Env<Obs, Act>, options: RenderCollectionOptions = {}) {
    super(env);
    const { popFrames = true, resetClean = true } = options;
    for (const [name, value] of Object.entries({ popFrames, resetClean })) {
      if (typeof value !== "boolean") {
        throw new TypeError(`RenderCollection: ${name} must be a boolean, got ${String(value)}`);
      }
    }
    if (env.render === undefined) {
      throw new TypeError(`RenderCollection: ${envName(env)} has no picture to render`);
    }
    this.#popFrames = popFrames;
    this.#resetClean = resetClean;
  }

  /** The pictures since the last reset or since they were taken, oldest first. */
  takeFrames(): RGBImage[] {
    const frames = this.#frames;
    if (this.#popFrames) this.#frames = [];
    return this.#popFrames ? frames : [...frames];
  }

  /** Starts an episode and draws it. */
  override reset(options?: ResetOptions): ResetResult<Obs> {
    const result = this.env.reset(options);
    if (this.#resetClean) this.#frames = [];
    this.#frames.push(this.env.render!());
    return result;
  }

  /** Takes an action and draws what came of it. */
  override step(action: Act): StepResult<Obs> {
    const result = this.env.step(action);
    this.#frames.push(this.env.render!());
    return result;
  }
}

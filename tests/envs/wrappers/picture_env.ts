/** An environment with a tiny picture that tells how often it has been stepped. @module */

import { StubEnv } from "../../agent/stub_env.ts";
import type { RGBImage } from "../../../src/envs/render/image.ts";

/** Terminates after three steps; its one pixel is (episode, step, 0). */
export class PictureEnv extends StubEnv {
  readonly renderFps = 20;

  constructor() {
    super(({ step }) => ({ terminated: step === 3 }));
  }

  render(mode?: "rgb_array"): RGBImage;
  render(mode: "ansi"): string;
  render(): RGBImage | string {
    return { width: 1, height: 1, data: Uint8Array.of(this.resets.length, this.step_, 0) };
  }
}

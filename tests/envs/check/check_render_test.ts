import assert from "node:assert/strict";
import type { Info, ResetOptions, RGBImage } from "../../../src/envs/mod.ts";
import { assertFaults, assertWarnings, type Broken, check, walk } from "./broken.ts";
import { WalkEnv } from "../walk_env.ts";

Deno.test("check_render: pictures", () => {
  const picture = (change: (image: RGBImage) => unknown): Broken =>
    class Walk extends WalkEnv {
      protected override draw(): RGBImage {
        return change(super.draw()) as RGBImage;
      }
    };
  const data = new Uint8Array(33);
  let row = 0;
  class Disturbing extends WalkEnv {
    protected override draw(): RGBImage {
      this.gust = this.rng.nextDouble();
      return super.draw();
    }
  }
  class Secret extends WalkEnv {
    #drawn = 0;
    override reset(options?: ResetOptions): [Float32Array, Info] {
      this.#drawn = 0;
      return super.reset(options);
    }
    protected override observe(): Float32Array {
      return Float32Array.of(this.#drawn, this.gust);
    }
    protected override draw(): RGBImage {
      this.#drawn = 1;
      return super.draw();
    }
  }
  const growing = () => {
    row++;
    return { width: 1, height: 1 + row, data: new Uint8Array(3 * (1 + row)) };
  };
  assertFaults([
    [picture(() => undefined), /^render\(\) must return an image \{ width, .*, got undefined/],
    [
      picture(({ data }) => ({ width: 11, height: 0.5, data })),
      /^render\(\): width and .* and 0.5/,
    ],
    [
      picture((image) => ({ ...image, data: image.data.slice(1) })),
      /^render\(\): data must be a Uint8Array of 3 \* 11 \* 1 = 33 bytes, got Uint8Array of 32/,
    ],
    [
      picture((image) => ({ ...image, data: [...image.data] })),
      /^render\(\): data must be a Uint8A/,
    ],
    [picture((image) => ({ ...image, data })), /^render\(\) must return a fresh image each time/],
    [
      picture((image) => {
        image.data[1] = row++;
        return image;
      }),
      /^render\(\) must draw the same again when nothing has happened/,
    ],
    [Disturbing, /^render\(\) changed the state/],
    [Secret, /^the same seed .* other observations when render\(\) is called between/],
    [walk((env) => env.renderFps = 0), /^renderFps must be a number over 0, got 0/],
    [
      picture(() => {
        throw new Error("no paint");
      }),
      /^render\(\) threw Error: no paint/,
    ],
  ]);
  assert.match(check(new (picture(growing))()).join(), /pictures must be of one size, got 1 x \d/);
  assertWarnings([[walk((env) => env.renderFps = undefined), /no renderFps/]]);
  const broken = picture(() => undefined);
  assert.deepEqual(check(new broken(), { skipRender: true }), []);
});

import assert from "node:assert/strict";
import { Box, GrayscaleResize, make } from "../../../src/envs/mod.ts";
import { ReplayEnv, savedState } from "./replay_env.ts";

/** Frames of one colour, a different one each. */
function coloured(height: number, width: number): ReplayEnv<Uint8Array> {
  const frames = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]].map((colour) =>
    Uint8Array.from({ length: 3 * height * width }, (_, i) => colour[i % 3])
  );
  return new ReplayEnv<Uint8Array>(new Box(0, 255, [height, width, 3], "uint8"), frames);
}

// That the bytes are OpenCV's, area_resize_test.ts, grayscale_test.ts and atari_chain_test.ts show.
Deno.test("grayscale_resize: grey and small, of any size, with or without the channel's axis", () => {
  for (
    const [options, shape] of [
      [{}, [84, 84]],
      [{ keepDim: true }, [84, 84, 1]],
      [{ width: 20, height: 30 }, [30, 20]],
    ] as const
  ) {
    const env = new GrayscaleResize(coloured(100, 90), options);
    assert.ok(env.observationSpace.equals(new Box(0, 255, shape, "uint8")));
    const seen = [env.reset()[0], env.step(0)[0], env.step(0)[0], env.step(0)[0]];
    for (const [i, gray] of [76, 150, 29, 255].entries()) {
      assert.deepEqual(seen[i], new Uint8Array(env.observationSpace.size).fill(gray));
      assert.ok(env.observationSpace.contains(seen[i]));
    }
  }
});

Deno.test("grayscale_resize: the state is that of the environment inside and of the space", () => {
  const fresh = () => new GrayscaleResize(coloured(84, 84));
  const env = fresh(), copy = fresh();
  assert.equal(`${env}`, "<GrayscaleResize<ReplayEnv>>");
  env.reset();
  env.observationSpace.seed(1);
  copy.setState!(savedState(env));
  assert.deepEqual(copy.step(0), env.step(0));
  assert.deepEqual(copy.observationSpace.sample(), env.observationSpace.sample());
});

Deno.test("grayscale_resize: bad options and environments are refused", () => {
  const refuse = (options: Record<string, unknown>, message: RegExp) =>
    assert.throws(() => new GrayscaleResize(coloured(84, 84), options), message);
  refuse(
    { width: 85 },
    /GrayscaleResize: the new width must be an integer from 1 to .* 84, got 85/,
  );
  refuse(
    { height: 0 },
    /GrayscaleResize: the new height must be an integer from 1 to .* 84, got 0/,
  );
  refuse({ keepDim: 1 }, /GrayscaleResize: keepDim must be a boolean, got 1/);
  assert.throws(
    () => new GrayscaleResize(make("CartPole-v1") as never),
    /GrayscaleResize: the observations of CartPole-v1 must be pictures, a uint8 Box from 0 to 255 of shape \[height, width, 3\], got Box\(.*; convert them by TransformObservation first/,
  );
});

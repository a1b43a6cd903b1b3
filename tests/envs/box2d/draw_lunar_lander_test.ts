/** Tests of the lander's picture. @module */

import assert from "node:assert/strict";
import { LunarLander, make } from "../../../mod.ts";

Deno.test("lunar lander's picture: the moon, the sky, the flags, the lander and its exhaust", () => {
  const env = make("LunarLander-v3");
  env.reset({ seed: 8 });
  env.render!();
  for (let i = 0; i < 12; i++) env.step(2);
  const { width, height, data } = env.render!();
  assert.deepEqual(env.render!().data, data, "drawn again, it is the same");
  assert.deepEqual([width, height, data.length], [600, 400, 720_000]);
  const at = (x: number, y: number) => {
    const start = 3 * (y * width + x);
    return [...data.subarray(start, start + 3)];
  };
  assert.deepEqual(at(5, 5), [0, 0, 0]);
  assert.deepEqual(at(300, 395), [255, 255, 255]);
  // The flags hang on the poles at 240 and 360, 50 pixels above the pad.
  assert.deepEqual(at(245, 255), [204, 204, 0]);
  assert.deepEqual(at(365, 255), [204, 204, 0]);
  const colors = new Map<string, number>();
  for (let i = 0; i < data.length; i += 3) {
    const color = `${data[i]},${data[i + 1]},${data[i + 2]}`;
    colors.set(color, (colors.get(color) ?? 0) + 1);
  }
  assert.ok(colors.get("128,102,230")! > 500, "the hull");
  const glowing = [...colors.keys()].filter((color) => {
    const [r, g, b] = color.split(",").map(Number);
    return r > g + 60 && g === b;
  });
  assert.ok(glowing.length > 2, "particles of several ages");
});

Deno.test("lunar lander's picture: looking on changes nothing", () => {
  const [watched, unwatched] = [0, 1].map(() => make("LunarLander-v3"));
  for (const env of [watched, unwatched]) env.reset({ seed: 8 });
  for (let i = 0; i < 60; i++) {
    watched.render!();
    assert.deepEqual(watched.step(i % 4), unwatched.step(i % 4));
  }
});

Deno.test("lunar lander's picture: errors", () => {
  const env = new LunarLander();
  assert.throws(() => env.render(), /LunarLander: render\(\) before the first reset/);
  env.reset({ seed: 1 });
  assert.throws(
    () => env.render("ansi"),
    /LunarLander: render mode must be "rgb_array", got "ansi"/,
  );
});

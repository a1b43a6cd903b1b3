import assert from "node:assert/strict";
import { Acrobot } from "../../../src/envs/mod.ts";
import { drawAcrobot } from "../../../src/envs/classic/draw_acrobot.ts";
import { areaOf, assertSamePicture, differences, pixel } from "../render/pixels.ts";
import { assertWatchable } from "../render/watching.ts";

const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];
const LINK = [0, 204, 204];
const JOINT = [204, 204, 0];
const METRE = 500 / 4.4;

Deno.test("draw acrobot: hanging down under the line", () => {
  const image = drawAcrobot(0, 0);
  assert.deepEqual([image.width, image.height, image.data.length], [500, 500, 750_000]);
  assert.deepEqual(areaOf(image, BLACK), {
    count: 500,
    left: 0,
    right: 500,
    top: 136,
    bottom: 137,
  });
  const links = areaOf(image, LINK);
  assert.ok(Math.abs(links.right - links.left - 0.2 * METRE) < 2, "the links' width");
  assert.ok(Math.abs(links.bottom - (250 + 2 * METRE)) <= 1, "the free end");
  assert.deepEqual(pixel(image, 250, 250), JOINT);
  assert.deepEqual(pixel(image, 250, 250 + METRE), JOINT);
  assert.deepEqual(pixel(image, 250, 250 + METRE / 2), LINK);
  assert.deepEqual(pixel(image, 250, 250 - METRE / 2), WHITE);
});

Deno.test("draw acrobot: joint and free end are where they should be", () => {
  for (const [angle1, angle2] of [[1, 0.5], [-2, 0.7], [3, -0.2], [0.4, 2.4], [-0.3, -2]]) {
    const image = drawAcrobot(angle1, angle2);
    const x = 250 + METRE * Math.sin(angle1), y = 250 + METRE * Math.cos(angle1);
    assert.deepEqual(pixel(image, x, y), JOINT);
    const along = (metres: number) =>
      pixel(
        image,
        x + METRE * metres * Math.sin(angle1 + angle2),
        y + METRE * metres * Math.cos(angle1 + angle2),
      );
    for (const metres of [0.13, 0.3, 0.97]) assert.deepEqual(along(metres), LINK);
    assert.deepEqual(along(1.03), WHITE, "beyond the free end");
  }
});

Deno.test("draw acrobot: the free end is above the line where the episode ends", () => {
  // The height over the fixed end in metres: -cos θ₁ - cos(θ₁ + θ₂).
  const under = areaOf(drawAcrobot(Math.PI - 1.1, 0), LINK).top;
  const over = areaOf(drawAcrobot(Math.PI - 0.9, 0), LINK).top;
  assert.ok(under > 100 && over < 136 && over < under, `${under}, ${over}`);
});

Deno.test("draw acrobot: render shows the state as it is now", () => {
  const env = new Acrobot();
  env.reset({ seed: 1 });
  const before = env.render();
  for (let i = 0; i < 10; i++) env.step(2);
  assert.ok(differences(before, env.render()) > 100);
  assertSamePicture(env.render(), drawAcrobot(env.state[0], env.state[1]));
});

Deno.test("draw acrobot: errors, and looking on changes nothing", () => {
  assertWatchable("Acrobot-v1", 15, false);
});

import assert from "node:assert/strict";
import { CartPole } from "../../../src/envs/mod.ts";
import { drawCartPole } from "../../../src/envs/classic/draw_cart_pole.ts";
import { areaOf, differences, pixel } from "../render/pixels.ts";
import { assertWatchable } from "../render/watching.ts";

const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];
const POLE = [202, 152, 101];
const AXLE = [129, 132, 203];

Deno.test("draw cart pole: upright in the middle", () => {
  const image = drawCartPole(0, 0);
  assert.deepEqual([image.width, image.height, image.data.length], [600, 400, 720_000]);
  assert.deepEqual(pixel(image, 5, 5), WHITE);
  // The track, one row over the whole width, and the cart on it.
  const { left, right, top, bottom } = areaOf(image, BLACK);
  assert.deepEqual([left, right, top, bottom], [0, 600, 285, 315]);
  assert.deepEqual([298, 299, 300].map((y) => pixel(image, 9, y)), [WHITE, BLACK, WHITE]);
  assert.deepEqual([274, 275, 324, 325].map((x) => pixel(image, x, 310)), [
    WHITE,
    BLACK,
    BLACK,
    WHITE,
  ]);
  // The pole: 125 pixels to the metre, from 5 below the axle.
  const pole = areaOf(image, POLE);
  assert.deepEqual([pole.left, pole.right], [295, 305]);
  assert.ok(Math.abs(pole.top - (292.5 - 120)) <= 0.5 && pole.bottom <= 298);
  assert.deepEqual(pixel(image, 300, 292), AXLE);
});

Deno.test("draw cart pole: cart and pole's tip are where they should be", () => {
  for (const [position, angle] of [[1, 0.2], [-1.7, -0.15], [0.3, 1.2], [2.4, -0.21], [0, -0.5]]) {
    const image = drawCartPole(position, angle);
    const x = 300 + 125 * position, y = 292.5;
    assert.deepEqual(pixel(image, Math.min(x, 599), 310), BLACK, "the cart");
    const along = (distance: number) =>
      pixel(image, x + distance * Math.sin(angle), y - distance * Math.cos(angle));
    for (const distance of [10, 60, 118]) assert.deepEqual(along(distance), POLE, `${distance}`);
    assert.deepEqual(along(123), WHITE, "beyond the tip");
  }
});

Deno.test("draw cart pole: a pole that leans right is a mirror image of one that leans left", () => {
  const [one, other] = [drawCartPole(0.4, 0.1), drawCartPole(-0.4, -0.1)];
  for (let y = 0; y < 400; y++) {
    for (let x = 0; x < 600; x++) {
      const a = one.data[3 * (600 * y + x)], b = other.data[3 * (600 * y + 599 - x)];
      if (Math.abs(a - b) > 2) assert.fail(`${x}, ${y}: ${a} and ${b}`);
    }
  }
});

Deno.test("draw cart pole: a cart beyond the borders is left away", () => {
  assert.equal(areaOf(drawCartPole(9, 0), POLE).count, 0);
  assert.equal(areaOf(drawCartPole(9, 0), BLACK).count, 600);
  assert.ok(areaOf(drawCartPole(2.45, 0), BLACK).right === 600);
});

Deno.test("draw cart pole: render shows the state as it is now", () => {
  const env = new CartPole();
  env.reset({ seed: 1 });
  const before = env.render();
  for (let i = 0; i < 8; i++) env.step(1);
  const [[x, , angle]] = env.step(1);
  assert.ok(differences(before, env.render()) > 100);
  assert.ok(differences(drawCartPole(x, angle), env.render()) < 20); // the state is a double
});

Deno.test("draw cart pole: errors, and looking on changes nothing", () => {
  assertWatchable("CartPole-v1", 50, false);
});

import assert from "node:assert/strict";
import { MountainCar } from "../../../src/envs/mod.ts";
import { drawMountainCar } from "../../../src/envs/classic/draw_mountain_car.ts";
import { areaOf, assertSamePicture, differences, pixel } from "../render/pixels.ts";
import { assertWatchable } from "../render/watching.ts";

const WHEEL = [128, 128, 128];
const FLAG = [204, 204, 0];
const BLACK = [0, 0, 0];

/** Where the ground is at a position, in pixels. */
function ground(position: number): [x: number, y: number] {
  return [(position + 1.2) * 600 / 1.8, 400 - (0.45 * Math.sin(3 * position) + 0.55) * 600 / 1.8];
}

Deno.test("draw mountain car: the hills, with the flag on the right one", () => {
  const image = drawMountainCar(-0.5);
  assert.deepEqual([image.width, image.height, image.data.length], [600, 400, 720_000]);
  for (let position = -1.15; position < 0.6; position += 0.05) {
    // Not under the car, nor at the flag's pole.
    if (Math.abs(position + 0.5) < 0.1 || Math.abs(position - 0.5) < 0.01) continue;
    const [x, y] = ground(position);
    let ink = 0; // a line of width 1 is a bit more than one pixel from above
    for (let dy = -4; dy <= 4; dy++) ink += 255 - pixel(image, x, y + dy)[0];
    assert.ok(ink > 230 && ink < 255 * 3, `${position}: ${ink}`);
  }
  const [x, y] = ground(0.5);
  assert.deepEqual([pixel(image, x, y - 2), pixel(image, x, y - 30)], [BLACK, BLACK]);
  const { left, right, top, bottom, count } = areaOf(image, FLAG);
  assert.ok(left >= x - 1 && right <= x + 26 && top >= y - 51 && bottom <= y - 39, "the flag");
  assert.ok(count > 70);
});

Deno.test("draw mountain car: the car is on the ground, tilted, and wheels are below", () => {
  for (const position of [-1.15, -0.9, -0.5236, -0.2, 0.1, 0.45]) {
    const image = drawMountainCar(position);
    const [x, y] = ground(position);
    const tilt = Math.cos(3 * position);
    const ofCar = (along: number, up: number) => [
      x + along * Math.cos(tilt) - up * Math.sin(tilt),
      y - 10 - along * Math.sin(tilt) - up * Math.cos(tilt),
    ];
    const at = ([x, y]: number[]) => pixel(image, x, y);
    assert.deepEqual(at(ofCar(-17, 17)), BLACK, "the rear");
    assert.deepEqual(at(ofCar(17, 17)), BLACK, "the front");
    for (const along of [-10, 10]) {
      assert.deepEqual(at(ofCar(along, 0)), WHEEL);
      assert.deepEqual(at(ofCar(along, -6)), WHEEL);
    }
    const wheels = areaOf(image, WHEEL);
    assert.ok(wheels.count > 2 * Math.PI * 8 ** 2 * 0.8 && wheels.count < 2 * Math.PI * 8 ** 2);
  }
});

Deno.test("draw mountain car: render shows the state as it is now", () => {
  const env = new MountainCar();
  env.reset({ seed: 1 });
  const before = env.render();
  for (let i = 0; i < 20; i++) env.step(0);
  assert.ok(differences(before, env.render()) > 100);
  assertSamePicture(env.render(), drawMountainCar(env.state[0]));
});

Deno.test("draw mountain car: errors, and looking on changes nothing", () => {
  assertWatchable("MountainCar-v0", 30, false);
});

import assert from "node:assert/strict";
import { CliffWalking } from "../../../src/envs/mod.ts";
import { drawCliffWalking } from "../../../src/envs/toy_text/draw_cliff_walking.ts";
import { areaOf, assertSamePicture, differences, pixel } from "../render/pixels.ts";
import { assertWatchable } from "../render/watching.ts";

const GRASS = [196, 216, 158];
const ROCK = [168, 124, 82];
const ABYSS = [74, 70, 78];
const FLAG = [202, 102, 92];
const HAT = [188, 70, 62];
const COAT = [70, 130, 88];

Deno.test("draw cliff walking: grass, and the cliff between start and goal", () => {
  const image = drawCliffWalking(14);
  assert.deepEqual([image.width, image.height], [768, 256]);
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 12; column++) {
      if (12 * row + column === 14) continue; // the walker
      const isCliff = row === 3 && column > 0 && column < 11;
      const at = (x: number, y: number) => pixel(image, 64 * column + x, 64 * row + y);
      assert.deepEqual(at(32, 38), isCliff ? ROCK : GRASS, `${row}, ${column}`);
      assert.deepEqual(at(32, 59), isCliff ? ABYSS : GRASS, `${row}, ${column}`);
    }
  }
  for (const color of [ROCK, ABYSS]) {
    const { left, right, top, bottom } = areaOf(image, color);
    assert.ok(left >= 64 && right <= 704 && top >= 192 && bottom <= 256);
  }
  const flag = areaOf(image, FLAG);
  assert.ok(flag.count > 60 && flag.left >= 704 && flag.top >= 192, "the flag is on the goal");
});

Deno.test("draw cliff walking: the walker is at the state's place, and nowhere else", () => {
  for (const state of [0, 11, 26, 36, 47]) {
    const image = drawCliffWalking(state);
    const left = 64 * (state % 12), top = 64 * Math.floor(state / 12);
    for (const color of [HAT, COAT]) {
      const area = areaOf(image, color);
      assert.ok(area.count > 50);
      assert.ok(area.left >= left && area.right <= left + 64, `${state}`);
      assert.ok(area.top >= top && area.bottom <= top + 64, `${state}`);
    }
    const other = drawCliffWalking(16);
    const around = [left, top, left + 64, top + 64];
    assert.equal(
      differences(image, other),
      differences(image, other, around) + differences(image, other, [256, 64, 320, 128]),
    );
  }
});

Deno.test("draw cliff walking: render shows the state as it is now", () => {
  const env = new CliffWalking();
  env.reset({ seed: 1 });
  assertSamePicture(env.render(), drawCliffWalking(36));
  env.step(0);
  assertSamePicture(env.render(), drawCliffWalking(24));
});

Deno.test("draw cliff walking: errors, and looking on changes nothing", () => {
  assertWatchable("CliffWalking-v1", 4, true);
});

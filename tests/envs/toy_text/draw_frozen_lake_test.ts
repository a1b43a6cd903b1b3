import assert from "node:assert/strict";
import { FrozenLake } from "../../../src/envs/mod.ts";
import { drawFrozenLake } from "../../../src/envs/toy_text/draw_frozen_lake.ts";
import { areaOf, assertSamePicture, differences, pixel } from "../render/pixels.ts";
import { assertWatchable } from "../render/watching.ts";

const ICE = [198, 224, 242];
const WATER = [92, 138, 190];
const INK = [56, 58, 70];
const FLAG = [202, 102, 92];
const HAT = [188, 70, 62];
const COAT = [70, 130, 88];
const DESC = ["SFFF", "FHFH", "FFFH", "HFFG"];

Deno.test("draw frozen lake: ice, holes, start and goal are where the map has them", () => {
  const image = drawFrozenLake(DESC, 9);
  assert.deepEqual([image.width, image.height], [256, 256]);
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      const at = (x: number, y: number) => pixel(image, 64 * column + x, 64 * row + y);
      const isHole = DESC[row][column] === "H";
      assert.deepEqual(at(44, 20), isHole ? WATER : ICE, `${row}, ${column}`);
      assert.deepEqual(at(58, 58), ICE);
    }
  }
  const flag = areaOf(image, FLAG);
  assert.ok(flag.count > 60 && flag.left >= 192 && flag.top >= 192, "the flag is on the goal");
  // Nothing but letters is written with ink in the corners of S and G.
  for (const [left, top] of [[0, 0], [192, 192]]) {
    const letter = drawFrozenLake([DESC[0].replace("S", "F"), ...DESC.slice(1, 3), "HFFF"], 9);
    assert.ok(differences(image, letter, [left + 4, top + 4, left + 24, top + 24]) > 40);
  }
  assert.ok(areaOf(image, INK).count > 100);
});

Deno.test("draw frozen lake: the walker is on the tile of the state, and nowhere else", () => {
  for (const state of [0, 2, 9, 14, 15]) {
    const image = drawFrozenLake(DESC, state);
    const left = 64 * (state % 4), top = 64 * Math.floor(state / 4);
    for (const color of [HAT, COAT]) {
      const area = areaOf(image, color);
      assert.ok(area.count > 50);
      assert.ok(area.left >= left && area.right <= left + 64, `${state}`);
      assert.ok(area.top >= top && area.bottom <= top + 64, `${state}`);
    }
    const other = drawFrozenLake(DESC, 10);
    const around = [left, top, left + 64, top + 64];
    assert.equal(
      differences(image, other),
      differences(image, other, around) + differences(image, other, [128, 128, 192, 192]),
    );
  }
});

Deno.test("draw frozen lake: who has fallen into a hole looks out of the water", () => {
  const image = drawFrozenLake(DESC, 5);
  assert.equal(areaOf(image, COAT).count, 0);
  const hat = areaOf(image, HAT);
  assert.ok(hat.count > 50 && hat.left >= 64 && hat.right <= 128 && hat.top >= 64);
});

Deno.test("draw frozen lake: large lakes have smaller tiles, and need not be square", () => {
  const rows = (count: number, length: number) =>
    Array.from({ length: count }, (_, i) => (i === 0 ? "S" : "F") + "F".repeat(length - 1));
  for (
    const [desc, width, height] of [
      [rows(8, 8), 512, 512],
      [rows(20, 20), 512, 512],
      [rows(2, 12), 512, 128],
      [rows(9, 1), 64, 512],
      [["S"], 64, 64],
    ] as const
  ) {
    const columns = desc[0].length;
    const image = drawFrozenLake(desc, desc.length * columns - 1);
    assert.deepEqual([image.width, image.height], [width, height]);
    const hat = areaOf(image, HAT);
    assert.ok(hat.count > 5, "the walker is there");
    assert.ok(hat.left >= width - width / columns && hat.top >= height - height / desc.length);
  }
});

Deno.test("draw frozen lake: render shows the state as it is now", () => {
  const env = new FrozenLake({ isSlippery: false });
  env.reset({ seed: 1 });
  assertSamePicture(env.render(), drawFrozenLake(env.desc, 0));
  env.step(2);
  assertSamePicture(env.render(), drawFrozenLake(env.desc, 1));
  env.step(1);
  assertSamePicture(env.render(), drawFrozenLake(env.desc, 5), "after the end");
});

Deno.test("draw frozen lake: errors, and looking on changes nothing", () => {
  assertWatchable("FrozenLake-v1", 4, true);
  assertWatchable("FrozenLake8x8-v1", 4, true);
});

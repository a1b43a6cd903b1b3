import assert from "node:assert/strict";
import { Taxi } from "../../../src/envs/mod.ts";
import { drawTaxi } from "../../../src/envs/toy_text/draw_taxi.ts";
import { areaOf, assertSamePicture, differences, pixel } from "../render/pixels.ts";
import { assertWatchable } from "../render/watching.ts";

const GROUND = [233, 231, 225];
const INK = [56, 58, 70];
const YELLOW = [232, 196, 88];
const STANDS = [[0, 0], [0, 4], [4, 0], [4, 3]];
const STAND_COLORS = [[202, 102, 92], [152, 184, 110], YELLOW, [116, 150, 198]];
const STATE = { row: 2, column: 2, passenger: 3, destination: 0 };

/** The corners of a place in pixels. */
function place(row: number, column: number): [number, number, number, number] {
  const left = 48 + 88 * column, top = 128 + 56 * row;
  return [left, top, left + 88, top + 56];
}

Deno.test("draw taxi: the town with its stands and walls", () => {
  const image = drawTaxi(STATE, 0, false);
  assert.deepEqual([image.width, image.height], [536, 456]);
  STANDS.forEach(([row, column], stand) => {
    const [left, top] = place(row, column);
    assert.deepEqual(pixel(image, left + 20, top + 28), STAND_COLORS[stand]);
  });
  const [left, top] = place(1, 1);
  assert.deepEqual(pixel(image, left + 20, top + 28), GROUND);
  // Walls: right of each of these places, and of no other but the last column.
  const walls = [[0, 1], [1, 1], [3, 0], [3, 2], [4, 0], [4, 2]].map(String);
  for (let row = 0; row < 5; row++) {
    for (let column = 0; column < 4; column++) {
      const [, top, right] = place(row, column);
      const isWall = pixel(image, right, top + 28).every((value, i) => value === INK[i]);
      assert.equal(isWall, walls.includes(String([row, column])), `${row}, ${column}`);
    }
  }
  for (const [x, y] of [[40, 300], [492, 300], [100, 120], [100, 412]]) {
    assert.deepEqual(pixel(image, x, y), INK, "the wall around");
  }
});

Deno.test("draw taxi: the taxi is at its place, and nowhere else", () => {
  const still = { passenger: 3, destination: 0 };
  const one = drawTaxi({ ...still, row: 2, column: 2 }, 2, false);
  for (const [row, column] of [[0, 1], [3, 4], [2, 0], [1, 3]]) {
    const other = drawTaxi({ ...still, row, column }, 2, false);
    const [left, top] = place(row, column);
    assert.deepEqual(pixel(other, left + 44 - 10, top + 28), YELLOW);
    assert.ok(differences(one, other) > 1000);
    assert.equal(
      differences(one, other),
      differences(one, other, place(2, 2)) + differences(one, other, place(row, column)),
    );
  }
});

Deno.test("draw taxi: it points where it drove last", () => {
  const pictures = [0, 1, 2, 3].map((heading) => drawTaxi(STATE, heading, false));
  const [left, top, right, bottom] = place(2, 2);
  const x = (left + right) / 2, y = (top + bottom) / 2;
  // The windscreen ahead is larger than the window behind.
  const glass = (heading: number) => {
    const area = { ahead: 0, behind: 0 };
    for (let v = top; v < bottom; v++) {
      for (let u = left; u < right; u++) {
        if (String(pixel(pictures[heading], u, v)) !== "198,224,242") continue;
        const dx = u + 0.5 - x, dy = v + 0.5 - y;
        area[[dy, -dy, dx, -dx][heading] > 0 ? "ahead" : "behind"]++;
      }
    }
    return area;
  };
  for (let heading = 0; heading < 4; heading++) {
    const { ahead, behind } = glass(heading);
    assert.ok(behind > 50 && ahead > 1.2 * behind, `${heading}: ${ahead}, ${behind}`);
    for (let other = 0; other < heading; other++) {
      assert.ok(differences(pictures[heading], pictures[other]) > 100);
    }
  }
});

Deno.test("draw taxi: the passenger waits at a stand or is in the taxi", () => {
  const waiting = [0, 1, 2, 3].map((passenger) => drawTaxi({ ...STATE, passenger }, 0, false));
  const riding = drawTaxi({ ...STATE, passenger: 4 }, 0, false);
  const [left, top, right, bottom] = place(2, 2);
  const middle = [(left + right) / 2, (top + bottom) / 2] as const;
  waiting.forEach((image, passenger) => {
    const [row, column] = STANDS[passenger];
    const inside = place(row, column);
    assert.ok(differences(image, riding, inside) > 100, `${passenger}`);
    assert.equal(
      differences(image, riding),
      differences(image, riding, inside) + differences(image, riding, place(2, 2)),
    );
    assert.notDeepEqual(pixel(image, middle[0], middle[1] - 4), INK);
  });
  assert.deepEqual(pixel(riding, middle[0], middle[1] - 4), INK, "a head in the taxi");
});

Deno.test("draw taxi: the destination's stand has a frame", () => {
  for (let destination = 0; destination < 4; destination++) {
    const image = drawTaxi({ ...STATE, passenger: 4, destination }, 0, false);
    STANDS.forEach(([row, column], stand) => {
      const [left, top] = place(row, column);
      assert.deepEqual(
        pixel(image, left + 8, top + 28),
        stand === destination ? INK : STAND_COLORS[stand],
      );
    });
  }
});

Deno.test("draw taxi: it rains where it is rainy", () => {
  const [dry, wet] = [false, true].map((isRainy) => drawTaxi(STATE, 0, isRainy));
  assert.ok(differences(dry, wet) > 1000);
  const area = areaOf(wet, [140, 170, 205]);
  assert.ok(area.right - area.left > 400 && area.bottom - area.top > 300);
});

Deno.test("draw taxi: render shows the state as it is now", () => {
  for (const isRainy of [false, true]) {
    const env = new Taxi({ isRainy });
    env.reset({ seed: 3 });
    assertSamePicture(env.render(), drawTaxi(env.parts, 0, isRainy));
    for (const action of [1, 3, 4, 2, 0]) {
      env.step(action);
      assertSamePicture(env.render(), drawTaxi(env.parts, env.heading, isRainy));
    }
  }
});

Deno.test("draw taxi: errors, and looking on changes nothing", () => {
  assertWatchable("Taxi-v4", 4, true);
});

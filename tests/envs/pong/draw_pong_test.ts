import assert from "node:assert/strict";
import { drawPong } from "../../../src/envs/pong/draw_pong.ts";
import { Pong } from "../../../src/envs/mod.ts";
import { areaOf, assertSamePicture, differences, pixel } from "../render/pixels.ts";
import { assertWatchable } from "../render/watching.ts";
import { game } from "./games.ts";

const WALL = [112, 124, 148];
const OPPONENT = [226, 124, 76];
const PLAYER = [98, 192, 122];
const WHITE = [255, 255, 255];
/** Below the scores. */
const BOARD = [0, 100, 504, 504];

/** The borders of a colour. */
function borders(state: Int32Array, color: readonly number[]): number[] {
  const { left, top, right, bottom } = areaOf(drawPong(state), color);
  return [left, top, right, bottom];
}

Deno.test("draw pong: everything is six times as large as the agent sees it", () => {
  const state = game();
  const image = drawPong(state);
  assert.deepEqual([image.width, image.height, image.data.length], [504, 504, 3 * 504 * 504]);
  assert.equal(areaOf(image, WALL).count, 2 * 24 * 504);
  assert.deepEqual([pixel(image, 0, 23), pixel(image, 503, 480)], [WALL, WALL]);
  assert.deepEqual(borders(state, WHITE), [246, 246, 258, 258]);
  assert.deepEqual(pixel(image, 8 * 6, 38 * 6), OPPONENT);
  assert.deepEqual(pixel(image, 10 * 6 - 1, 46 * 6 - 1), OPPONENT);
  assert.deepEqual(pixel(image, 74 * 6, 38 * 6), PLAYER);
  assert.deepEqual(pixel(image, 76 * 6 - 1, 46 * 6 - 1), PLAYER);
  assert.notDeepEqual(pixel(image, 76 * 6, 42 * 6), PLAYER);
});

Deno.test("draw pong: the ball is cut off at a border and not seen before a serve", () => {
  assert.deepEqual(borders(game({ ballX: 1336 }), WHITE), [501, 246, 504, 258]);
  assert.deepEqual(borders(game({ ballX: -16 }), WHITE), [0, 246, 6, 258]);
  assert.equal(areaOf(drawPong(game({ wait: 3, ballDX: 0 })), WHITE).count, 0);
});

Deno.test("draw pong: the score is shown, above all else", () => {
  const nil = drawPong(game()), some = drawPong(game({ playerPoints: 7, opponentPoints: 12 }));
  assert.ok(differences(nil, some) > 100);
  assert.equal(differences(nil, some, BOARD), 0);
  const left = drawPong(game({ opponentPoints: 12 }));
  assert.equal(differences(nil, left, [252, 0, 504, 504]), 0);
});

Deno.test("draw pong: render shows the state as it is now", () => {
  const env = new Pong();
  env.reset({ seed: 1 });
  const before = env.render();
  for (let i = 0; i < 12; i++) env.step(1);
  assert.ok(differences(before, env.render()) > 100);
  assertSamePicture(env.render(), drawPong(game({ ...env.state })));
});

Deno.test("draw pong: errors, and looking on changes nothing", () => {
  assertWatchable("DinoQ/Pong-v0", 15, false);
});

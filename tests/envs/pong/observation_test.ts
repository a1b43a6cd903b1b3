import assert from "node:assert/strict";
import { observe } from "../../../src/envs/pong/observation.ts";
import type { PongState } from "../../../src/envs/pong/mod.ts";
import { game } from "./games.ts";

/** How often each grey level occurs, and the borders of where it does, the last included. */
function areas(frame: Uint8Array): Record<number, number[]> {
  const found: Record<number, number[]> = {};
  for (const [i, level] of frame.entries()) {
    const x = i % 84, y = Math.floor(i / 84);
    const area = found[level] ??= [0, 84, 84, 0, 0];
    area[0]++;
    area[1] = Math.min(area[1], x);
    area[2] = Math.min(area[2], y);
    area[3] = Math.max(area[3], x);
    area[4] = Math.max(area[4], y);
  }
  return found;
}

const of = (changes: Partial<PongState>) => areas(observe(game(changes)));
const PADDLES = { 140: [16, 8, 38, 9, 45], 200: [16, 74, 38, 75, 45] };
const WALLS = [2 * 4 * 84, 0, 0, 83, 83];

Deno.test("pong observation: the middle, pixel by pixel", () => {
  const frame = observe(game({ opponentY: 64, playerY: 1152 }));
  assert.ok(frame instanceof Uint8Array);
  assert.equal(frame.length, 84 * 84);
  for (const [i, level] of frame.entries()) {
    const x = i % 84, y = Math.floor(i / 84);
    const wanted = y < 4 || y >= 80
      ? 80
      : (x === 41 || x === 42) && (y === 41 || y === 42)
      ? 255
      : (x === 8 || x === 9) && y < 12
      ? 140
      : (x === 74 || x === 75) && y >= 72
      ? 200
      : 0;
    if (level !== wanted) assert.fail(`(${x}, ${y}) is ${level}, wanted ${wanted}`);
  }
});

Deno.test("pong observation: places are rounded down, and levels are those of the page", () => {
  const { 0: _field, 80: walls, ...things } = of({ opponentY: 608, ballX: 671, ballY: 656 });
  assert.deepEqual(walls, WALLS);
  assert.deepEqual(things, { ...PADDLES, 255: [4, 41, 41, 42, 42] });
  assert.deepEqual(of({ ballX: 672, ballY: 655 })[255], [4, 42, 40, 43, 41]);
  assert.deepEqual(of({ opponentY: 623 })[140], PADDLES[140]);
  assert.deepEqual(of({ opponentY: 624 })[140], [16, 8, 39, 9, 46]);
  assert.deepEqual(of({ ballY: 64 })[255], [4, 41, 4, 42, 5]);
  assert.deepEqual(of({ ballY: 1248 })[255], [4, 41, 78, 42, 79]);
});

Deno.test("pong observation: the ball is cut off at the borders, and before a serve not seen", () => {
  assert.deepEqual(of({ ballX: 1311 })[255], [4, 81, 41, 82, 42]);
  assert.deepEqual(of({ ballX: 1328 })[255], [2, 83, 41, 83, 42]);
  assert.deepEqual(of({ ballX: 1343 })[255], [2, 83, 41, 83, 42]);
  assert.deepEqual(of({ ballX: -1 })[255], [2, 0, 41, 0, 42]);
  assert.deepEqual(of({ ballX: -16 })[255], [2, 0, 41, 0, 42]);
  assert.equal(of({ ballX: -31 })[255], undefined);
  assert.equal(of({ wait: 1, ballDX: 0 })[255], undefined);
  // In front of a paddle that it is passing.
  const passing = of({ ballX: 1184, ballY: 608 });
  assert.deepEqual([passing[200][0], passing[255]], [12, [4, 74, 38, 75, 39]]);
});

Deno.test("pong observation: one picture does not show direction, speed, aim or score", () => {
  const seen = observe(game({ ballDX: 10, ballDY: 3 }));
  const others: Partial<PongState>[] = [
    { ballDX: -10 },
    { ballDX: 20 },
    { ballDY: -25 },
    { aim: 70 },
    { toPlayer: 0 },
    { playerPoints: 20, opponentPoints: 3 },
  ];
  for (const other of others) assert.deepEqual(observe(game(other)), seen);
});

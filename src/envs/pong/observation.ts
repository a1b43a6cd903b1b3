/**
 * What an agent sees of Pong: 84 × 84 grey pixels.
 *
 * @module
 */

import {
  BALL,
  BOTTOM,
  OPPONENT_X,
  PADDLE_HEIGHT,
  PADDLE_WIDTH,
  PIXEL_BITS,
  PIXELS,
  PLAYER_X,
  TOP,
} from "./field.ts";
import { BALL_X, BALL_Y, OPPONENT_Y, PLAYER_Y, WAIT } from "./state.ts";

// The grey levels; the field's is 0.
const WALL_LEVEL = 80;
const OPPONENT_LEVEL = 140;
const PLAYER_LEVEL = 200;
const BALL_LEVEL = 255;

/** The field with its walls. */
const EMPTY = new Uint8Array(PIXELS * PIXELS);
EMPTY.fill(WALL_LEVEL, 0, (TOP >> PIXEL_BITS) * PIXELS);
EMPTY.fill(WALL_LEVEL, (BOTTOM >> PIXEL_BITS) * PIXELS);

/**
 * The picture of a state, a fresh array. Places are rounded down to pixels. The ball is in front of the
 * paddles, cut off at the borders, and not seen while it is not in play.
 */
export function observe(state: Int32Array): Uint8Array {
  const frame = EMPTY.slice();
  fill(frame, OPPONENT_X, state[OPPONENT_Y], PADDLE_WIDTH, PADDLE_HEIGHT, OPPONENT_LEVEL);
  fill(frame, PLAYER_X, state[PLAYER_Y], PADDLE_WIDTH, PADDLE_HEIGHT, PLAYER_LEVEL);
  if (state[WAIT] === 0) fill(frame, state[BALL_X], state[BALL_Y], BALL, BALL, BALL_LEVEL);
  return frame;
}

/** Fills a rectangle; all but left and right lies within the picture. */
function fill(
  frame: Uint8Array,
  x: number,
  y: number,
  width: number,
  height: number,
  level: number,
): void {
  const left = x >> PIXEL_BITS, top = y >> PIXEL_BITS;
  const right = Math.min(left + (width >> PIXEL_BITS), PIXELS);
  const bottom = top + (height >> PIXEL_BITS);
  for (let row = top; row < bottom; row++) {
    for (let column = Math.max(left, 0); column < right; column++) {
      frame[row * PIXELS + column] = level;
    }
  }
}

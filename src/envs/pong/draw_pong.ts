/**
 * The picture of Pong for people.
 *
 * @module
 */

import { Canvas } from "../render/canvas.ts";
import { type Color, WHITE } from "../render/color.ts";
import type { RGBImage } from "../render/image.ts";
import {
  BALL,
  BOTTOM,
  OPPONENT_X,
  PADDLE_HEIGHT,
  PADDLE_WIDTH,
  PIXEL,
  PIXELS,
  PLAYER_X,
  RIGHT,
  TOP,
} from "./field.ts";
import {
  BALL_X,
  BALL_Y,
  OPPONENT_POINTS,
  OPPONENT_Y,
  PLAYER_POINTS,
  PLAYER_Y,
  WAIT,
} from "./state.ts";

/** The side of one of the agent's pixels. */
const SCALE = 6;
const SIDE = SCALE * PIXELS;
const FIELD: Color = [22, 30, 44];
const WALL: Color = [112, 124, 148];
const NET: Color = [46, 58, 80];
const OPPONENT: Color = [226, 124, 76];
const PLAYER: Color = [98, 192, 122];
/** A score's height, and its distance from the net. */
const DIGITS = 30;
const GAP = 100;

/**
 * Draws the field with the score, 504 × 504; places are not rounded.
 *
 * @param state the game's
 */
export function drawPong(state: Int32Array): RGBImage {
  const canvas = new Canvas(SIDE, SIDE, FIELD);
  const block = (x: number, y: number, width: number, height: number, color: Color) => {
    const unit = SCALE / PIXEL;
    canvas.rectangle(x * unit, y * unit, width * unit, height * unit, color);
  };
  for (let y = TOP; y < BOTTOM; y += 4 * PIXEL) {
    block((RIGHT - PIXEL / 2) / 2, y + PIXEL, PIXEL / 2, 2 * PIXEL, NET);
  }
  block(0, 0, RIGHT, TOP, WALL);
  block(0, BOTTOM, RIGHT, RIGHT - BOTTOM, WALL);
  const score = TOP / PIXEL * SCALE + 12;
  canvas.text(SIDE / 2 - GAP, score, `${state[OPPONENT_POINTS]}`, OPPONENT, DIGITS);
  canvas.text(SIDE / 2 + GAP - DIGITS, score, `${state[PLAYER_POINTS]}`, PLAYER, DIGITS);
  block(OPPONENT_X, state[OPPONENT_Y], PADDLE_WIDTH, PADDLE_HEIGHT, OPPONENT);
  block(PLAYER_X, state[PLAYER_Y], PADDLE_WIDTH, PADDLE_HEIGHT, PLAYER);
  if (state[WAIT] === 0) block(state[BALL_X], state[BALL_Y], BALL, BALL, WHITE);
  return canvas.image();
}

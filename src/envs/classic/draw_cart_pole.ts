/**
 * The picture of CartPole.
 *
 * @module
 */

import { Canvas } from "../render/canvas.ts";
import { BLACK, type Color, WHITE } from "../render/color.ts";
import type { RGBImage } from "../render/image.ts";

const WIDTH = 600;
const HEIGHT = 400;
/** The picture shows the track up to the limits, ±2.4 m. */
const SCALE = WIDTH / 4.8;
/** Where the cart's middle is, from above. */
const TRACK = 300;
const CART_WIDTH = 50;
const CART_HEIGHT = 30;
/** How far the axle is above the cart's middle. */
const AXLE = CART_HEIGHT / 4;
const POLE_WIDTH = 10;
/** The pole is 1 m long. */
const POLE_LENGTH = SCALE;
const POLE_COLOR: Color = [202, 152, 101];
const AXLE_COLOR: Color = [129, 132, 203];

/**
 * Draws a cart with its pole, as Gymnasium does: 600 × 400.
 *
 * @param position the cart's, in m; 0 is the middle
 * @param angle the pole's, in rad; 0 is upright, over 0 leans to the right
 */
export function drawCartPole(position: number, angle: number): RGBImage {
  const canvas = new Canvas(WIDTH, HEIGHT, WHITE);
  canvas.line(0, TRACK - 0.5, WIDTH, TRACK - 0.5, BLACK);
  const x = WIDTH / 2 + SCALE * position;
  canvas.rectangle(x - CART_WIDTH / 2, TRACK - CART_HEIGHT / 2, CART_WIDTH, CART_HEIGHT, BLACK);
  const y = TRACK - AXLE;
  const right = Math.sin(angle), up = Math.cos(angle);
  // The pole's lower end is half its width below the axle.
  const below = POLE_WIDTH / 2, above = POLE_LENGTH - POLE_WIDTH / 2;
  canvas.line(
    x - below * right,
    y + below * up,
    x + above * right,
    y - above * up,
    POLE_COLOR,
    POLE_WIDTH,
  );
  canvas.circle(x, y, POLE_WIDTH / 2, AXLE_COLOR);
  return canvas.image();
}

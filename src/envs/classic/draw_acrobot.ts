/**
 * The picture of Acrobot.
 *
 * @module
 */

import { Canvas } from "../render/canvas.ts";
import { BLACK, type Color, WHITE } from "../render/color.ts";
import type { RGBImage } from "../render/image.ts";

const SIDE = 500;
/** Both links, of 1 m each, and a margin of 0.2 m fit from the middle to each side. */
const SCALE = SIDE / 2 / 2.2;
const LINK_WIDTH = 0.2 * SCALE;
const LINK_COLOR: Color = [0, 204, 204];
const JOINT_COLOR: Color = [204, 204, 0];
/** The line to get above, in the middle of a row of pixels so that it is sharp. */
const GOAL = Math.floor(SIDE / 2 - SCALE) + 0.5;

/**
 * Draws both links and the line to get above, as Gymnasium does: 500 × 500.
 *
 * @param angle1 the upper link's, in rad; 0 hangs down
 * @param angle2 the lower link's against the upper one
 */
export function drawAcrobot(angle1: number, angle2: number): RGBImage {
  const canvas = new Canvas(SIDE, SIDE, WHITE);
  canvas.line(0, GOAL, SIDE, GOAL, BLACK);
  let x = SIDE / 2, y = SIDE / 2;
  for (const angle of [angle1, angle1 + angle2]) {
    const endX = x + SCALE * Math.sin(angle), endY = y + SCALE * Math.cos(angle);
    canvas.line(x, y, endX, endY, LINK_COLOR, LINK_WIDTH);
    canvas.circle(x, y, LINK_WIDTH / 2, JOINT_COLOR);
    [x, y] = [endX, endY];
  }
  return canvas.image();
}

/**
 * The picture of MountainCar.
 *
 * @module
 */

import { Canvas, type Point } from "../render/canvas.ts";
import { BLACK, type Color, WHITE } from "../render/color.ts";
import type { RGBImage } from "../render/image.ts";

const WIDTH = 600;
const HEIGHT = 400;
const MIN_POSITION = -1.2;
const MAX_POSITION = 0.6;
const GOAL_POSITION = 0.5;
const SCALE = WIDTH / (MAX_POSITION - MIN_POSITION);
/** Of how many straight pieces the hills are. */
const PIECES = 100;
const CAR_LENGTH = 40;
const CAR_HEIGHT = 20;
/** How far the car's floor is above the ground. */
const CLEARANCE = 10;
const WHEEL_RADIUS = 8;
const WHEEL_COLOR: Color = [128, 128, 128];
const POLE_HEIGHT = 50;
const FLAG_COLOR: Color = [204, 204, 0];

/** A place on the ground in pixels. */
function ground(position: number): Point {
  const height = 0.45 * Math.sin(3 * position) + 0.55;
  return [(position - MIN_POSITION) * SCALE, HEIGHT - height * SCALE];
}

const HILLS: readonly Point[] = Array.from(
  { length: PIECES + 1 },
  (_, i) => ground(MIN_POSITION + (MAX_POSITION - MIN_POSITION) * i / PIECES),
);

/**
 * Draws the car between the hills, as Gymnasium does: 600 × 400.
 *
 * @param position the car's, -1.2 to 0.6
 */
export function drawMountainCar(position: number): RGBImage {
  const canvas = new Canvas(WIDTH, HEIGHT, WHITE);
  canvas.outline(HILLS, BLACK, 1, false);

  const [x, floor] = ground(position);
  const y = floor - CLEARANCE;
  // Gymnasium's tilt, not quite the slope's.
  const tilt = Math.cos(3 * position);
  const cosine = Math.cos(tilt), sine = Math.sin(tilt);
  const ofCar = (along: number, up: number): Point => [
    x + cosine * along - sine * up,
    y - sine * along - cosine * up,
  ];
  const half = CAR_LENGTH / 2;
  canvas.polygon(
    [ofCar(-half, 0), ofCar(-half, CAR_HEIGHT), ofCar(half, CAR_HEIGHT), ofCar(half, 0)],
    BLACK,
  );
  for (const along of [-CAR_LENGTH / 4, CAR_LENGTH / 4]) {
    const [wheelX, wheelY] = ofCar(along, 0);
    canvas.circle(wheelX, wheelY, WHEEL_RADIUS, WHEEL_COLOR);
  }

  const [goalX, goalY] = ground(GOAL_POSITION);
  const pole = Math.floor(goalX) + 0.5;
  const top = goalY - POLE_HEIGHT;
  canvas.line(pole, goalY, pole, top, BLACK);
  canvas.polygon([[pole, top], [pole, top + 10], [pole + 25, top + 5]], FLAG_COLOR);
  return canvas.image();
}

/**
 * The picture of LunarLander.
 *
 * @module
 */

import { Canvas, type Color, type Point } from "../render/canvas.ts";
import type { RGBImage } from "../render/image.ts";
import type { Flight } from "./flight.ts";
import { LANDER_POLYGON, LEG_POLYGON } from "./lander_world.ts";
import { HEIGHT, HELIPAD_X, HELIPAD_Y, SCALE, WIDTH } from "./terrain.ts";

const MOON: Color = [255, 255, 255];
const SKY: Color = [0, 0, 0];
const HULL: Color = [128, 102, 230];
const EDGE: Color = [77, 77, 128];
const POLE: Color = [255, 255, 255];
const FLAG: Color = [204, 204, 0];
const PARTICLE_RADIUS = 2;
const POLE_HEIGHT = 50;

/** Metres, y up, as pixels, y down: the middle of the pixel that Gymnasium's pygame would take. */
function pixel(x: number, y: number): Point {
  return [x * SCALE + 0.5, (HEIGHT - y) * SCALE - 0.5];
}

/** A polygon with the pixels that its edges go through, as pygame fills it. */
function fill(canvas: Canvas, points: readonly Point[], color: Color): void {
  canvas.polygon(points, color);
  canvas.outline(points, color);
}

/** Draws a flight as Gymnasium does: a white moon, a black sky, a violet lander between two flags. */
export function drawLunarLander(flight: Flight): RGBImage {
  const { ground, lander, legs } = flight.world;
  const canvas = new Canvas(WIDTH * SCALE, HEIGHT * SCALE, MOON);
  const sky = [[0, 0], ...ground.map(([x, y]) => pixel(x, y)), [WIDTH * SCALE, 0]] as const;
  fill(canvas, sky, SKY);
  for (const { x, y, glow } of flight.exhaust()) {
    const shade = (share: number) => Math.round(255 * Math.min(1, Math.max(0.2, share)));
    const color: Color = [shade(0.15 + glow), shade(0.5 * glow), shade(0.5 * glow)];
    canvas.circle(...pixel(x, y), PARTICLE_RADIUS, color);
  }
  for (
    const [body, shape] of [[lander, LANDER_POLYGON], ...legs.map((leg) => [leg, LEG_POLYGON])]
  ) {
    const { x, y } = (body as typeof lander).getPosition();
    const angle = (body as typeof lander).getAngle();
    const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
    const corners = (shape as typeof LANDER_POLYGON).map(([px, py]) =>
      pixel(x + cosine * px - sine * py, y + sine * px + cosine * py)
    );
    fill(canvas, corners, HULL);
    canvas.outline(corners, EDGE);
  }
  for (const at of HELIPAD_X) {
    const [x, foot] = pixel(at, HELIPAD_Y);
    const top = foot - POLE_HEIGHT;
    canvas.line(x, foot, x, top, POLE);
    fill(canvas, [[x, top], [x, top + 10], [x + 25, top + 5]], FLAG);
  }
  return canvas.image();
}

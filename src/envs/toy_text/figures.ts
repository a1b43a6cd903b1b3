/**
 * What several pictures of toy text show: the walker, the flag, a grid.
 *
 * @module
 */

import type { Canvas } from "../render/canvas.ts";
import type { Color } from "../render/color.ts";

/** Outlines and letters. */
export const INK: Color = [56, 58, 70];
/** Roofs, flags, hearts. */
export const RED: Color = [202, 102, 92];

const SKIN: Color = [232, 200, 170];
const COAT: Color = [70, 130, 88];
const HAT: Color = [188, 70, 62];

/**
 * Head and hat of the walker, an elf.
 *
 * @param x the head's middle
 * @param y the chin
 * @param unit 1 for a walker 40 pixels high
 */
export function drawHead(canvas: Canvas, x: number, y: number, unit: number): void {
  canvas.circle(x, y - 7 * unit, 7 * unit, SKIN);
  canvas.polygon(
    [[x - 8 * unit, y - 10 * unit], [x + 8 * unit, y - 10 * unit], [x + 3 * unit, y - 23 * unit]],
    HAT,
  );
  canvas.circle(x - 2.5 * unit, y - 6.5 * unit, 1.2 * unit, INK);
  canvas.circle(x + 2.5 * unit, y - 6.5 * unit, 1.2 * unit, INK);
}

/**
 * The walker, an elf.
 *
 * @param x its middle
 * @param y its middle
 * @param height from the soles to the tip of the hat, in pixels
 */
export function drawWalker(canvas: Canvas, x: number, y: number, height: number): void {
  const unit = height / 40;
  const sole = y + 20 * unit;
  canvas.line(x - 3.5 * unit, sole - 8 * unit, x - 3.5 * unit, sole, INK, 4 * unit);
  canvas.line(x + 3.5 * unit, sole - 8 * unit, x + 3.5 * unit, sole, INK, 4 * unit);
  canvas.polygon(
    [
      [x - 4 * unit, sole - 18 * unit],
      [x + 4 * unit, sole - 18 * unit],
      [x + 8.5 * unit, sole - 6 * unit],
      [x - 8.5 * unit, sole - 6 * unit],
    ],
    COAT,
  );
  drawHead(canvas, x, sole - 17 * unit, unit);
}

/**
 * A flag on its pole.
 *
 * @param x the pole
 * @param y the pole's foot
 * @param height the pole's height in pixels
 */
export function drawFlag(canvas: Canvas, x: number, y: number, height: number): void {
  const unit = height / 32;
  const top = y - height;
  canvas.polygon([[x, top], [x + 22 * unit, top + 7 * unit], [x, top + 14 * unit]], RED);
  canvas.line(x, top, x, y, INK, 3 * unit);
}

/**
 * The lines of a grid all over a canvas.
 *
 * @param width a cell's
 * @param height a cell's
 * @param line the lines' width
 */
export function drawGrid(
  canvas: Canvas,
  width: number,
  height: number,
  line: number,
  color: Color,
): void {
  for (let x = 0; x < canvas.width + 1; x += width) {
    canvas.rectangle(x - line / 2, 0, line, canvas.height, color);
  }
  for (let y = 0; y < canvas.height + 1; y += height) {
    canvas.rectangle(0, y - line / 2, canvas.width, line, color);
  }
}

/**
 * The picture of CliffWalking.
 *
 * @module
 */

import { Canvas } from "../render/canvas.ts";
import type { Color } from "../render/color.ts";
import type { RGBImage } from "../render/image.ts";
import { drawFlag, drawGrid, drawWalker, INK } from "./figures.ts";

const CELL = 64;
const ROWS = 4;
const COLUMNS = 12;
const GRASS: Color = [196, 216, 158];
const EDGE: Color = [172, 194, 130];
const ROCK: Color = [168, 124, 82];
const FISSURE: Color = [126, 90, 58];
const ABYSS: Color = [74, 70, 78];

/**
 * Draws the cliff, laid out as Gymnasium does, with figures of our own: 768 × 256.
 *
 * @param state where the walker is: 12 · row + column
 */
export function drawCliffWalking(state: number): RGBImage {
  const canvas = new Canvas(COLUMNS * CELL, ROWS * CELL, GRASS);
  drawGrid(canvas, CELL, CELL, 4, EDGE);

  // The cliff: rock from the edge of the grass down into the dark.
  const top = (ROWS - 1) * CELL;
  const left = CELL, width = (COLUMNS - 2) * CELL;
  canvas.rectangle(left, top, width, CELL, ROCK);
  canvas.rectangle(left, top, width, 4, INK);
  for (let column = 1; column < COLUMNS - 1; column++) {
    const x = column * CELL;
    const lean = column % 2 === 0 ? 6 : -5;
    canvas.outline(
      [[x + 18, top + 4], [x + 22 + lean, top + 18], [x + 19, top + 36]],
      FISSURE,
      3,
      false,
    );
    canvas.outline([[x + 46, top + 12], [x + 43 - lean, top + 30]], FISSURE, 3, false);
    canvas.polygon(
      [
        [x, top + 50],
        [x + 16, top + 42],
        [x + 34, top + 51],
        [x + 50, top + 43],
        [x + CELL, top + 50],
        [x + CELL, top + CELL],
        [x, top + CELL],
      ],
      ABYSS,
    );
  }
  canvas.rectangle(left, top, 4, CELL, INK);
  canvas.rectangle(left + width - 4, top, 4, CELL, INK);

  canvas.text(8, top + 8, "S", INK, 15);
  const goal = (COLUMNS - 1) * CELL;
  canvas.text(goal + 8, top + 8, "G", INK, 15);
  drawFlag(canvas, goal + 30, top + 54, 34);

  const row = Math.floor(state / COLUMNS), column = state % COLUMNS;
  drawWalker(canvas, (column + 0.5) * CELL, (row + 0.5) * CELL + 2, 48);
  return canvas.image();
}

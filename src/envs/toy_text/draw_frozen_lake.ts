/**
 * The picture of FrozenLake.
 *
 * @module
 */

import { Canvas } from "../render/canvas.ts";
import type { Color } from "../render/color.ts";
import type { RGBImage } from "../render/image.ts";
import { drawFlag, drawGrid, drawHead, drawWalker, INK } from "./figures.ts";

/** A tile's side in pixels, and that of the largest picture, where tiles of large lakes shrink. */
const TILE = 64;
const LARGEST = 512;
const ICE: Color = [198, 224, 242];
const EDGE: Color = [174, 205, 230];
const WATER: Color = [92, 138, 190];
const DEPTH: Color = [70, 112, 164];
const WAVE: Color = [130, 170, 214];

/**
 * Draws the lake, laid out as Gymnasium does, with figures of our own: 64 × 64 a tile, 512 × 512 at
 * most. Who has fallen into a hole looks out of it.
 *
 * @param desc the map's rows
 * @param state where the walker is: row · columns + column
 */
export function drawFrozenLake(desc: readonly string[], state: number): RGBImage {
  const rows = desc.length, columns = desc[0].length;
  const canvas = new Canvas(
    Math.min(TILE * columns, LARGEST),
    Math.min(TILE * rows, LARGEST),
    ICE,
  );
  const width = canvas.width / columns, height = canvas.height / rows;
  const unit = Math.min(width, height) / TILE;
  drawGrid(canvas, width, height, 4 * unit, EDGE);

  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const left = column * width, top = row * height;
      const letter = desc[row][column];
      if (letter === "H") drawHole(canvas, left, top, width, height, unit);
      if (letter === "S" || letter === "G") {
        canvas.text(left + 6 * unit, top + 6 * unit, letter, INK, 15 * unit);
      }
      if (letter === "G") drawFlag(canvas, left + 0.4 * width, top + 0.88 * height, 34 * unit);
    }
  }

  const row = Math.floor(state / columns), column = state % columns;
  const x = (column + 0.5) * width, y = (row + 0.5) * height;
  if (desc[row][column] === "H") {
    drawHead(canvas, x, y + 8 * unit, unit);
    canvas.rectangle(x - 11 * unit, y + 4 * unit, 22 * unit, 6 * unit, WATER);
  } else {
    drawWalker(canvas, x, y + 2 * unit, 48 * unit);
  }
  return canvas.image();
}

/** Water with a broken edge. */
function drawHole(
  canvas: Canvas,
  left: number,
  top: number,
  width: number,
  height: number,
  unit: number,
): void {
  const hole = (shrink: number) =>
    ([[12, 18], [22, 9], [44, 11], [55, 22], [53, 44], [43, 55], [20, 54], [9, 42]] as const).map(
      ([x, y]) =>
        [
          left + (32 + (x - 32) * shrink) / TILE * width,
          top + (32 + (y - 32) * shrink) / TILE * height,
        ] as const,
    );
  canvas.polygon(hole(1), DEPTH);
  canvas.polygon(hole(0.87), WATER);
  for (const [x, y] of [[18, 26], [34, 46]]) {
    canvas.rectangle(
      left + x / TILE * width,
      top + y / TILE * height,
      12 * unit,
      2.5 * unit,
      WAVE,
    );
  }
}

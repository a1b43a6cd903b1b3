/**
 * Pictures of boards, as MinAtar shows them: a cell has the colour of the highest channel that has a
 * one there, and is black where none has.
 *
 * @module
 */

import type { RGBImage } from "../render/image.ts";
import { SIDE } from "./rules.ts";

/** A cell's width and height in pixels. */
const CELL = 32;

/**
 * The colour of channel `index` out of `count`: MinAtar takes as many as there are, evenly spaced, from
 * the 256 colours of matplotlib's `cubehelix`, which leads from black to white by way of all hues
 * (D. A. Green, "A colour scheme for the display of astronomical intensity images", 2011, equation 2,
 * with start 0.5, rotations -1.5, hue 1, gamma 1).
 *
 * @returns red, green and blue, 0 to 255
 */
export function channelColor(index: number, count: number): [number, number, number] {
  const lightness = Math.floor(256 * (index + 1) / (count + 1)) / 255;
  const angle = 2 * Math.PI * (0.5 / 3 - 1.5 * lightness);
  const amplitude = lightness * (1 - lightness) / 2;
  const byte = (cosine: number, sine: number): number => {
    const part = lightness + amplitude * (cosine * Math.cos(angle) + sine * Math.sin(angle));
    return Math.round(255 * Math.min(Math.max(part, 0), 1));
  };
  return [byte(-0.14861, 1.78277), byte(-0.29227, -0.90649), byte(1.97294, 0)];
}

/**
 * A board's picture.
 *
 * @param board 10 × 10 × channels zeros and ones
 * @param channels how many channels
 */
export function drawBoard(board: Uint8Array, channels: number): RGBImage {
  const side = SIDE * CELL;
  const data = new Uint8Array(3 * side * side);
  for (let cell = 0; cell < SIDE * SIDE; cell++) {
    let channel = channels - 1;
    while (channel >= 0 && board[cell * channels + channel] === 0) channel--;
    if (channel < 0) continue;
    const color = channelColor(channel, channels);
    const corner = (Math.floor(cell / SIDE) * side + cell % SIDE) * CELL;
    for (let y = 0; y < CELL; y++) {
      for (let x = 0; x < CELL; x++) data.set(color, 3 * (corner + y * side + x));
    }
  }
  return { width: side, height: side, data };
}

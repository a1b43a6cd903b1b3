/**
 * Pictures of environments.
 *
 * @module
 */

export { Canvas, type Color, type Point } from "./canvas.ts";
export type { RGBImage } from "./image.ts";

/**
 * Pictures of environments.
 *
 * @module
 */

export type { RGBImage } from "./image.ts";

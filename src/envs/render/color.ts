/**
 * Colours of pictures.
 *
 * @module
 */

/** A colour: red, green and blue, 0 to 255 each. */
export type Color = readonly [red: number, green: number, blue: number];

/** (0, 0, 0). */
export const BLACK: Color = [0, 0, 0];
/** (255, 255, 255). */
export const WHITE: Color = [255, 255, 255];

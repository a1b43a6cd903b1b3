/**
 * Grey values of RGB pictures.
 *
 * @module
 */

/** Writes the grey values of `rgb`, three bytes a pixel, into `gray`, one a pixel. */
export type Grayscale = (rgb: Uint8Array, gray: Uint8Array) => void;

/**
 * As OpenCV's `cvtColor` with `COLOR_RGB2GRAY`: 0.299 R + 0.587 G + 0.114 B in units of 2^-15,
 * rounded to the nearest. Equal for all 2^24 colours.
 */
export function openCvGrayscale(rgb: Uint8Array, gray: Uint8Array): void {
  for (let i = 0, k = 0; i < gray.length; i++, k += 3) {
    gray[i] = 9798 * rgb[k] + 19235 * rgb[k + 1] + 3735 * rgb[k + 2] + 16384 >> 15;
  }
}

/**
 * As the Arcade Learning Environment's grey palette: 0.2989 R + 0.587 G + 0.114 B, rounded to the
 * nearest. Equal for all 128 colours of the Atari 2600, NTSC and PAL.
 */
export function aleGrayscale(rgb: Uint8Array, gray: Uint8Array): void {
  // Pictures have long runs of one colour.
  let red = 0, green = 0, blue = 0, value = 0;
  for (let i = 0, k = 0; i < gray.length; i++, k += 3) {
    if (rgb[k] !== red || rgb[k + 1] !== green || rgb[k + 2] !== blue) {
      red = rgb[k];
      green = rgb[k + 1];
      blue = rgb[k + 2];
      value = Math.floor(0.2989 * red + 0.587 * green + 0.114 * blue + 0.5);
    }
    gray[i] = value;
  }
}

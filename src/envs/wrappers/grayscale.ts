/**
 * Grey values of RGB pictures: from `rgb`, three bytes a pixel, to `gray`, one a pixel.
 *
 * @module
 */

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
 * As the Arcade Learning Environment's grey palettes: 0.2989 R + 0.587 G + 0.114 B, rounded to the
 * nearest. Equal for all 128 colours of the NTSC palette, and for the 97 of PAL's 128 that its games
 * have shown.
 */
export function aleGrayscale(rgb: Uint8Array, gray: Uint8Array): void {
  for (let i = 0, k = 0; i < gray.length; i++, k += 3) {
    gray[i] = 0.2989 * rgb[k] + 0.587 * rgb[k + 1] + 0.114 * rgb[k + 2] + 0.5 | 0;
  }
}

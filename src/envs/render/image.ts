/**
 * An image: what `render()` returns.
 *
 * @module
 */

/** An RGB image, as Gymnasium's `rgb_array`: height × width × 3 bytes. */
export interface RGBImage {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Red, green and blue of each pixel, row by row from the top: `3 * width * height` bytes. */
  readonly data: Uint8Array;
}

/**
 * A picture, as this room's formats take it.
 *
 * @module
 */

/** An RGB picture; an environment's `render()` returns one. */
export interface Picture {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Red, green and blue of each pixel, row by row from the top. */
  readonly data: Uint8Array;
}

/**
 * Throws unless a picture is one.
 *
 * @param picture what to look at
 * @param what what to call it in errors
 */
export function checkPicture(picture: Picture, what: string): void {
  const { width, height, data } = picture;
  for (const [name, size] of Object.entries({ width, height })) {
    // 65,535 is what GIF's header can hold, and far more than any picture here has.
    if (!Number.isSafeInteger(size) || size < 1 || size > 65_535) {
      throw new RangeError(`${what}: ${name} must be an integer from 1 to 65535, got ${size}`);
    }
  }
  if (!(data instanceof Uint8Array) || data.length !== 3 * width * height) {
    throw new RangeError(
      `${what}: data must be a Uint8Array of 3 * ${width} * ${height} bytes, ` +
        `got ${data instanceof Uint8Array ? `${data.length} bytes` : typeof data}`,
    );
  }
}

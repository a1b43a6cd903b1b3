/**
 * Animations as GIF.
 *
 * The encoder is modern-gif: typed, maintained, MIT, plain TypeScript with one dependency of its own,
 * and it keeps of each picture only what differs from the one before. It is loaded when it is first
 * needed.
 *
 * @module
 */

/** A picture: red, green and blue of each pixel, row by row from the top. */
export interface Picture {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** `3 * width * height` bytes. */
  readonly data: Uint8Array;
}

/** How an animation is shown. */
export interface GifOptions {
  /** Pictures a second, 1 to 100; GIF counts time in hundredths of a second, so 30 becomes 33. */
  readonly fps: number;
  /** How often it is shown, 0 for ever, the default. */
  readonly loops?: number;
}

/** Colours of a picture: GIF has 256, one of which stands for "as before". */
const COLORS = 255;
/** GIF's shortest time that viewers do not take for another. */
const LEAST_DELAY = 10;

/**
 * Encodes pictures of one size as an animated GIF.
 *
 * @param pictures One or more.
 * @param options How fast and how often.
 * @returns The file's bytes.
 * @throws {RangeError} When there is no picture, sizes differ, or fps is out of range.
 */
export async function encodeGif(
  pictures: readonly Picture[],
  { fps, loops = 0 }: GifOptions,
): Promise<Uint8Array> {
  if (pictures.length === 0) throw new RangeError("a GIF needs at least one picture, got none");
  if (!(fps >= 1 && fps <= 100)) throw new RangeError(`fps must be from 1 to 100, got ${fps}`);
  const [{ width, height }] = pictures;
  for (const [i, picture] of pictures.entries()) {
    const { data } = picture;
    if (
      picture.width !== width || picture.height !== height || data.length !== 3 * width * height
    ) {
      throw new RangeError(
        `all pictures of a GIF must have one size: the first is ${width} × ${height}, picture ${i} ` +
          `is ${picture.width} × ${picture.height} with ${data.length} bytes`,
      );
    }
  }
  const delay = Math.max(LEAST_DELAY, 10 * Math.round(100 / fps));
  const { encode } = await import("modern-gif");
  const file = await encode({
    width,
    height,
    maxColors: COLORS,
    looped: true,
    loopCount: loops,
    frames: pictures.map(({ data }) => ({ data: withAlpha(data), delay })),
  });
  return new Uint8Array(file as ArrayBuffer);
}

/** Three bytes a pixel as four. */
function withAlpha(data: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const pixels = data.length / 3;
  const wide = new Uint8ClampedArray(4 * pixels);
  for (let i = 0; i < pixels; i++) {
    wide[4 * i] = data[3 * i];
    wide[4 * i + 1] = data[3 * i + 1];
    wide[4 * i + 2] = data[3 * i + 2];
    wide[4 * i + 3] = 255;
  }
  return wide;
}

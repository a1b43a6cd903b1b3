/**
 * What tests of layers on pictures share: pictures as PyTorch has them, [batch, channels, height,
 * width], into a buffer's image and out of it.
 */

import { line4, origin4, type Picture, picture4, pixel4 } from "../../src/nn/pictures.ts";

/** For each number of a batch of pictures, in PyTorch's order, where it lies; `at` counts vec4s. */
export function pictureIndices(picture: Picture, at: number, batch: number): Uint32Array {
  const { height, width, channels } = picture;
  const indices = new Uint32Array(batch * channels * height * width);
  let next = 0;
  for (let row = 0; row < batch; row++) {
    const start = at + row * picture4(picture) + origin4(picture);
    for (let channel = 0; channel < channels; channel++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          indices[next++] = 4 * (start + y * line4(picture) + x * pixel4(picture)) + channel;
        }
      }
    }
  }
  return indices;
}

/** Puts a batch of pictures into an image. */
export function setPictures(
  image: Float32Array | Uint8Array,
  at: number,
  picture: Picture,
  data: ArrayLike<number>,
): void {
  const batch = data.length / (picture.height * picture.width * picture.channels);
  pictureIndices(picture, at, batch).forEach((place, i) => image[place] = data[i]);
}

/** The reverse. */
export function getPictures(
  image: Float32Array,
  at: number,
  picture: Picture,
  batch: number,
): Float32Array {
  return Float32Array.from(pictureIndices(picture, at, batch), (place) => image[place]);
}

/** The largest difference as a share of the largest number wanted. */
export function relativeDistance(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (got.length !== wanted.length) {
    throw new Error(`${got.length} numbers against ${wanted.length}`);
  }
  let [off, most] = [0, 0];
  for (let i = 0; i < got.length; i++) {
    const each = Math.abs(got[i] - wanted[i]);
    if (!(each <= off)) off = each;
    most = Math.max(most, Math.abs(wanted[i]));
  }
  return off === 0 ? 0 : off / most;
}

/**
 * Pictures as PNG files.
 *
 * Encoded by fast-png (MIT, with types, maintained; on fflate and iobuffer, plain JavaScript all of it).
 *
 * @module
 */

import { encode } from "fast-png";
import { checkPicture, type Picture } from "./picture.ts";

/**
 * Encodes a picture, without loss.
 *
 * @param picture what to encode
 * @returns the bytes of a PNG file
 */
export function encodePng(picture: Picture): Uint8Array {
  checkPicture(picture, "PNG: the picture");
  const { width, height, data } = picture;
  return encode({ width, height, data, channels: 3, depth: 8 });
}

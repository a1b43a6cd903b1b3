/**
 * Observations that are pictures, drawn for people: what an agent sees of an environment that draws
 * nothing itself.
 *
 * @module
 */

import type { Observation } from "../agent/spaces.ts";
import type { Space } from "../envs/env.ts";
import type { RGBImage } from "../envs/render/image.ts";
import { Box } from "../envs/spaces/box.ts";

/** Height or width that a small picture is enlarged to, at least. */
const LEAST_SIDE = 250;

/**
 * How observations of a space are drawn; undefined when they are no pictures: bytes in the shape
 * [height, width], or [height, width, planes] with one plane of grey or three of red, green and blue.
 */
export function observationPicture(
  space: Space<Observation>,
): ((observation: Observation) => RGBImage) | undefined {
  if (!(space instanceof Box) || space.dtype !== "uint8") return undefined;
  const [height, width, planes = 1, ...rest] = space.shape;
  const isPicture = rest.length === 0 && height > 1 && width > 1 && (planes === 1 || planes === 3);
  return isPicture ? (observation) => enlarged(observation, height, width, planes) : undefined;
}

function enlarged(
  observation: Observation,
  height: number,
  width: number,
  planes: number,
): RGBImage {
  const scale = Math.ceil(LEAST_SIDE / Math.max(height, width));
  const data = new Uint8Array(3 * scale * width * scale * height);
  for (let y = 0, to = 0; y < scale * height; y++) {
    const row = Math.floor(y / scale) * width;
    for (let x = 0; x < scale * width; x++) {
      const pixel = planes * (row + Math.floor(x / scale));
      for (let color = 0; color < 3; color++) {
        data[to++] = observation[pixel + (planes === 3 ? color : 0)];
      }
    }
  }
  return { width: scale * width, height: scale * height, data };
}

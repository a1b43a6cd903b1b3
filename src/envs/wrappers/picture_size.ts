/**
 * The check that observations are pictures.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { Box } from "../spaces/box.ts";
import type { PictureSize } from "./area_resize.ts";
import { envName } from "./wrapper.ts";

/**
 * Height, width and channels of an environment's observations, which must be pictures of bytes.
 *
 * @param who the wrapper that asks, for the error
 * @param env the environment
 * @param channels how many bytes a pixel may have; of 1 the axis is left out
 */
export function pictureSize(
  who: string,
  env: Env<Uint8Array, unknown>,
  channels: readonly (1 | 3)[],
): PictureSize & { readonly channels: number } {
  const space: unknown = env.observationSpace;
  if (space instanceof Box && space.dtype === "uint8") {
    const [height, width, own = 1] = space.shape;
    const axes = own === 1 ? 2 : 3;
    const isWhole = space.low.every((bound: number) => bound === 0) &&
      space.high.every((bound: number) => bound === 255);
    if (
      space.shape.length === axes && channels.includes(own as 1 | 3) && space.size > 0 && isWhole
    ) {
      return { height, width, channels: own };
    }
  }
  const shapes = channels.map((own) => own === 1 ? "[height, width]" : `[height, width, ${own}]`);
  throw new TypeError(
    `${who}: the observations of ${
      envName(env)
    } must be pictures, a uint8 Box from 0 to 255 of shape ${
      shapes.join(" or ")
    }, got ${space}; convert them by TransformObservation first`,
  );
}

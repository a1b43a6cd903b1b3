/**
 * What tests ask of pictures.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { RGBImage } from "../../../src/envs/mod.ts";

/** The colour in a column and a row. */
export function pixel({ width, data }: RGBImage, x: number, y: number): number[] {
  const at = 3 * (Math.floor(y) * width + Math.floor(x));
  return [...data.subarray(at, at + 3)];
}

/** The pixels of exactly one colour: how many, and their borders; `right` and `bottom` are outside. */
export interface Area {
  count: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Where a colour is. */
export function areaOf({ width, data }: RGBImage, color: readonly number[]): Area {
  const area = { count: 0, left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== color[0] || data[i + 1] !== color[1] || data[i + 2] !== color[2]) continue;
    const x = i / 3 % width, y = Math.floor(i / 3 / width);
    area.count++;
    area.left = Math.min(area.left, x);
    area.top = Math.min(area.top, y);
    area.right = Math.max(area.right, x + 1);
    area.bottom = Math.max(area.bottom, y + 1);
  }
  return area;
}

/** In how many pixels two pictures of one size differ within a rectangle, or at all. */
export function differences(
  one: RGBImage,
  other: RGBImage,
  [left, top, right, bottom]: readonly number[] = [0, 0, one.width, one.height],
): number {
  let count = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = 3 * (y * one.width + x);
      const same = one.data[at] === other.data[at] && one.data[at + 1] === other.data[at + 1] &&
        one.data[at + 2] === other.data[at + 2];
      if (!same) count++;
    }
  }
  return count;
}

/** Checks that two pictures are the same; `assert.deepEqual` takes long for so many bytes. */
export function assertSamePicture(one: RGBImage, other: RGBImage, what?: string): void {
  assert.deepEqual([one.width, one.height], [other.width, other.height], what);
  assert.equal(one.data.length, other.data.length, what);
  assert.equal(differences(one, other), 0, what);
}

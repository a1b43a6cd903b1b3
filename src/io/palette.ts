/**
 * Which colours an indexed picture gets: its own where they fit, else the nearest of a good choice.
 *
 * @module
 */

import { nearestColorIndex as nearestIndex, quantize as chooseColors } from "gifenc";

/** Red, green and blue, 0 to 255. */
export type Rgb = [red: number, green: number, blue: number];

/** Colours, and where each colour of a picture is found among them. */
export interface Palette {
  /** The colours. */
  readonly colors: Rgb[];
  /** For each colour of the picture, as 0xRRGGBB, the index of what stands for it. */
  readonly places: ReadonlyMap<number, number>;
  /** Whether every colour stands for itself. */
  readonly isExact: boolean;
}

// gifenc comes without types.
const quantize = chooseColors as (rgba: Uint8Array, count: number) => Rgb[];
const nearest = nearestIndex as (colors: Rgb[], color: Rgb) => number;

/**
 * How many of the commonest colours stay exact where there are too many: large areas of one colour
 * would show what the quantiser rounds.
 */
const KEPT_COLORS = 64;

/**
 * Chooses colours. Those that are too many are chosen by gifenc's quantiser: pairwise nearest neighbour
 * clustering, on 5 or 6 bits a channel.
 *
 * @param counts how many pixels have each colour, which is given as 0xRRGGBB
 * @param most how many colours there may be, over {@linkcode KEPT_COLORS}
 */
export function choosePalette(counts: ReadonlyMap<number, number>, most: number): Palette {
  if (counts.size <= most) {
    const keys = [...counts.keys()];
    return {
      colors: keys.map(fromKey),
      places: new Map(keys.map((key, i) => [key, i])),
      isExact: true,
    };
  }
  const byCount = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const colors = byCount.slice(0, KEPT_COLORS).map(([key]) => fromKey(key));
  const places = new Map(byCount.slice(0, KEPT_COLORS).map(([key], i) => [key, i]));
  const rest = byCount.slice(KEPT_COLORS);
  colors.push(...quantize(pixels(rest), most - KEPT_COLORS));
  // Colours that differ by less than 8 in each channel go to the same place: there may be 200,000.
  const binPlaces = new Map<number, number>();
  for (const [key] of rest) {
    const bin = key & 0xf8f8f8;
    let place = binPlaces.get(bin);
    if (place === undefined) {
      place = nearest(colors, fromKey(bin | 0x040404));
      binPlaces.set(bin, place);
    }
    places.set(key, place);
  }
  return { colors, places, isExact: false };
}

function fromKey(key: number): Rgb {
  return [key >> 16, key >> 8 & 255, key & 255];
}

/** Colours as pixels in RGBA, each as often as it is found. */
function pixels(counts: readonly (readonly [key: number, count: number])[]): Uint8Array {
  const rgba = new Uint8Array(4 * counts.reduce((sum, [, count]) => sum + count, 0));
  let at = 0;
  for (const [key, count] of counts) {
    for (let i = 0; i < count; i++) {
      rgba[at++] = key >> 16;
      rgba[at++] = key >> 8 & 255;
      rgba[at++] = key & 255;
      rgba[at++] = 255;
    }
  }
  return rgba;
}

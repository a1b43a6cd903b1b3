/**
 * Animations as GIF files.
 *
 * The bytes are written by gifenc (MIT, 9 KB, no dependencies), picture by picture, so that a long
 * animation takes no more memory than its file. modern-gif 2.1.0 is younger, has types and makes files
 * smaller by two fifths; but on 165 pictures of LunarLander it took twenty times as long (41 ms a picture
 * against 2), kept 1 MB of memory for each, had one palette for all (three quarters of the pixels off
 * by up to 14, against 0.2 % by up to 8), and its promise stays pending when encoding fails. omggif
 * 1.0.10 chooses no colours.
 *
 * A picture after the first holds only the rectangle in which pixels changed, and those that did not
 * are transparent. Up to 255 colours of changed pixels are kept exactly.
 *
 * @module
 */

import { GIFEncoder as createEncoder } from "gifenc";
import { choosePalette, type Rgb } from "./palette.ts";
import { checkPicture, type Picture } from "./picture.ts";

export type { Picture } from "./picture.ts";

/** How an animation is shown. */
export interface GifOptions {
  /**
   * Pictures a second, 30 if left out. GIF counts in hundredths of a second, and viewers slow down
   * what is faster than 50: of more pictures some are left out, so that time runs right.
   */
  readonly fps?: number;
  /** How often it is played, 0 (the default) for ever. */
  readonly loop?: number;
}

/** The part of gifenc that is used; it comes without types. */
interface Encoder {
  writeFrame(indexes: Uint8Array, width: number, height: number, options: {
    palette?: Rgb[];
    delay: number;
    repeat: number;
    transparent: boolean;
    transparentIndex: number;
    dispose: number;
  }): void;
  finish(): void;
  bytes(): Uint8Array;
  bytesView(): Uint8Array;
}

const newEncoder = createEncoder as () => Encoder;

/** The palette's index that stands for "as it was"; arrays of indexes begin with it. */
const UNCHANGED = 0;
/** Where the colours begin. */
const FIRST_COLOR = 1;
/** How many there may be. */
const MOST_COLORS = 255;
/** Bytes of a picture before its left and top: the graphic control extension, and one that says "picture". */
const BYTES_BEFORE_PLACE = 8 + 1;
/** The least time that viewers show a picture, in hundredths of a second. */
const LEAST_DELAY = 2;

/** A part of a picture. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** An animation that grows picture by picture. */
export class GifWriter {
  readonly #encoder = newEncoder();
  readonly #fps: number;
  readonly #repeat: number;
  #width = 0;
  #height = 0;
  /** The last picture, to see what changes. */
  #shown = new Uint8Array(0);
  /** The first picture's colours, which later ones may use for free. */
  #common: ReadonlyMap<number, number> = new Map();
  /** Pictures given, those left out included. */
  #count = 0;
  /** The next picture that is not left out. */
  #next = 0;
  #finished: Uint8Array | undefined;

  /**
   * Begins an animation.
   *
   * @param options how fast it is, and how often it is played
   */
  constructor(options: GifOptions = {}) {
    const { fps = 30, loop = 0 } = options;
    if (!(fps >= 0.01 && fps <= 1000)) {
      throw new RangeError(`GIF: fps must be from 0.01 to 1000, got ${fps}`);
    }
    if (!Number.isSafeInteger(loop) || loop < 0 || loop > 65_535) {
      throw new RangeError(`GIF: loop must be an integer from 0 to 65535, got ${loop}`);
    }
    this.#fps = fps;
    // gifenc counts repetitions: -1 for none, 0 for ever.
    this.#repeat = loop === 0 ? 0 : loop === 1 ? -1 : loop - 1;
  }

  /** Pictures so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds a picture.
   *
   * @param picture of the same size as the others
   */
  add(picture: Picture): void {
    if (this.#finished !== undefined) {
      throw new Error("GIF: no picture can be added after finish()");
    }
    checkPicture(picture, `GIF: picture ${this.#count}`);
    const { width, height, data } = picture;
    const isFirst = this.#count === 0;
    if (isFirst) {
      this.#width = width;
      this.#height = height;
      this.#shown = new Uint8Array(data.length);
    } else if (width !== this.#width || height !== this.#height) {
      throw new RangeError(
        `GIF: picture ${this.#count} is ${width} × ${height}, but the first is ` +
          `${this.#width} × ${this.#height}: all must be of one size`,
      );
    }
    const delay = this.#delay(this.#count++);
    if (delay === 0) return;

    const { box, counts } = this.#survey(data, isFirst);
    let palette: Rgb[] | undefined;
    let places = this.#common;
    if (isFirst || !counts.keys().every((color) => places.has(color))) {
      const chosen = choosePalette(counts, MOST_COLORS);
      palette = [[0, 0, 0], ...chosen.colors];
      places = chosen.places;
      // Only exact ones, or a later picture would get a colour that is merely near.
      if (isFirst && chosen.isExact) this.#common = places;
    }
    const start = this.#encoder.bytesView().length;
    this.#encoder.writeFrame(this.#index(data, isFirst, box, places), box.width, box.height, {
      palette,
      delay: 10 * delay,
      repeat: this.#repeat,
      transparent: !isFirst,
      transparentIndex: UNCHANGED,
      // Leave each picture in place, for the next to be drawn over.
      dispose: 1,
    });
    if (!isFirst) {
      // gifenc puts every picture at the upper left; this says where it belongs.
      const { left, top } = box;
      const place = [left & 255, left >> 8, top & 255, top >> 8];
      this.#encoder.bytesView().set(place, start + BYTES_BEFORE_PLACE);
    }
    this.#shown.set(data);
  }

  /**
   * Ends the animation.
   *
   * @returns the file; the same again when called again
   */
  finish(): Uint8Array {
    if (this.#count === 0) {
      throw new RangeError("GIF: there must be at least one picture, got none");
    }
    if (this.#finished === undefined) {
      this.#encoder.finish();
      this.#finished = this.#encoder.bytes();
    }
    return this.#finished;
  }

  /** How long a picture stays, in hundredths of a second; 0 for one to leave out. */
  #delay(index: number): number {
    if (index < this.#next) return 0;
    const begin = (i: number) => Math.round(100 * i / this.#fps);
    let next = index + 1;
    while (begin(next) - begin(index) < LEAST_DELAY) next++;
    this.#next = next;
    return begin(next) - begin(index);
  }

  /** Where pixels have changed, and how many have which colour, as 0xRRGGBB. */
  #survey(data: Uint8Array, isFirst: boolean): { box: Box; counts: Map<number, number> } {
    const counts = new Map<number, number>();
    const shown = this.#shown;
    const width = this.#width;
    let left = width, right = -1, top = -1, bottom = -1;
    let last = -1;
    let run = 0;
    for (let y = 0, at = 0; y < this.#height; y++) {
      for (let x = 0; x < width; x++, at += 3) {
        const red = data[at], green = data[at + 1], blue = data[at + 2];
        if (
          !isFirst && red === shown[at] && green === shown[at + 1] && blue === shown[at + 2]
        ) continue;
        if (x < left) left = x;
        if (x > right) right = x;
        if (top < 0) top = y;
        bottom = y;
        const color = red << 16 | green << 8 | blue;
        // Neighbours mostly have the same colour: count them together.
        if (color !== last) {
          if (run > 0) counts.set(last, (counts.get(last) ?? 0) + run);
          last = color;
          run = 0;
        }
        run++;
      }
    }
    // GIF has no empty picture: where nothing has changed, it is one pixel.
    if (run === 0) return { box: { left: 0, top: 0, width: 1, height: 1 }, counts };
    counts.set(last, (counts.get(last) ?? 0) + run);
    return { box: { left, top, width: right + 1 - left, height: bottom + 1 - top }, counts };
  }

  /** The index of each pixel in a part of the picture. */
  #index(
    data: Uint8Array,
    isFirst: boolean,
    box: Box,
    places: ReadonlyMap<number, number>,
  ): Uint8Array {
    const shown = this.#shown;
    const indexes = new Uint8Array(box.width * box.height);
    let last = -1;
    let index = UNCHANGED;
    for (let row = 0, pixel = 0; row < box.height; row++) {
      let at = 3 * ((box.top + row) * this.#width + box.left);
      for (let column = 0; column < box.width; column++, at += 3, pixel++) {
        const red = data[at], green = data[at + 1], blue = data[at + 2];
        if (
          !isFirst && red === shown[at] && green === shown[at + 1] && blue === shown[at + 2]
        ) continue;
        const color = red << 16 | green << 8 | blue;
        if (color !== last) {
          last = color;
          index = FIRST_COLOR + places.get(color)!;
        }
        indexes[pixel] = index;
      }
    }
    return indexes;
  }
}

/**
 * An animation.
 *
 * @param pictures all of one size, at least one
 * @param options how fast it is, and how often it is played
 * @returns the bytes of a GIF file
 */
export function encodeGif(pictures: Iterable<Picture>, options: GifOptions = {}): Uint8Array {
  const writer = new GifWriter(options);
  for (const picture of pictures) writer.add(picture);
  return writer.finish();
}

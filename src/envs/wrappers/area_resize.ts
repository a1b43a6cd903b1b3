/**
 * Shrinks pictures by area interpolation, as OpenCV does.
 *
 * @module
 */

/** Height, width and how many numbers a pixel has. */
export interface PictureSize {
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
}

/** Which source pixels a target pixel is made of along an axis, and with which weights. */
interface Taps {
  /** How many each has, at least 3; where one has fewer, weights of 0 fill up. */
  readonly count: number;
  readonly index: Int32Array;
  readonly weight: Float32Array;
}

/** What part of a pixel is too little to count. */
const SLIVER = 1e-3;

/**
 * Makes a picture smaller: a new pixel is the mean of the area that it covers, pixels partly
 * covered counting in part. Equal bit for bit to OpenCV's `resize` with `INTER_AREA` for bytes
 * (compared with OpenCV 5.0.0 on x86-64): sums in single precision, along rows first, in OpenCV's
 * order, rounded to the nearest byte, halves to the even one; whole factors in integers.
 *
 * Enlarging, where OpenCV falls back on another method, is refused.
 */
export class AreaResize {
  readonly #from: PictureSize;
  readonly #to: PictureSize;
  readonly #channels: number;
  /** The factors by which both sides shrink, where those are whole. */
  readonly #factors: readonly [rows: number, columns: number] | undefined;
  readonly #rows: Taps;
  readonly #columns: Taps;
  /** All 256 products of each column weight, in single precision: looking up beats multiplying. */
  readonly #products: Float32Array;
  /** Where in the products those of each column tap begin. */
  readonly #tables: Int32Array;
  /** The source's rows made narrower. */
  readonly #narrow: Float32Array;

  /**
   * Works out the weights.
   *
   * @param who the wrapper, for the error
   * @param from the size of pictures given
   * @param to the size to make them, no larger
   * @param channels how many bytes a pixel has
   */
  constructor(who: string, from: PictureSize, to: PictureSize, channels: number) {
    for (const side of ["height", "width"] as const) {
      if (!Number.isSafeInteger(to[side]) || to[side] < 1 || to[side] > from[side]) {
        throw new RangeError(
          `${who}: the new ${side} must be an integer from 1 to the observation's ${
            from[side]
          }, got ${to[side]}`,
        );
      }
    }
    this.#from = from;
    this.#to = to;
    this.#channels = channels;
    const rows = from.height / to.height, columns = from.width / to.width;
    this.#factors = Number.isInteger(rows) && Number.isInteger(columns)
      ? [rows, columns]
      : undefined;
    this.#rows = makeTaps(from.height, to.height, 1);
    this.#columns = makeTaps(from.width, to.width, channels);
    const weights = [...new Set(this.#columns.weight)];
    this.#products = Float32Array.from(
      { length: 256 * weights.length },
      (_, i) => weights[i >> 8] * (i & 255),
    );
    this.#tables = Int32Array.from(
      this.#columns.weight,
      (weight) => 256 * weights.indexOf(weight),
    );
    this.#narrow = new Float32Array(from.height * to.width * channels);
  }

  /** How many bytes a new picture has. */
  get size(): number {
    return this.#to.height * this.#to.width * this.#channels;
  }

  /**
   * Makes a picture smaller.
   *
   * @param picture rows of pixels, from the top
   * @returns the smaller picture, a fresh array
   */
  resize(picture: Uint8Array): Uint8Array {
    if (this.#factors !== undefined) return this.#byFactors(picture, ...this.#factors);
    this.#makeNarrow(picture);
    const target = new Uint8Array(this.size);
    // Rounds as OpenCV does: to the nearest, halves to the even one, and into the range.
    const rounding = new Uint8ClampedArray(target.buffer);
    const { count, index, weight } = this.#rows;
    const narrow = this.#narrow;
    const width = this.#to.width * this.#channels;
    const { fround } = Math;
    for (let tap = 0, begin = 0; begin < target.length; tap += count, begin += width) {
      // Most often there are three taps.
      const row0 = index[tap] * width, row1 = index[tap + 1] * width, row2 = index[tap + 2] * width;
      const weight0 = weight[tap], weight1 = weight[tap + 1], weight2 = weight[tap + 2];
      for (let x = 0; x < width; x++) {
        let sum = fround(
          fround(fround(weight0 * narrow[row0 + x]) + fround(weight1 * narrow[row1 + x])) +
            fround(weight2 * narrow[row2 + x]),
        );
        for (let k = 3; k < count; k++) {
          sum = fround(sum + fround(weight[tap + k] * narrow[index[tap + k] * width + x]));
        }
        rounding[begin + x] = sum;
      }
    }
    return target;
  }

  /** Makes all rows narrower. */
  #makeNarrow(picture: Uint8Array): void {
    const { count, index } = this.#columns;
    const products = this.#products, tables = this.#tables, narrow = this.#narrow;
    const width = this.#to.width * this.#channels;
    const stride = this.#from.width * this.#channels;
    const { fround } = Math;
    for (let begin = 0, row = 0; begin < narrow.length; begin += width, row += stride) {
      for (let x = 0, tap = 0; x < width; x++, tap += count) {
        let sum = fround(
          fround(
            products[tables[tap] + picture[row + index[tap]]] +
              products[tables[tap + 1] + picture[row + index[tap + 1]]],
          ) + products[tables[tap + 2] + picture[row + index[tap + 2]]],
        );
        for (let k = tap + 3; k < tap + count; k++) {
          sum = fround(sum + products[tables[k] + picture[row + index[k]]]);
        }
        narrow[begin + x] = sum;
      }
    }
  }

  #byFactors(picture: Uint8Array, rows: number, columns: number): Uint8Array {
    const target = new Uint8Array(this.size);
    const rounding = new Uint8ClampedArray(target.buffer);
    const channels = this.#channels;
    const stride = this.#from.width * channels;
    const share = Math.fround(1 / (rows * columns));
    let i = 0;
    for (let y = 0; y < this.#to.height; y++) {
      for (let x = 0; x < this.#to.width; x++) {
        for (let channel = 0; channel < channels; channel++, i++) {
          let sum = 0;
          const corner = y * rows * stride + x * columns * channels + channel;
          for (let row = 0; row < rows; row++) {
            for (let column = 0; column < columns; column++) {
              sum += picture[corner + row * stride + column * channels];
            }
          }
          // OpenCV rounds halves up for two by two, else to the even one.
          if (rows === 2 && columns === 2) target[i] = sum + 2 >> 2;
          else rounding[i] = Math.fround(sum * share);
        }
      }
    }
    return target;
  }
}

/** The taps along an axis of `from` pixels that becomes one of `to`, for each channel. */
function makeTaps(from: number, to: number, channels: number): Taps {
  // By the inverse of the inverse, as OpenCV has it: from / to may differ in the last bit.
  const scale = 1 / (to / from);
  const taps: (readonly [index: number, weight: number])[][] = [];
  for (let i = 0; i < to; i++) {
    const begin = i * scale, end = begin + scale;
    const length = Math.min(scale, from - begin);
    const last = Math.min(Math.floor(end), from - 1);
    const first = Math.min(Math.ceil(begin), last);
    const own: (readonly [number, number])[] = [];
    if (first - begin > SLIVER) own.push([first - 1, (first - begin) / length]);
    for (let k = first; k < last; k++) own.push([k, 1 / length]);
    if (end - last > SLIVER) own.push([last, Math.min(end - last, 1, length) / length]);
    taps.push(own);
  }
  const count = Math.max(3, ...taps.map((own) => own.length));
  const index = new Int32Array(to * channels * count);
  const weight = new Float32Array(to * channels * count);
  taps.forEach((own, i) => {
    for (let channel = 0; channel < channels; channel++) {
      for (let k = 0; k < count; k++) {
        const [source, share] = own[k] ?? [own[0][0], 0];
        index[(i * channels + channel) * count + k] = source * channels + channel;
        weight[(i * channels + channel) * count + k] = share;
      }
    }
  });
  return { count, index, weight };
}

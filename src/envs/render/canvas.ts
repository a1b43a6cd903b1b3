/**
 * A canvas: filled polygons, lines, circles and text with smooth edges, in memory.
 *
 * A rasteriser of our own, for none on npm serves. Needed is one that draws at once (`render()` is
 * synchronous), in Deno without a permission and in a browser's worker. pureimage 0.4.20 smooths
 * edges only sideways (a row that is half covered comes out full), reads its fonts from files, and
 * wants a DOM canvas in browsers; canvas-renderer 2.2.1 gives its picture as a PNG alone, through
 * Node's zlib, and has no lines; @thi.ng/rasterize 1.0.192 does not smooth; resvg and CanvasKit in
 * WebAssembly start asynchronously and weigh 2 and 7 MB; the rest are native add-ons, which need
 * `--allow-ffi`.
 *
 * @module
 */

import type { Color } from "./color.ts";
import { ADVANCE, CAP_HEIGHT, glyph, STROKE } from "./font.ts";
import type { RGBImage } from "./image.ts";

export type { Color } from "./color.ts";

/** A place on the canvas in pixels; fractions allowed. */
export type Point = readonly [x: number, y: number];

/** How far a circle's polygon may be from the circle, in pixels. */
const FLATNESS = 0.05;

/**
 * Where coverage is gathered before it is painted: all zero between calls, and shared, since drawing
 * never waits. A cell holds what changes of the row's coverage from there on, so that the sum of a
 * row up to a pixel is the share of that pixel which is covered.
 */
let changes = new Float32Array(0);

/**
 * A picture being drawn. The pixel in column i and row j is the square from (i, j) to (i + 1, j + 1),
 * y points down, and what lies outside is left away. A pixel that a shape covers in part takes its
 * colour in exactly that part.
 */
export class Canvas {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  readonly #data: Uint8Array;
  // What the shape that is being gathered may have touched.
  #top = Infinity;
  #bottom = 0;
  #left = Infinity;
  #right = 0;

  /**
   * Makes a canvas of one colour.
   *
   * @param width pixels in a row
   * @param height rows
   * @param background the colour of all pixels
   */
  constructor(width: number, height: number, background: Color) {
    for (const size of [width, height]) {
      if (!Number.isSafeInteger(size) || size < 1) {
        throw new RangeError(`Canvas: a side must be an integer of at least 1, got ${size}`);
      }
    }
    this.width = width;
    this.height = height;
    this.#data = new Uint8Array(3 * width * height);
    this.#data.set(background);
    for (let done = 3; done < this.#data.length; done *= 2) this.#data.copyWithin(done, 0, done);
    const cells = (width + 1) * height;
    if (changes.length < cells) changes = new Float32Array(cells);
  }

  /** The picture as it is now; later drawing does not change it. */
  image(): RGBImage {
    return { width: this.width, height: this.height, data: this.#data.slice() };
  }

  /**
   * A filled polygon. Where it crosses itself, what any part encloses is filled.
   *
   * @param points its corners, in order
   * @param color its colour
   */
  polygon(points: readonly Point[], color: Color): void {
    this.#gather(points);
    this.#paint(color);
  }

  /**
   * A line along corners, with round corners.
   *
   * @param points the corners, in order
   * @param color the line's colour
   * @param width the line's width in pixels
   * @param closed whether it goes on from the last corner to the first
   */
  outline(points: readonly Point[], color: Color, width = 1, closed = true): void {
    const count = points.length;
    for (let i = 0; i < (closed ? count : count - 1); i++) {
      this.#gatherLine(points[i], points[(i + 1) % count], width);
    }
    // Lines of one pixel meet well enough without a disc between them.
    if (width > 1.5) {
      for (let i = closed ? 0 : 1; i < (closed ? count : count - 1); i++) {
        this.#gather(circlePoints(points[i][0], points[i][1], width / 2));
      }
    }
    this.#paint(color);
  }

  /**
   * A straight line with flat ends.
   *
   * @param x0 where it starts
   * @param y0 where it starts
   * @param x1 where it ends
   * @param y1 where it ends
   * @param color its colour
   * @param width its width in pixels
   */
  line(x0: number, y0: number, x1: number, y1: number, color: Color, width = 1): void {
    this.#gatherLine([x0, y0], [x1, y1], width);
    this.#paint(color);
  }

  /**
   * A filled circle.
   *
   * @param x its centre
   * @param y its centre
   * @param radius its radius in pixels
   * @param color its colour
   */
  circle(x: number, y: number, radius: number, color: Color): void {
    this.polygon(circlePoints(x, y, radius), color);
  }

  /**
   * A filled rectangle.
   *
   * @param x its left edge
   * @param y its upper edge
   * @param width its width
   * @param height its height
   * @param color its colour
   */
  rectangle(x: number, y: number, width: number, height: number, color: Color): void {
    const right = x + width;
    const bottom = y + height;
    this.polygon([[x, y], [right, y], [right, bottom], [x, bottom]], color);
  }

  /**
   * A line of text: letters without accents, digits and common signs, drawn with strokes.
   *
   * @param x where it starts
   * @param y the upper edge of its capitals
   * @param text what to write; unknown characters are written as boxes
   * @param color its colour
   * @param size the height of a capital in pixels
   */
  text(x: number, y: number, text: string, color: Color, size: number): void {
    const unit = size / CAP_HEIGHT;
    const width = STROKE * unit;
    // The strokes' outer edges, not their middles, are to keep within the size.
    const scale = (size - width) / CAP_HEIGHT;
    let left = x + width / 2;
    const top = y + width / 2;
    for (const character of text) {
      for (const stroke of glyph(character)) {
        const points = stroke.map(([u, v]): Point => [left + scale * u, top + scale * v]);
        for (let i = 1; i < points.length; i++) this.#gatherLine(points[i - 1], points[i], width);
        for (const [u, v] of points) this.#gather(circlePoints(u, v, width / 2));
      }
      left += ADVANCE * unit;
    }
    this.#paint(color);
  }

  /** A line as a rectangle. */
  #gatherLine([x0, y0]: Point, [x1, y1]: Point, width: number): void {
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length === 0) return;
    const across = width / 2 / length;
    const dx = (y0 - y1) * across;
    const dy = (x1 - x0) * across;
    this.#gather([[x0 + dx, y0 + dy], [x1 + dx, y1 + dy], [x1 - dx, y1 - dy], [x0 - dx, y0 - dy]]);
  }

  /** Adds a polygon's coverage to what is going to be painted. */
  #gather(points: readonly Point[]): void {
    // All shapes gathered together go round the same way, so that none takes away from another.
    let area = 0;
    for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
      area += points[j][0] * points[i][1] - points[i][0] * points[j][1];
    }
    // A place that is no number, or infinite, has no picture.
    if (!Number.isFinite(area)) return;
    const turn = area < 0 ? -1 : 1;
    for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
      this.#gatherEdge(points[j][0], points[j][1], points[i][0], points[i][1], turn);
    }
  }

  /** Cuts an edge into rows. */
  #gatherEdge(x0: number, y0: number, x1: number, y1: number, turn: number): void {
    if (y0 > y1) return this.#gatherEdge(x1, y1, x0, y0, -turn);
    const top = Math.max(y0, 0);
    const bottom = Math.min(y1, this.height);
    if (top >= bottom) return;
    const firstRow = Math.floor(top);
    const endRow = Math.ceil(bottom);
    this.#top = Math.min(this.#top, firstRow);
    this.#bottom = Math.max(this.#bottom, endRow);

    const slope = (x1 - x0) / (y1 - y0);
    let x = x0 + (top - y0) * slope;
    let y = top;
    for (let row = firstRow; row < endRow; row++) {
      const nextY = Math.min(row + 1, bottom);
      const nextX = x0 + (nextY - y0) * slope;
      this.#gatherPiece(row * (this.width + 1), x, nextX, turn * (nextY - y));
      x = nextX;
      y = nextY;
    }
  }

  /**
   * Adds a piece of an edge that lies within one row and is `height` high: every pixel to its right
   * gains `height` of coverage, and those that it crosses the part that lies to its right.
   */
  #gatherPiece(row: number, xa: number, xb: number, height: number): void {
    const start = Math.min(xa, xb);
    const end = Math.max(xa, xb);
    const left = Math.min(Math.max(start, 0), this.width);
    const right = Math.min(Math.max(end, 0), this.width);
    const first = Math.floor(left);
    if (first < this.#left) this.#left = first;
    if (right > this.#right) this.#right = right;

    if (end - start < 1e-6 || right <= 0 || left >= this.width) {
      this.#change(row, first, height, left - first);
      return;
    }
    const perPixel = height / (end - start);
    if (start < 0) changes[row] += perPixel * -start;
    for (let cell = first; cell < right; cell++) {
      const from = Math.max(left, cell);
      const to = Math.min(right, cell + 1);
      this.#change(row, cell, perPixel * (to - from), (from + to) / 2 - cell);
    }
  }

  /** What an edge of `height` does that stands `offset` right of a cell's left side. */
  #change(row: number, cell: number, height: number, offset: number): void {
    changes[row + cell] += height * (1 - offset);
    if (cell < this.width) changes[row + cell + 1] += height * offset;
  }

  /** Paints what was gathered, and clears it away. */
  #paint([red, green, blue]: Color): void {
    const data = this.#data;
    const end = Math.min(Math.floor(this.#right) + 1, this.width);
    for (let y = this.#top; y < this.#bottom; y++) {
      let cell = y * (this.width + 1) + this.#left;
      let at = 3 * (y * this.width + this.#left);
      let sum = 0;
      for (let x = this.#left; x < end; x++, cell++, at += 3) {
        if (changes[cell] !== 0) {
          sum += changes[cell];
          changes[cell] = 0;
        }
        const coverage = Math.abs(sum);
        if (coverage > 0.999) {
          data[at] = red;
          data[at + 1] = green;
          data[at + 2] = blue;
        } else if (coverage > 0.001) {
          data[at] += Math.round((red - data[at]) * coverage);
          data[at + 1] += Math.round((green - data[at + 1]) * coverage);
          data[at + 2] += Math.round((blue - data[at + 2]) * coverage);
        }
      }
      changes[cell] = 0;
    }
    this.#top = this.#left = Infinity;
    this.#bottom = this.#right = 0;
  }
}

/** A circle as a polygon of the same area. */
function circlePoints(x: number, y: number, radius: number): Point[] {
  const count = Math.max(8, Math.ceil(Math.PI * Math.sqrt(radius / 2 / FLATNESS)));
  const turn = 2 * Math.PI / count;
  const reach = radius * Math.sqrt(turn / Math.sin(turn));
  const points: Point[] = [];
  for (let i = 0; i < count; i++) {
    points.push([x + reach * Math.cos(i * turn), y + reach * Math.sin(i * turn)]);
  }
  return points;
}

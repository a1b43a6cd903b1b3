import assert from "node:assert/strict";
import { Canvas, type Color, type Point } from "../../../src/envs/render/canvas.ts";
import { textWidth } from "../../../src/envs/render/font.ts";
import { areaOf, differences, pixel } from "./pixels.ts";

const BLACK: Color = [0, 0, 0];
const WHITE: Color = [255, 255, 255];

/** The area that was painted white on black, from the pixels' grey. */
function paintedArea(canvas: Canvas): number {
  const { data } = canvas.image();
  let sum = 0;
  for (let i = 0; i < data.length; i += 3) sum += data[i] / 255;
  return sum;
}

function assertNear(actual: number, wanted: number, most: number, what: string): void {
  assert.ok(Math.abs(actual - wanted) <= most, `${what}: ${actual}, wanted ${wanted}`);
}

/** How much of [a, b] lies in the pixel from i to i + 1. */
function overlap(a: number, b: number, i: number): number {
  return Math.max(0, Math.min(b, i + 1) - Math.max(a, i));
}

Deno.test("canvas: a rectangle colours each pixel by the part of it that it covers", () => {
  for (
    const [x, y, width, height] of [
      [2, 3, 4, 5],
      [1.25, 2.5, 3, 1.75],
      [4.1, 4.2, 0.3, 0.4], // within one pixel
      [0.9, 5.7, 1.2, 0.6], // across four
      [-3.3, -1.6, 7, 4.2], // over the upper left corner
      [6.4, 7.6, 9, 9], // over the lower right one
      [-5, -5, 30, 30], // all over
    ]
  ) {
    const canvas = new Canvas(10, 12, BLACK);
    canvas.rectangle(x, y, width, height, WHITE);
    const image = canvas.image();
    for (let row = 0; row < 12; row++) {
      for (let column = 0; column < 10; column++) {
        const wanted = overlap(x, x + width, column) * overlap(y, y + height, row);
        const [red] = pixel(image, column, row);
        assertNear(red, 255 * wanted, 0.76, `[${x}, ${y}, ${width}, ${height}]: ${column}, ${row}`);
      }
    }
  }
});

Deno.test("canvas: half covered pixels are half of the colour and half of what was there", () => {
  const canvas = new Canvas(3, 1, [10, 200, 100]);
  canvas.rectangle(1.5, 0, 5, 1, [210, 0, 100]);
  assert.deepEqual([...canvas.image().data], [10, 200, 100, 110, 100, 100, 210, 0, 100]);
});

Deno.test("canvas: a triangle has its area, whichever way round, and its diagonal is halves", () => {
  const corners: Point[] = [[1, 1], [9, 1], [1, 9]];
  for (const points of [corners, corners.toReversed()]) {
    const canvas = new Canvas(10, 10, BLACK);
    canvas.polygon(points, WHITE);
    assertNear(paintedArea(canvas), 32, 0.02, "area");
    const image = canvas.image();
    for (let i = 1; i < 9; i++) assert.deepEqual(pixel(image, i, 9 - i), [128, 128, 128]);
    assert.deepEqual(pixel(image, 1, 1), [255, 255, 255]);
    assert.deepEqual(pixel(image, 8, 8), [0, 0, 0]);
  }
  const flat = new Canvas(30, 30, BLACK);
  flat.polygon([[2.3, 4.1], [27.7, 9.9], [11.2, 25.4]], WHITE);
  const area = ((27.7 - 2.3) * (25.4 - 4.1) - (11.2 - 2.3) * (9.9 - 4.1)) / 2;
  assertNear(paintedArea(flat), area, 0.2, "area");
});

Deno.test("canvas: both halves of a polygon that crosses itself are filled", () => {
  const canvas = new Canvas(12, 10, BLACK);
  canvas.polygon([[1, 1], [11, 9], [11, 1], [1, 9]], WHITE);
  // Only in the pixels of the crossing do the two take away from one another.
  assertNear(paintedArea(canvas), 40, 0.5, "area");
  assert.deepEqual(pixel(canvas.image(), 2, 5), [255, 255, 255]);
  assert.deepEqual(pixel(canvas.image(), 9, 5), [255, 255, 255]);
  assert.deepEqual(pixel(canvas.image(), 6, 1), [0, 0, 0]);
});

Deno.test("canvas: circles have their area and are round", () => {
  for (const [x, y, radius] of [[10, 10, 8], [9.3, 10.8, 6.5], [10.5, 10.5, 0.4], [10, 10, 2]]) {
    const canvas = new Canvas(20, 20, BLACK);
    canvas.circle(x, y, radius, WHITE);
    const area = Math.PI * radius ** 2;
    assertNear(paintedArea(canvas), area, 0.05 + 0.001 * area, `radius ${radius}`);
    const image = canvas.image();
    for (let row = 0; row < 20; row++) {
      for (let column = 0; column < 20; column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        const [red] = pixel(image, column, row);
        if (distance < radius - 0.8) assert.equal(red, 255, `${column}, ${row}`);
        if (distance > radius + 0.8) assert.equal(red, 0, `${column}, ${row}`);
      }
    }
  }
});

Deno.test("canvas: lines are as long and as wide as they should be, in every direction", () => {
  for (let degrees = 0; degrees < 360; degrees += 15) {
    const turn = degrees / 180 * Math.PI;
    for (const width of [1, 2.5, 7]) {
      const canvas = new Canvas(60, 60, BLACK);
      const dx = 20 * Math.cos(turn), dy = 20 * Math.sin(turn);
      canvas.line(30 - dx, 30 - dy, 30 + dx, 30 + dy, WHITE, width);
      assertNear(paintedArea(canvas), 40 * width, 0.5, `${degrees}°, ${width} wide`);
    }
  }
  const sharp = new Canvas(8, 8, BLACK);
  sharp.line(1, 3.5, 7, 3.5, WHITE);
  assert.deepEqual(areaOf(sharp.image(), WHITE), {
    count: 6,
    left: 1,
    top: 3,
    right: 7,
    bottom: 4,
  });
  const nothing = new Canvas(8, 8, BLACK);
  nothing.line(3, 3, 3, 3, WHITE, 4);
  assert.equal(paintedArea(nothing), 0);
});

Deno.test("canvas: outlines are open or closed, and their corners are round", () => {
  const corners: Point[] = [[5, 5], [25, 5], [25, 25], [5, 25]];
  const draw = (closed: boolean) => {
    const canvas = new Canvas(30, 30, BLACK);
    canvas.outline(corners, WHITE, 4, closed);
    return canvas;
  };
  // Four sides, less the corners that they share, and a quarter of a disc outside of each.
  const corner = Math.PI;
  assertNear(paintedArea(draw(true)), 4 * 80 - 4 * 4 + 4 * corner, 0.5, "closed");
  assertNear(paintedArea(draw(false)), 4 * 60 - 2 * 4 + 2 * corner, 0.5, "open");
  assert.deepEqual(pixel(draw(true).image(), 5, 15), [255, 255, 255]);
  assert.deepEqual(pixel(draw(false).image(), 5, 15), [0, 0, 0]);
  assert.deepEqual(pixel(draw(true).image(), 15, 15), [0, 0, 0], "it is not filled");
});

Deno.test("canvas: what is beyond the borders is left away and changes nothing within", () => {
  const large = new Canvas(90, 90, [9, 9, 9]);
  const small = new Canvas(30, 30, [9, 9, 9]);
  const draw = (canvas: Canvas, d: number) => {
    canvas.polygon([[d - 20, d - 10], [d + 55, d + 3.3], [d + 14.2, d + 48]], [200, 0, 0]);
    canvas.circle(d - 2.4, d + 12, 7.3, [0, 200, 0]);
    canvas.circle(d + 31, d + 30.5, 9.1, [0, 0, 200]);
    canvas.line(d - 25, d + 28, d + 50, d - 17, [200, 200, 0], 3.5);
    canvas.outline([[d - 9, d + 4], [d + 39, d + 9], [d + 8, d - 12]], [0, 200, 200], 2);
    canvas.text(d - 7, d + 20, "beyond 10%", [250, 250, 250], 9);
    canvas.rectangle(d + 40, d - 20, 9, 9, WHITE);
    canvas.rectangle(d - 29, d + 5, 9, 9, WHITE);
    canvas.rectangle(d + 3, d + 33, 9, 9, WHITE);
  };
  draw(large, 30);
  draw(small, 0);
  const [whole, part] = [large.image(), small.image()];
  for (let y = 0; y < 30; y++) {
    for (let x = 0; x < 30; x++) {
      pixel(whole, x + 30, y + 30).forEach((value, i) =>
        assertNear(pixel(part, x, y)[i], value, 1, `${x}, ${y}`)
      );
    }
  }
  assert.ok(areaOf(part, [9, 9, 9]).count < 700);
});

Deno.test("canvas: a place that is no number has no picture, and later shapes are not disturbed", () => {
  const canvas = new Canvas(20, 20, BLACK);
  canvas.polygon([[NaN, 1], [9, 1], [1, 9]], WHITE);
  canvas.circle(Infinity, 4, 3, WHITE);
  canvas.line(2, 2, 9, -Infinity, WHITE, 3);
  canvas.polygon([], WHITE);
  canvas.polygon([[3, 3], [9, 9]], WHITE);
  assert.equal(paintedArea(canvas), 0);
  canvas.rectangle(5, 5, 3, 3, WHITE);
  assert.deepEqual(areaOf(canvas.image(), WHITE), {
    count: 9,
    left: 5,
    top: 5,
    right: 8,
    bottom: 8,
  });
});

Deno.test("canvas: a picture is a copy, and two canvases do not disturb one another", () => {
  const one = new Canvas(6, 4, BLACK), other = new Canvas(60, 40, [1, 2, 3]);
  const before = one.image();
  one.rectangle(1, 1, 2, 2, WHITE);
  other.rectangle(10, 10, 2.5, 2, WHITE);
  assert.equal(areaOf(before, WHITE).count, 0);
  assert.equal(differences(before, one.image()), 4);
  assert.equal(areaOf(other.image(), WHITE).count, 4);
  assert.equal(areaOf(other.image(), [1, 2, 3]).count, 60 * 40 - 6);
  const { width, height, data } = one.image();
  assert.deepEqual([width, height, data.length], [6, 4, 72]);
});

Deno.test("canvas: text keeps within its height and width, and characters differ", () => {
  const size = 24;
  for (const text of ["H", "W", "USABLE ACE", "R2", "0123456789"]) {
    const canvas = new Canvas(300, 60, BLACK);
    canvas.text(10, 12, text, WHITE, size);
    const { data } = canvas.image();
    let left = Infinity, right = 0, top = Infinity, bottom = 0;
    for (let i = 0; i < data.length; i += 3) {
      if (data[i] < 8) continue;
      const x = i / 3 % 300, y = Math.floor(i / 900);
      left = Math.min(left, x), right = Math.max(right, x + 1);
      top = Math.min(top, y), bottom = Math.max(bottom, y + 1);
    }
    assert.deepEqual([left, top, bottom], [10, 12, 12 + size], text);
    assertNear(right, 10 + textWidth(text, size), 1, text);
  }
  assert.equal(textWidth("", size), 0);

  const all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;!?'\"-+=_/%()<>*~";
  const pictures = new Set([...all].map((character) => {
    const canvas = new Canvas(24, 40, BLACK);
    canvas.text(2, 2, character, WHITE, 24);
    assert.ok(paintedArea(canvas) > 4, character);
    return canvas.image().data.join();
  }));
  // 0 and O, which the stroke font tells apart by nothing, are one picture.
  assert.equal(pictures.size, all.length - 1);
});

Deno.test("canvas: unknown characters are boxes, a space is nothing", () => {
  const draw = (text: string) => {
    const canvas = new Canvas(40, 40, BLACK);
    canvas.text(2, 2, text, WHITE, 24);
    return canvas;
  };
  assert.deepEqual(draw("ä").image(), draw("漢").image());
  assert.ok(paintedArea(draw("ä")) > 100);
  assert.equal(paintedArea(draw(" ")), 0);
});

Deno.test("canvas: bad sizes are errors", () => {
  for (const side of [0, -4, 2.5, NaN, Infinity]) {
    for (const [width, height] of [[side, 8], [8, side]]) {
      assert.throws(() => new Canvas(width, height, BLACK), {
        name: "RangeError",
        message: `Canvas: a side must be an integer of at least 1, got ${side}`,
      });
    }
  }
  const smallest = new Canvas(1, 1, BLACK);
  smallest.circle(0.5, 0.5, 9, WHITE);
  assert.deepEqual([...smallest.image().data], [255, 255, 255]);
});

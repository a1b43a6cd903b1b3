/** Tests of GIF files, read again by a decoder of our own. @module */

import assert from "node:assert/strict";
import { make } from "../../src/envs/mod.ts";
import { encodeGif, GifWriter, type Picture } from "../../src/io/gif.ts";
import { type DecodedGif, decodeGif } from "./gif_decoder.ts";

/** A picture by what each pixel's colour is. */
function picture(
  width: number,
  height: number,
  color: (x: number, y: number) => readonly [number, number, number],
): Picture {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(color(x, y), 3 * (y * width + x));
  }
  return { width, height, data };
}

/** A red dot of 2 × 2 on blue. */
function dot(left: number, top: number): Picture {
  return picture(40, 30, (x, y) => {
    const isDot = x >= left && x < left + 2 && y >= top && y < top + 2;
    return isDot ? [255, 0, 0] : [0, 0, 200];
  });
}

/** The largest difference of a channel between what was given and what is shown, for each picture. */
function errors(gif: DecodedGif, pictures: readonly Picture[]): number[] {
  assert.equal(gif.frames.length, pictures.length);
  return pictures.map(({ data }, i) => {
    assert.equal(data.length, gif.frames[i].data.length);
    return data.reduce((most, value, at) => {
      return Math.max(most, Math.abs(value - gif.frames[i].data[at]));
    }, 0);
  });
}

Deno.test("gif: pictures of few colours come back exactly, and only what changed is written", () => {
  const pictures = [dot(5, 7), dot(6, 7), dot(6, 7), dot(30, 20)];
  const gif = decodeGif(encodeGif(pictures, { fps: 25 }));
  assert.deepEqual([gif.width, gif.height, gif.loop], [40, 30, 0]);
  assert.deepEqual(errors(gif, pictures), [0, 0, 0, 0]);
  assert.deepEqual(gif.frames.map(({ box }) => box), [
    [0, 0, 40, 30],
    [5, 7, 3, 2],
    [0, 0, 1, 1],
    [6, 7, 26, 15],
  ]);
  assert.deepEqual(gif.frames.map(({ delay }) => delay), [4, 4, 4, 4]);
});

Deno.test("gif: a single pixel, one picture", () => {
  const pictures = [picture(1, 1, () => [1, 2, 3])];
  assert.deepEqual(errors(decodeGif(encodeGif(pictures)), pictures), [0]);
});

Deno.test("gif: colours that the first picture lacks", () => {
  const shade = (k: number) => picture(16, 16, (x, y) => [16 * x, 16 * y, k]);
  // 256 colours at first, one too many; then 16 changing ones in a corner.
  const corner = (k: number) =>
    picture(16, 16, (x, y) => x < 4 && y < 4 ? [k + x, y, k] : [9, 9, 9]);
  const pictures = [corner(0), corner(100), corner(0), corner(200)];
  assert.deepEqual(errors(decodeGif(encodeGif(pictures)), pictures), [0, 0, 0, 0]);
  const many = [shade(0), shade(0), picture(16, 16, (x, y) => [16 * x, 16 * y, x < 2 ? 77 : 0])];
  const found = errors(decodeGif(encodeGif(many)), many);
  assert(found[0] > 0 && found[0] <= 16, `${found}`);
  // What did not change stays as it was; what did is among few colours, and exact.
  assert.equal(found[1], found[0]);
  assert.equal(found[2], found[0]);
});

Deno.test("gif: random pixels, which no table holds for long", () => {
  let seed = 1;
  const random = () => seed = seed * 48271 % 2147483647;
  const gray = () => {
    const value = random() % 200;
    return [value, value, value] as const;
  };
  const pictures = [1, 2, 3].map(() => picture(97, 61, gray));
  assert.deepEqual(errors(decodeGif(encodeGif(pictures)), pictures), [0, 0, 0]);
});

Deno.test("gif: of many colours the commonest stay exact and the others near", () => {
  // Black, with a square of 64 × 64 different colours on it.
  const many = picture(
    200,
    100,
    (x, y) => x < 64 && y < 64 ? [4 * x, 4 * y, 2 * (x ^ y)] : [0, 0, 0],
  );
  const gif = decodeGif(encodeGif([many, many]));
  const { data } = gif.frames[0];
  assert.deepEqual([...data.subarray(3 * 100, 3 * 102)], [0, 0, 0, 0, 0, 0]);
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += Math.abs(data[i] - many.data[i]);
  const mean = sum / (3 * 64 * 64);
  assert(mean > 0 && mean < 12, `mean error ${mean}`);
  assert.equal(gif.frames[1].box[2], 1);
});

Deno.test("gif: environments' pictures come back as they were", () => {
  const env = make("CartPole-v1");
  env.reset({ seed: 1 });
  const pictures = [env.render!()];
  for (let i = 0; i < 5; i++) {
    env.step(i % 2);
    pictures.push(env.render!());
  }
  const bytes = encodeGif(pictures, { fps: env.renderFps });
  assert.deepEqual(errors(decodeGif(bytes), pictures), [0, 0, 0, 0, 0, 0]);
  assert(bytes.length < 12_000, `${bytes.length} bytes`);
});

Deno.test("gif: time runs right at any rate", () => {
  const delays = (fps: number, count: number) => {
    const pictures = Array.from({ length: count }, (_, i) => dot(i % 30, 0));
    return decodeGif(encodeGif(pictures, { fps })).frames.map(({ delay }) => delay);
  };
  assert.deepEqual(delays(50, 4), [2, 2, 2, 2]);
  assert.deepEqual(delays(30, 6), [3, 4, 3, 3, 4, 3]);
  assert.deepEqual(delays(0.5, 2), [200, 200]);
  // More than 50 can't be shown: some are left out, the whole takes as long.
  assert.deepEqual(delays(100, 6), [2, 2, 2]);
  const sixty = delays(60, 60);
  assert(sixty.length >= 40 && sixty.every((delay) => delay >= 2), `${sixty}`);
  assert.equal(sixty.reduce((sum, delay) => sum + delay), 100);
});

Deno.test("gif: how often it is played", () => {
  for (const loop of [0, 1, 2, 7]) {
    assert.equal(decodeGif(encodeGif([dot(0, 0)], { loop })).loop, loop);
  }
});

Deno.test("gif: a picture may be changed after it has been added", () => {
  const writer = new GifWriter();
  const first = dot(3, 3);
  writer.add(first);
  first.data.fill(7);
  writer.add(dot(3, 3));
  assert.equal(writer.count, 2);
  const bytes = writer.finish();
  assert.deepEqual(errors(decodeGif(bytes), [dot(3, 3), dot(3, 3)]), [0, 0]);
  assert.equal(writer.finish(), bytes);
  assert.throws(() => writer.add(dot(0, 0)), /no picture can be added after finish/);
});

Deno.test("gif: what is wrong is said", () => {
  assert.throws(() => encodeGif([]), /at least one picture, got none/);
  assert.throws(
    () => encodeGif([dot(0, 0), picture(4, 3, () => [0, 0, 0])]),
    /picture 1 is 4 × 3, but the first is 40 × 30/,
  );
  assert.throws(
    () => encodeGif([{ width: 2, height: 2, data: new Uint8Array(16) }]),
    /picture 0: data must be a Uint8Array of 3 \* 2 \* 2 bytes, got 16 bytes/,
  );
  assert.throws(
    () => encodeGif([{ width: 0, height: 2, data: new Uint8Array(0) }]),
    /width must be an integer from 1 to 65535, got 0/,
  );
  for (const fps of [0, -1, NaN, Infinity]) {
    assert.throws(() => encodeGif([dot(0, 0)], { fps }), /fps must be from 0.01 to 1000/);
  }
  assert.throws(() => encodeGif([dot(0, 0)], { loop: 1.5 }), /loop must be an integer .* got 1.5/);
});

/** Tests of PNG files, read again by a decoder of our own. @module */

import assert from "node:assert/strict";
import { crc32, inflateSync } from "node:zlib";
import { encodePng } from "../../src/io/png.ts";

/** Reads an RGB picture of 8 bits a channel by the specification, every checksum with it. */
function decodePng(bytes: Uint8Array): { width: number; height: number; data: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  assert.deepEqual([...bytes.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  const packed: number[] = [];
  let width = 0, height = 0;
  let name = "";
  for (let at = 8; name !== "IEND";) {
    const length = view.getUint32(at);
    name = new TextDecoder().decode(bytes.subarray(at + 4, at + 8));
    const end = at + 8 + length;
    assert.equal(view.getUint32(end), crc32(bytes.subarray(at + 4, end)), `checksum of ${name}`);
    if (name === "IHDR") {
      width = view.getUint32(at + 8);
      height = view.getUint32(at + 12);
      // Eight bits, RGB, the one compression and filter method, not interlaced.
      assert.deepEqual([...bytes.subarray(at + 16, end)], [8, 2, 0, 0, 0]);
    }
    if (name === "IDAT") packed.push(...bytes.subarray(at + 8, end));
    at = end + 4;
    if (name === "IEND") assert.equal(at, bytes.length);
  }

  const rows = inflateSync(new Uint8Array(packed));
  const stride = 3 * width;
  assert.equal(rows.length, height * (stride + 1));
  const data = new Uint8Array(height * stride);
  const before = (y: number, x: number) => y < 0 || x < 0 ? 0 : data[y * stride + x];
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = before(y, x - 3), up = before(y - 1, x), corner = before(y - 1, x - 3);
      const guess = left + up - corner;
      const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      const predicted = [0, left, up, (left + up) >> 1, paeth][filter];
      data[y * stride + x] = rows[y * (stride + 1) + 1 + x] + predicted;
    }
  }
  return { width, height, data };
}

Deno.test("png: pictures come back exactly", () => {
  let seed = 1;
  for (const [width, height] of [[1, 1], [2, 3], [61, 47], [3, 300]]) {
    const data = Uint8Array.from({ length: 3 * width * height }, () => {
      seed = seed * 48271 % 2147483647;
      return seed;
    });
    const picture = { width, height, data };
    assert.deepEqual(decodePng(encodePng(picture)), picture);
  }
});

Deno.test("png: large areas of one colour pack well", () => {
  const picture = { width: 600, height: 400, data: new Uint8Array(720_000).fill(200) };
  const bytes = encodePng(picture);
  assert(bytes.length < 4000, `${bytes.length} bytes`);
  assert.deepEqual(decodePng(bytes), picture);
});

Deno.test("png: what is wrong is said", () => {
  assert.throws(
    () => encodePng({ width: 2, height: 2, data: new Uint8Array(16) }),
    /data must be a Uint8Array of 3 \* 2 \* 2 bytes, got 16 bytes/,
  );
  assert.throws(
    () => encodePng({ width: 2, height: 0.5, data: new Uint8Array(3) }),
    /height must be an integer from 1 to 65535, got 0.5/,
  );
});

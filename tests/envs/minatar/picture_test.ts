import assert from "node:assert/strict";
import { channelColor, drawBoard } from "../../../src/envs/minatar/picture.ts";

Deno.test("picture: colours are those of seaborn's cubehelix palette", () => {
  // By seaborn 0.13.2: (np.array(sns.color_palette("cubehelix", n)) * 255).round()
  const palettes = [[[22, 61, 78], [84, 121, 47], [208, 126, 147], [193, 202, 243]], [
    [26, 36, 65],
    [27, 97, 69],
    [105, 123, 48],
    [200, 123, 124],
    [205, 162, 224],
    [198, 225, 241],
  ], [[27, 30, 59], [22, 83, 76], [68, 119, 49], [161, 121, 74], [212, 132, 169], [198, 180, 238], [
    203,
    232,
    240,
  ]], [
    [25, 18, 43],
    [23, 52, 76],
    [24, 91, 72],
    [60, 118, 50],
    [126, 122, 54],
    [188, 121, 103],
    [212, 134, 175],
    [202, 169, 231],
    [194, 210, 243],
    [214, 240, 239],
  ]];
  for (const colors of palettes) {
    assert.deepEqual(colors.map((_, i) => channelColor(i, colors.length)), colors);
  }
});

Deno.test("picture: the highest channel is seen, in blocks of 32 × 32 pixels", () => {
  const board = new Uint8Array(10 * 10 * 4);
  board.set([1, 0, 1, 0], 4 * (10 * 2 + 7)); // cell (7, 2)
  const { width, height, data } = drawBoard(board, 4);
  assert.deepEqual([width, height], [320, 320]);
  const color = channelColor(2, 4);
  let colored = 0;
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    const x = pixel % width, y = Math.floor(pixel / width);
    const isIn = x >= 224 && x < 256 && y >= 64 && y < 96;
    if (data[i] !== (isIn ? color[i % 3] : 0)) assert.fail(`pixel (${x}, ${y}) is ${data[i]}`);
    if (isIn) colored++;
  }
  assert.equal(colored, 3 * 32 * 32);
});

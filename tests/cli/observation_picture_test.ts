/** Tests of observations drawn as pictures. @module */

import assert from "node:assert/strict";
import { observationPicture } from "../../src/cli/observation_picture.ts";
import { Box } from "../../src/envs/spaces/box.ts";

Deno.test("observation picture: grey pixels, enlarged", () => {
  const draw = observationPicture(new Box(0, 255, [84, 84], "uint8"))!;
  const observation = Uint8Array.from({ length: 84 * 84 }, (_, i) => i % 251);
  const { width, height, data } = draw(observation);
  assert.deepEqual([width, height, data.length], [252, 252, 3 * 252 * 252]);
  for (const [x, y] of [[0, 0], [2, 2], [3, 0], [100, 200], [251, 251]]) {
    const shade = observation[Math.floor(y / 3) * 84 + Math.floor(x / 3)];
    const at = 3 * (y * 252 + x);
    assert.deepEqual([...data.subarray(at, at + 3)], [shade, shade, shade], `${x}, ${y}`);
  }
});

Deno.test("observation picture: colours, and pictures that are large enough", () => {
  const small = observationPicture(new Box(0, 255, [2, 3, 3], "uint8"))!;
  const colors = Uint8Array.from({ length: 18 }, (_, i) => 10 * i);
  const { width, height, data } = small(colors);
  assert.deepEqual([width, height], [252, 168]);
  assert.deepEqual([...data.subarray(-3)], [150, 160, 170]);
  const large = observationPicture(new Box(0, 255, [210, 300, 1], "uint8"))!;
  assert.equal(large(new Uint8Array(210 * 300)).width, 300);
});

Deno.test("observation picture: none of what is no picture", () => {
  const spaces = [
    new Box(0, 1, [84, 84]),
    new Box(0, 255, [100], "uint8"),
    new Box(0, 1, [10, 10, 4], "uint8"),
    new Box(0, 255, [4, 84, 84], "uint8"),
    new Box(0, 255, [2, 2, 3, 1], "uint8"),
  ];
  for (const space of spaces) assert.equal(observationPicture(space), undefined, String(space));
});

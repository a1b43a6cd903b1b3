import assert from "node:assert/strict";
import { Uint8Source } from "../../src/envs/uint8_source.ts";

Deno.test("uint8_source: arrays are zeroed and none changes another", () => {
  const source = new Uint8Source(3);
  const arrays = Array.from({ length: 200 }, () => source.next());
  for (const array of arrays) assert.deepEqual(array, new Uint8Array(3));
  arrays.forEach((array, i) => array.fill(i));
  arrays.forEach((array, i) => assert.deepEqual([...array], [i, i, i]));
});

Deno.test("uint8_source: goes on after a buffer was transferred away", () => {
  const source = new Uint8Source(2);
  structuredClone(null, { transfer: [source.next().buffer as ArrayBuffer] });
  assert.deepEqual([...source.next()], [0, 0]);
});

import assert from "node:assert/strict";
import { Float32Source } from "../../src/envs/float32_source.ts";

Deno.test("float32_source: arrays are zeroed and none changes another", () => {
  const source = new Float32Source(3);
  const arrays = Array.from({ length: 200 }, () => source.next());
  for (const array of arrays) assert.deepEqual([...array], [0, 0, 0]);
  arrays.forEach((array, i) => array.fill(i));
  arrays.forEach((array, i) => assert.deepEqual([...array], [i, i, i]));
});

Deno.test("float32_source: goes on after a buffer was transferred away", () => {
  const source = new Float32Source(2);
  structuredClone(null, { transfer: [source.next().buffer as ArrayBuffer] });
  assert.deepEqual([...source.next()], [0, 0]);
});

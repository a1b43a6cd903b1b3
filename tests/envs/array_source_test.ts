import assert from "node:assert/strict";
import { ArraySource } from "../../src/envs/array_source.ts";

for (const Kind of [Float32Array, Uint8Array]) {
  Deno.test(`array_source: ${Kind.name}s are zeroed and none changes another`, () => {
    const source = new ArraySource<Float32Array | Uint8Array>(Kind, 3);
    const arrays = Array.from({ length: 200 }, () => source.next());
    for (const array of arrays) {
      assert.ok(array instanceof Kind);
      assert.deepEqual([...array], [0, 0, 0]);
    }
    arrays.forEach((array, i) => array.fill(i));
    arrays.forEach((array, i) => assert.deepEqual([...array], [i, i, i]));
  });

  Deno.test(`array_source: goes on after a buffer of ${Kind.name}s was transferred away`, () => {
    const source = new ArraySource<Float32Array | Uint8Array>(Kind, 2);
    structuredClone(null, { transfer: [source.next().buffer as ArrayBuffer] });
    assert.deepEqual([...source.next()], [0, 0]);
  });
}

/** Tests of the reference generator against published numbers. */

import assert from "node:assert/strict";
import { philox4x32 } from "./philox.ts";

Deno.test("reference philox: the known answers published with Random123", () => {
  // The philox4x32 10 lines of Random123's kat_vectors: counter, key, answer.
  const vectors = [
    "00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1",
  ];
  for (const vector of vectors) {
    const words = vector.split(" ").map((word) => parseInt(word, 16));
    assert.deepEqual(philox4x32(words.slice(0, 4), words.slice(4, 6)), words.slice(6));
  }
});

import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/numpy.json" with { type: "json" };
import { freshEntropy, generateState, seedToWords } from "../../../src/envs/rng/seed_sequence.ts";

Deno.test("seed_sequence: a seed's words are NumPy's", () => {
  for (const { seed, words } of recorded.seedSequence) {
    assert.deepEqual([...generateState(seedToWords(seed), words.length)], words, `seed ${seed}`);
  }
});

Deno.test("seed_sequence: entropy of any length is mixed as NumPy mixes it", () => {
  for (const { entropy, words } of recorded.entropy) {
    const actual = generateState(Uint32Array.from(entropy), words.length);
    assert.deepEqual([...actual], words, `entropy ${entropy}`);
  }
});

Deno.test("seed_sequence: a seed is cut into 32-bit words, lowest first", () => {
  assert.deepEqual([...seedToWords(0)], [0]);
  assert.deepEqual([...seedToWords(2 ** 32 - 1)], [2 ** 32 - 1]);
  assert.deepEqual([...seedToWords(2 ** 32 + 5)], [5, 1]);
});

Deno.test("seed_sequence: a seed that is no integer from 0 to 2^53 - 1 is refused", () => {
  for (const seed of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    assert.throws(() => seedToWords(seed), {
      name: "RangeError",
      message: `seed must be an integer from 0 to 2^53 - 1, got ${seed}`,
    });
  }
});

Deno.test("seed_sequence: fresh entropy is 128 bits and differs each time", () => {
  const first = freshEntropy(), second = freshEntropy();
  assert.equal(first.length, 4);
  assert.notDeepEqual([...first], [...second]);
});

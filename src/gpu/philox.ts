/**
 * Philox4x32-10 on the host: the same counter-based generator as shaders/lib/philox.wgsl.
 *
 * Four random words are a pure function of a counter and a key, so what is drawn follows from the
 * seed and from where in the run one is, and a resumed run needs no generator state.
 *
 * Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 */

/** What a draw is for; the second word of the key, so that no two uses share numbers. */
export const STREAMS = {
  init: 0,
  sample: 1,
  explore: 2,
  evaluate: 3,
  predict: 4,
  noise: 5,
  actingNoise: 6,
  taus: 7,
  environments: 8,
  evaluationEnvironments: 9,
} as const;

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const KEY_STEP_0 = 0x9e3779b9;
const KEY_STEP_1 = 0xbb67ae85;
const ROUNDS = 10;

/** High word of a 32 × 32 bit product. */
function multiplyHigh(a: number, b: number): number {
  const low = (a & 0xffff) * (b & 0xffff);
  const middle = (a >>> 16) * (b & 0xffff) + (low >>> 16);
  const carry = (a & 0xffff) * (b >>> 16) + (middle & 0xffff);
  return ((a >>> 16) * (b >>> 16) + (middle >>> 16) + (carry >>> 16)) >>> 0;
}

/** Splits a whole number below 2⁵³ into its low and high word. */
export function words(n: number): [low: number, high: number] {
  return [n >>> 0, Math.floor(n / 2 ** 32) >>> 0];
}

/**
 * Four random 32-bit words.
 *
 * @param counter Four words that say which draw.
 * @param key Two words: the seed and the stream.
 */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + KEY_STEP_0) >>> 0;
    k1 = (k1 + KEY_STEP_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** A word as a number in [0, 1). */
export function uniform(word: number): number {
  return word / 2 ** 32;
}

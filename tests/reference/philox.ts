/**
 * Philox4x32-10 with whole-number arithmetic as in the paper: no words to split, no carries to lose.
 *
 * Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 *
 * @module
 */

const WORD = 1n << 32n;

/**
 * The four words that belong to a counter and a key.
 *
 * @param counter Four 32-bit words.
 * @param key Two 32-bit words.
 */
export function philox4x32(counter: readonly number[], key: readonly number[]): number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const left = 0xD2511F53n * c0;
    const right = 0xCD9E8D57n * c2;
    [c0, c1, c2, c3] = [
      (right / WORD) ^ c1 ^ k0,
      right % WORD,
      (left / WORD) ^ c3 ^ k1,
      left % WORD,
    ];
    k0 = (k0 + 0x9E3779B9n) % WORD;
    k1 = (k1 + 0xBB67AE85n) % WORD;
  }
  return [c0, c1, c2, c3].map(Number);
}

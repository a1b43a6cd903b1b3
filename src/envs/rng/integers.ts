/**
 * Bounded integers as NumPy's `Generator.integers` draws them for 64-bit dtypes, which is what
 * Gymnasium's `Discrete` asks for: D. Lemire's multiply-and-reject method ("Fast Random Integer
 * Generation in an Interval", 2019) on 32-bit draws where the range allows it, else on 64-bit ones.
 *
 * @module
 */

import type { PCG64 } from "./pcg64.ts";

/**
 * A uniform integer from 0 to `n` - 1: NumPy's `Generator.integers(n)`.
 *
 * @param rng the generator to draw from; a range of one value draws nothing, as in NumPy
 * @param n how many values there are, 1 to 2^53 - 1
 */
export function integers(rng: PCG64, n: number): number {
  if (n === 1) return 0;
  if (n > 2 ** 32) return integers64(rng, BigInt(n));
  const reject = (2 ** 32 - n) % n;
  while (true) {
    const draw = rng.next32();
    // draw · n is up to 2^64: cut at bit 16 so that doubles hold both parts exactly.
    const lower = (draw & 0xffff) * n;
    const upper = (draw >>> 16) * n + Math.floor(lower / 0x10000);
    const remainder = upper % 0x10000 * 0x10000 + lower % 0x10000;
    if (remainder >= reject) return Math.floor(upper / 0x10000);
  }
}

function integers64(rng: PCG64, n: bigint): number {
  const reject = (2n ** 64n - n) % n;
  while (true) {
    rng.next64();
    const product = (BigInt(rng.high) << 32n | BigInt(rng.low)) * n;
    if (BigInt.asUintN(64, product) >= reject) return Number(product >> 64n);
  }
}

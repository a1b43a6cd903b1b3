/**
 * Sine and cosine with the roundings that NumPy shows on Linux, whatever engine this runs in.
 *
 * NumPy takes both from the C library. glibc's are within 0.55 units in the last place, and so are
 * those of JavaScript engines, yet one call in some hundreds differs in the last bit. An inverted
 * pendulum multiplies such a difference by e⁴ each second: some 500-step CartPole episodes come
 * out different in float32. So the small angles that such environments live in are computed here
 * by glibc's formulas (sysdeps/ieee754/dbl-64/s_sin.c since glibc 2.28), written out in doubles:
 *
 * - |x| < 0.126: x + x³·P(x²), P of degree 4;
 * - |x| < 0.855469: with x = k/128 + r, |r| ≤ 1/256, sin x = sin(k/128) + (cos(k/128)·sin r -
 *   sin(k/128)·(1 - cos r)) and likewise for the cosine (always, down to 0), with short
 *   polynomials for sin r and 1 - cos r and sin(k/128), cos(k/128) as sums of two doubles.
 *
 * glibc runs them with fused multiply-adds where the processor has those (every x86-64 since 2013,
 * every ARM64), so they are fused here. Beyond 0.855469 the engine's own functions answer.
 *
 * @module
 */

const LIMIT = 0.855469;
const SERIES_LIMIT = 0.126;
/** Adding this to a double under 1 rounds it to a multiple of 1/128. */
const TO_128THS = 1.5 * 2 ** 45;

// sin x = x + x·x²·(S1 + S2·x² + ...) for |x| < 0.126.
const S1 = -0.16666666666666666;
const S2 = 0.0083333333333323288;
const S3 = -0.00019841269834414642;
const S4 = 2.755729806860771e-6;
const S5 = -2.5022014848318398e-8;
// sin r = r + r³·(SIN3 + SIN5·r²), 1 - cos r = r²·(COS2 + COS4·r² + COS6·r⁴) for |r| ≤ 1/256.
const SIN3 = -0.16666666666666488;
const SIN5 = 0.008333332142857223;
const COS2 = 0.5;
const COS4 = -0.04166666666666644;
const COS6 = 0.001388888740079376;

/** Of each k/128: sine and what the double misses of it, cosine and what the double misses of it. */
const TABLE = makeTable();

/** sin(x), x in radians. */
export function sin(x: number): number {
  const size = Math.abs(x);
  if (size < SERIES_LIMIT) {
    // Keeps the sign of -0, which the sum below would lose.
    if (size < 2 ** -26) return x;
    const xx = x * x;
    const series = fma(fma(fma(fma(S5, xx, S4), xx, S3), xx, S2), xx, S1);
    return x + series * x * xx;
  }
  // Written this way round so that NaN takes this exit, too.
  if (!(size < LIMIT)) return Math.sin(x);
  const shifted = TO_128THS + size;
  const nearest = shifted - TO_128THS;
  const r = size - nearest;
  const rr = r * r;
  const sinR = fma(r * rr, fma(rr, SIN5, SIN3), r);
  const versineR = rr * fma(rr, fma(rr, COS6, COS4), COS2);
  const row = nearest * 512;
  const sinK = TABLE[row], cosK = TABLE[row + 2];
  const rest = fma(cosK, sinR, fma(-sinK, versineR, fma(sinR, TABLE[row + 3], TABLE[row + 1])));
  return x < 0 ? -(sinK + rest) : sinK + rest;
}

/** cos(x), x in radians. */
export function cos(x: number): number {
  const size = Math.abs(x);
  if (!(size < LIMIT)) return Math.cos(x);
  const shifted = TO_128THS + size;
  const nearest = shifted - TO_128THS;
  const r = size - nearest;
  const rr = r * r;
  const sinR = fma(r * rr, fma(rr, SIN5, SIN3), r);
  const versineR = rr * fma(rr, fma(rr, COS6, COS4), COS2);
  const row = nearest * 512;
  const sinK = TABLE[row], cosK = TABLE[row + 2];
  const rest = fma(-sinK, sinR, fma(-cosK, versineR, fma(-sinR, TABLE[row + 1], TABLE[row + 3])));
  return cosK + rest;
}

/**
 * a·b + c rounded once, for operands far from overflow and underflow: Dekker's exact product, then
 * Knuth's exact sum (both as in J.-M. Muller et al., "Handbook of Floating-Point Arithmetic"). The
 * last addition rounds the two leftovers together; it would take a tie to 2^-53 to show.
 */
function fma(a: number, b: number, c: number): number {
  const product = a * b;
  const aScaled = a * 134217729, aHigh = aScaled - (aScaled - a), aLow = a - aHigh;
  const bScaled = b * 134217729, bHigh = bScaled - (bScaled - b), bLow = b - bHigh;
  const productRest = (aHigh * bHigh - product + aHigh * bLow + aLow * bHigh) + aLow * bLow;
  const sum = product + c;
  const cPart = sum - product;
  return sum + ((product - (sum - cPart)) + (c - cPart) + productRest);
}

/** The table for k = 0 to 110, by the power series in fixed-point integers of 160 bits. */
function makeTable(): Float64Array {
  const bits = 160n, one = 1n << bits;
  const toDouble = (fixed: bigint): number => Number(fixed) / 2 ** 160;
  const fromDouble = (value: number): bigint => BigInt(value * 2 ** 80) << (bits - 80n);
  const table = new Float64Array(111 * 4);
  for (let k = 0; k <= 110; k++) {
    const x = BigInt(k) * one >> 7n;
    const square = x * x >> bits;
    // From term n of the joint series 1, x, x²/2, ... the term two on.
    const series = (first: bigint, n: bigint): bigint => {
      let sum = 0n;
      for (let term = first; term !== 0n && term !== -1n; n += 2n) {
        sum += term;
        term = -(term * square >> bits) / ((n + 1n) * (n + 2n));
      }
      return sum;
    };
    const sine = series(x, 1n), cosine = series(one, 0n);
    table[4 * k] = toDouble(sine);
    table[4 * k + 1] = toDouble(sine - fromDouble(table[4 * k]));
    table[4 * k + 2] = toDouble(cosine);
    table[4 * k + 3] = toDouble(cosine - fromDouble(table[4 * k + 2]));
  }
  return table;
}

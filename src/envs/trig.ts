/**
 * Sine and cosine with the roundings that NumPy shows on Linux, whatever engine this runs in.
 *
 * NumPy takes both from the C library. glibc's are within 0.55 units in the last place, and so are
 * those of JavaScript engines, yet one call in some hundreds differs in the last bit. An inverted
 * pendulum multiplies such a difference by e⁴ each second: some 500-step CartPole episodes come
 * out different in float32. So they are computed here by glibc's formulas (sysdeps/ieee754/dbl-64/
 * s_sin.c since glibc 2.28), written out in doubles:
 *
 * - Angles over 0.855 are brought down to |a| ≤ π/4 or so by subtracting a multiple of π/2, known to
 *   twice a double's bits or more. So the rest is a sum of two doubles, a + b.
 * - |a| < 0.126: sin a = a + a³·P(a²), P of degree 4.
 * - Else with a = k/128 + r, |r| ≤ 1/256: sin a = sin(k/128) + (cos(k/128)·sin r -
 *   sin(k/128)·(1 - cos r)) and likewise for the cosine (always, down to 0), with short
 *   polynomials for sin r and 1 - cos r and sin(k/128), cos(k/128) as sums of two doubles.
 *
 * glibc runs them with fused multiply-adds where the processor has those (every x86-64 since 2013,
 * every ARM64). Fusing is emulated where leaving it out would show in more than one result in 10⁹.
 * Beyond 10⁸, where the subtraction is too coarse, the engine's own functions answer.
 *
 * @module
 */

// Up to where each of the formulas is taken.
const SERIES_LIMIT = 0.126;
const TABLE_LIMIT = 0.85546875;
const ONE_QUARTER_LIMIT = 2.4262638092041016;
const LIMIT = 105414336;
/** Adding this to a double under 1 rounds it to a multiple of 1/128. */
const TO_128THS = 1.5 * 2 ** 45;
/** Adding this to a double under 2^51 rounds it to an integer. */
const TO_INTEGER = 1.5 * 2 ** 52;

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
// π/2 as a sum of two doubles, and as one of four of which the first three are short, so that their
// products with the number of quarter turns are exact.
const QUARTER = Math.PI / 2;
const QUARTER_REST = 6.123233995736766e-17;
const QUARTER_1 = 1.5707963407039642;
const QUARTER_2 = -1.3909067564377153e-8;
const QUARTER_3 = -4.97899623147991e-17;
const QUARTER_4 = -1.9034889620193266e-25;

/** Of each k/128: sine and what the double misses of it, cosine and what the double misses of it. */
const TABLE = makeTable();

/** sin(x), x in radians. */
export function sin(x: number): number {
  const size = Math.abs(x);
  if (size < TABLE_LIMIT) return size < 2 ** -26 ? x : nearSin(x, 0);
  if (size < ONE_QUARTER_LIMIT) {
    const cosine = nearCos(QUARTER - size, QUARTER_REST);
    return x < 0 ? -cosine : cosine;
  }
  // Written so that NaN takes the last exit.
  return size < LIMIT ? turned(x, 0) : Math.sin(x);
}

/** cos(x), x in radians. */
export function cos(x: number): number {
  const size = Math.abs(x);
  if (size < TABLE_LIMIT) return nearCos(x, 0);
  if (size < ONE_QUARTER_LIMIT) {
    const rest = QUARTER - size;
    const a = rest + QUARTER_REST;
    return nearSin(a, rest - a + QUARTER_REST);
  }
  return size < LIMIT ? turned(x, 1) : Math.cos(x);
}

/** sin(x + quarters·π/2). */
function turned(x: number, quarters: number): number {
  const turns = x * (2 / Math.PI) + TO_INTEGER - TO_INTEGER;
  const y = x - turns * QUARTER_1 - turns * QUARTER_2;
  const y3 = y - turns * QUARTER_3;
  const rest3 = y - y3 - turns * QUARTER_3;
  const a = y3 - turns * QUARTER_4;
  const b = rest3 + (y3 - a - turns * QUARTER_4);
  const quarter = turns + quarters & 3;
  const value = (quarter & 1) === 0 ? nearSin(a, b) : nearCos(a, b);
  return (quarter & 2) === 0 ? value : -value;
}

/** sin(a + b) for |a| < 0.86 and a tiny b. */
function nearSin(a: number, b: number): number {
  const size = Math.abs(a);
  if (size < SERIES_LIMIT) {
    const aa = a * a;
    const series = fma(fma((S5 * aa + S4) * aa + S3, aa, S2), aa, S1);
    // Where b is 0 both are products and nothing is fused.
    if (b === 0) return a + series * a * aa;
    return a + fma(fma(series, a, -0.5 * b), aa, b);
  }
  const nearest = TO_128THS + size - TO_128THS;
  const r = size - nearest;
  const rest = a < 0 ? -b : b;
  const rr = r * r;
  const cubic = SIN3 + rr * SIN5;
  const sinR = r + (b === 0 ? r * rr * cubic : fma(r * rr, cubic, rest));
  const versineR = r * rest + rr * (COS2 + rr * (COS4 + rr * COS6));
  const row = nearest * 512;
  const sinK = TABLE[row];
  const value = sinK +
    fma(sinR, TABLE[row + 2], fma(-versineR, sinK, TABLE[row + 1] + sinR * TABLE[row + 3]));
  return a < 0 ? -value : value;
}

/** cos(a + b) for |a| < 0.86 and a tiny b. */
function nearCos(a: number, b: number): number {
  const size = Math.abs(a);
  const nearest = TO_128THS + size - TO_128THS;
  const r = size - nearest + (a < 0 ? -b : b);
  const rr = r * r;
  const sinR = fma(r * rr, SIN3 + rr * SIN5, r);
  const versineR = rr * (COS2 + rr * (COS4 + rr * COS6));
  const row = nearest * 512;
  const cosK = TABLE[row + 2];
  return cosK +
    fma(-sinR, TABLE[row], fma(-versineR, cosK, TABLE[row + 3] - sinR * TABLE[row + 1]));
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

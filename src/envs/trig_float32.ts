/**
 * Sine and cosine of single-precision numbers with the roundings that NumPy shows.
 *
 * For float32 NumPy does not ask the C library but has polynomials of its own (numpy/_core/src/umath/
 * loops_trigonometric.dispatch.cpp), in fused single-precision arithmetic, up to 1.5 units in the last
 * place off. Acrobot's first observation shows them.
 *
 * A product of two singles is exact in a double, so a fused multiply-add is a double's addition, rounded
 * to single precision: rounding twice shows in one of 2^29 results.
 *
 * @module
 */

const { fround } = Math;
/** Adding this to a single under 2^22 rounds it to an integer. */
const TO_INTEGER = 1.5 * 2 ** 23;
/** Up to here NumPy's reduction is good enough for a sine, and for a cosine. */
const SIN_LIMIT = fround(117435.992);
const COS_LIMIT = 71476.0625;

const TWO_BY_PI = fround(2 / Math.PI);
// Minus π/2 as a sum of three singles.
const QUARTER_1 = fround(-1.57079625);
const QUARTER_2 = fround(-7.54978942e-8);
const QUARTER_3 = fround(-5.39030253e-15);

/** The sine of a single-precision number, a single-precision number. */
export function sinFloat32(x: number): number {
  return Math.abs(x) <= SIN_LIMIT ? turned(x, 0) : fround(Math.sin(x));
}

/** The cosine of a single-precision number, a single-precision number. */
export function cosFloat32(x: number): number {
  return Math.abs(x) <= COS_LIMIT ? turned(x, 1) : fround(Math.cos(x));
}

/** sin(x + quarters·π/2). */
function turned(x: number, quarters: number): number {
  const turns = fround(fround(fround(x * TWO_BY_PI) + TO_INTEGER) - TO_INTEGER);
  const r = fround(
    turns * QUARTER_3 + fround(turns * QUARTER_2 + fround(turns * QUARTER_1 + x)),
  );
  const rr = fround(r * r);
  const quarter = turns + quarters & 3;
  const value = (quarter & 1) === 0 ? sinSeries(r, rr) : cosSeries(rr);
  return (quarter & 2) === 0 ? value : -value;
}

function sinSeries(r: number, rr: number): number {
  let sum = fround(fround(2.8401747e-6) * rr + fround(-0.00019863205));
  sum = fround(sum * rr + fround(0.008333388));
  sum = fround(sum * rr + fround(-0.16666667));
  return fround(fround(sum * rr) * r + r);
}

function cosSeries(rr: number): number {
  let sum = fround(fround(2.4374e-5) * rr + fround(-0.0013886742));
  sum = fround(sum * rr + fround(0.041666616));
  sum = fround(sum * rr - 0.5);
  return fround(sum * rr + 1);
}

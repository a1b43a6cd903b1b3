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

const TWO_BY_PI = 0.6366197466850281;
// All numbers here are singles. Minus π/2 as a sum of three:
const QUARTER_1 = -1.570796012878418;
const QUARTER_2 = -3.1391647326017846e-7;
const QUARTER_3 = -5.390302529957765e-15;

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
  const turns = fround(fround(x * TWO_BY_PI + TO_INTEGER) - TO_INTEGER);
  const r = fround(
    turns * QUARTER_3 + fround(turns * QUARTER_2 + fround(turns * QUARTER_1 + x)),
  );
  const rr = fround(r * r);
  const quarter = turns + quarters & 3;
  const value = (quarter & 1) === 0 ? sinSeries(r, rr) : cosSeries(rr);
  return (quarter & 2) === 0 ? value : -value;
}

function sinSeries(r: number, rr: number): number {
  let sum = fround(2.8404097065504175e-6 * rr - 0.00019856491417158395);
  sum = fround(sum * rr + 0.008333397097885609);
  sum = fround(sum * rr - 0.1666666716337204);
  return fround(fround(sum * rr) * r + r);
}

function cosSeries(rr: number): number {
  let sum = fround(2.4372266125283204e-5 * rr - 0.001388652017340064);
  sum = fround(sum * rr + 0.04166661947965622);
  sum = fround(sum * rr - 0.5);
  return fround(sum * rr + 1);
}

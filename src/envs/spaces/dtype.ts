/**
 * Element types of arrays, by NumPy's names: which typed array holds them, what they range over, and
 * which type holds two of them.
 *
 * There is no int64, Gymnasium's usual integer: a BigInt64Array's elements do not mix with numbers,
 * while int32 holds every index that can be counted to here. Nor is there bool, which no typed array
 * has.
 *
 * @module
 */

/** The typed array that holds an element of a `Box`, by the box's dtype. */
export interface BoxArrays {
  /** Single precision, the usual one. */
  float32: Float32Array;
  /** Double precision. */
  float64: Float64Array;
  /** Signed bytes. */
  int8: Int8Array;
  /** Signed 16-bit integers. */
  int16: Int16Array;
  /** Signed 32-bit integers. */
  int32: Int32Array;
  /** Bytes, as images have them. */
  uint8: Uint8Array;
  /** Unsigned 16-bit integers. */
  uint16: Uint16Array;
  /** Unsigned 32-bit integers. */
  uint32: Uint32Array;
}

/** The name of a `Box`'s element type. */
export type BoxDtype = keyof BoxArrays;

/** The name of a `MultiDiscrete`'s element type. */
export type IntegerDtype = Exclude<BoxDtype, "float32" | "float64">;

/** The constructors by dtype. */
export const ARRAYS: { readonly [D in BoxDtype]: new (length: number) => BoxArrays[D] } = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
};

const FLOAT32_MAX = 2 ** 128 - 2 ** 104;

/** The smallest and the largest finite value by dtype. */
export const RANGES: { readonly [D in BoxDtype]: readonly [min: number, max: number] } = {
  float32: [-FLOAT32_MAX, FLOAT32_MAX],
  float64: [-Number.MAX_VALUE, Number.MAX_VALUE],
  int8: [-(2 ** 7), 2 ** 7 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 2 ** 8 - 1],
  uint16: [0, 2 ** 16 - 1],
  uint32: [0, 2 ** 32 - 1],
};

/** Whether a dtype is an integer one. */
export function isIntegerDtype(dtype: BoxDtype): dtype is IntegerDtype {
  return !dtype.startsWith("float");
}

/** Throws unless `dtype` is one of `known`; `who` names the space. */
export function checkDtype(who: string, dtype: unknown, known: readonly string[]): void {
  if (!known.includes(dtype as string)) {
    throw new RangeError(`${who}: dtype must be one of ${known.join(", ")}, got ${String(dtype)}`);
  }
}

/**
 * The smallest dtype that holds all values of some dtypes: NumPy's `result_type`, except that uint32
 * with a signed integer gives float64 (exact too), for want of int64.
 */
export function resultDtype(dtypes: readonly BoxDtype[]): BoxDtype {
  const bits = (dtype: BoxDtype) => Number(dtype.match(/\d+/)![0]);
  const widest = (kind: RegExp) => Math.max(0, ...dtypes.filter((d) => kind.test(d)).map(bits));
  const float = widest(/^float/), signed = widest(/^int/), unsigned = widest(/^uint/);
  // A float32's 24 bits hold any 16-bit integer, but not any 32-bit one.
  if (float > 0) return float === 64 || Math.max(signed, unsigned) === 32 ? "float64" : "float32";
  if (unsigned === 0) return `int${signed}` as BoxDtype;
  if (signed === 0) return `uint${unsigned}` as BoxDtype;
  const both = Math.max(signed, 2 * unsigned);
  return both > 32 ? "float64" : `int${both}` as BoxDtype;
}

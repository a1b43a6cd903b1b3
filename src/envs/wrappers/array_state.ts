/**
 * Typed arrays in states: exact, and short where they are pictures.
 *
 * @module
 */

import { arrayFromJson, floatFromJson, floatToJson, type JsonValue } from "../json.ts";
import { ARRAYS, type BoxArrays, type BoxDtype } from "../spaces/dtype.ts";
import type { FlatArray } from "../spaces/flatten.ts";

/** Arguments of a function call, of which there may not be too many. */
const CHUNK = 8192;

/** An array as JSON: bytes as base64, other numbers as a list. */
export function arrayToJson(array: FlatArray): JsonValue {
  if (!(array instanceof Uint8Array)) return Array.from(array, floatToJson);
  let text = "";
  for (let i = 0; i < array.length; i += CHUNK) {
    text += String.fromCharCode(...array.subarray(i, i + CHUNK));
  }
  return btoa(text);
}

/** The array of so many elements that {@linkcode arrayToJson} wrote; `what` names it in errors. */
export function typedArrayFromJson<D extends BoxDtype>(
  value: JsonValue | undefined,
  dtype: D,
  length: number,
  what: string,
): BoxArrays[D] {
  const array: FlatArray = new ARRAYS[dtype](length);
  const values = dtype === "uint8" ? bytesFrom(value, what) : arrayFromJson(value, what);
  if (values.length !== length) {
    throw new TypeError(`${what} must have ${length} elements, got ${values.length}`);
  }
  for (let i = 0; i < length; i++) {
    const number = floatFromJson(values[i], `element ${i} of ${what}`);
    array[i] = number;
    if (!Object.is(array[i], number)) {
      throw new TypeError(`element ${i} of ${what} must be a ${dtype}, got ${number}`);
    }
  }
  return array as BoxArrays[D];
}

function bytesFrom(value: JsonValue | undefined, what: string): number[] {
  if (typeof value === "string" && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value)) {
    return Array.from(atob(value), (character) => character.charCodeAt(0));
  }
  throw new TypeError(
    `${what} must be bytes in base64, got ${JSON.stringify(value)?.slice(0, 40)}`,
  );
}

/**
 * Observations of any space as JSON, exactly, for the states of vector environments.
 *
 * @module
 */

import { floatFromJson, floatToJson, type JsonValue } from "../json.ts";
import { type ArrayName, arrayName, ARRAYS, isTypedArray } from "./layout.ts";

/**
 * A value made of numbers, strings, booleans, null, typed arrays, plain arrays and plain objects.
 * Numbers, plain arrays and objects become `{ number }`, `{ list }` and `{ record }`, and typed
 * arrays their bytes in base64, little-endian.
 *
 * @throws {TypeError} When something else is in it.
 */
export function valueToJson(value: unknown): JsonValue {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return { number: floatToJson(value) };
  if (isTypedArray(value)) return { array: arrayName(value), base64: base64Of(value) };
  if (Array.isArray(value)) return { list: value.map(valueToJson) };
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).map(([key, inner]) => [key, valueToJson(inner)]);
    return { record: Object.fromEntries(entries) };
  }
  throw new TypeError(
    `a state can hold observations made of numbers, strings, booleans, null, typed arrays, arrays and ` +
      `plain objects, got ${Object.prototype.toString.call(value)}`,
  );
}

/** The value that {@linkcode valueToJson} wrote. */
export function valueFromJson(json: JsonValue | undefined): unknown {
  if (json === null || typeof json === "boolean" || typeof json === "string") return json;
  if (typeof json === "object" && !Array.isArray(json)) {
    const { number, array, base64, list, record } = json as { readonly [key: string]: JsonValue };
    if (number !== undefined) return floatFromJson(number, "a number of an observation");
    if (Array.isArray(list)) return list.map(valueFromJson);
    if (typeof record === "object" && record !== null) {
      const entries = Object.entries(record).map(([key, inner]) => [key, valueFromJson(inner)]);
      return Object.fromEntries(entries);
    }
    if (typeof base64 === "string" && Object.hasOwn(ARRAYS, array as string)) {
      const bytes = bytesOf(base64);
      const { BYTES_PER_ELEMENT } = ARRAYS[array as ArrayName];
      if (bytes !== undefined && bytes.length % BYTES_PER_ELEMENT === 0) {
        return new ARRAYS[array as ArrayName](bytes.buffer);
      }
    }
  }
  throw new TypeError(
    `an observation in the state must be one that getState() wrote, got ${JSON.stringify(json)}`,
  );
}

function base64Of(array: ArrayBufferView): string {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength).toBase64();
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    return undefined;
  }
}

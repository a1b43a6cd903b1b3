/**
 * Values that survive JSON, for the states that environments and spaces hand out.
 *
 * JSON has no NaN, no infinities and loses the sign of -0, so a float of a state goes through
 * {@linkcode floatToJson}: everything finite stays a number (JSON's decimal form is exact for
 * doubles), the four others become strings.
 *
 * @module
 */

/** What `JSON.stringify` keeps as it is. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** A double as JSON, exactly: numbers stay numbers, `NaN`, `±Infinity` and `-0` become strings. */
export function floatToJson(value: number): JsonValue {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? value : String(value);
}

/** The double that {@linkcode floatToJson} wrote; `what` names it in the error. */
export function floatFromJson(value: JsonValue | undefined, what: string): number {
  if (typeof value === "number") return value;
  if (value === "-0" || value === "NaN" || value === "Infinity" || value === "-Infinity") {
    return Number(value);
  }
  throw new TypeError(`${what} must be a number, got ${JSON.stringify(value)}`);
}

/** A whole number of at least 0 from a state; `what` names it in the error. */
export function countFromJson(value: JsonValue | undefined, what: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError(`${what} must be an integer of at least 0, got ${JSON.stringify(value)}`);
}

/** An array from a state; `what` names it in the error. */
export function arrayFromJson(value: JsonValue | undefined, what: string): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  throw new TypeError(`${what} must be an array, got ${JSON.stringify(value)}`);
}

/** An object from a state; `what` names it in the error. */
export function recordFromJson(
  value: JsonValue | undefined,
  what: string,
): { readonly [key: string]: JsonValue } {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as { readonly [key: string]: JsonValue };
  }
  throw new TypeError(`${what} must be an object made by getState(), got ${JSON.stringify(value)}`);
}

/** What the tests against recorded data share: base64 arrays, hashes, bitwise comparison. */

import assert from "node:assert/strict";

/** The bytes of a base64 string, in a buffer of their own. */
export function bytesFrom(base64: string): ArrayBuffer {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer;
}

/** The lower-case hexadecimal SHA-256 of an array's bytes. */
export async function sha256(array: Float32Array | Float64Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(array.slice().buffer));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A recorded number: JSON has no infinities, so the recording has strings for them. */
export function number(recorded: number | string): number {
  return Number(recorded);
}

/** Passes when two arrays have the same type, length and bits (so -0 differs from 0). */
export function assertSameBits<T extends ArrayLike<number>>(
  actual: T,
  expected: T,
  message: string,
): void {
  assert.equal(actual.constructor, expected.constructor, message);
  assert.equal(actual.length, expected.length, message);
  for (let i = 0; i < actual.length; i++) {
    if (!Object.is(actual[i], expected[i])) {
      assert.fail(`${message}: element ${i} is ${actual[i]}, wanted ${expected[i]}`);
    }
  }
}

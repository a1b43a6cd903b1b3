/**
 * PCG64, the generator behind NumPy's `default_rng` and so behind Gymnasium's environments and
 * spaces: a 128-bit linear congruential generator whose state is folded and rotated into 64 bits
 * (PCG-XSL-RR 128/64; M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically
 * Good Algorithms for Random Number Generation", 2014).
 *
 * The 128 bits lie in four 32-bit words: an exact product of two words takes a few integer
 * operations, while BigInt would allocate at every draw (twenty times slower).
 *
 * @module
 */

import { countFromJson, type JsonValue, recordFromJson } from "../json.ts";
import { freshEntropy, generateState, seedToWords } from "./seed_sequence.ts";

// The multiplier 0x2360ed051fc65da44385df649fccf645 of the 128-bit generator, lowest word first.
const M0 = 0x9fccf645;
const M1 = 0x4385df64;
const M2 = 0x1fc65da4;
const M3 = 0x2360ed05;

/** The upper 32 bits of the product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  // Both partial products stay under 2^49, so doubles hold them exactly.
  return Math.floor(((a >>> 16) * b + Math.floor((a & 0xffff) * b / 0x10000)) / 0x10000);
}

/** NumPy's `PCG64` bit generator, seeded as `numpy.random.default_rng(seed)` does. */
export class PCG64 {
  /** State and increment: four words each, lowest first. */
  readonly #words = new Uint32Array(8);
  /** The unused upper half of a 64-bit draw, kept for the next 32-bit one as NumPy keeps it. */
  #half = 0;
  #hasHalf = false;
  /** Upper 32 bits of the last {@linkcode PCG64.next64}, as an unsigned integer. */
  high = 0;
  /** Lower 32 bits of the last {@linkcode PCG64.next64}, as an unsigned integer. */
  low = 0;

  /**
   * Seeds the generator.
   *
   * @param seed an integer from 0 to 2^53 - 1; left out, the operating system gives 128 bits
   */
  constructor(seed?: number) {
    const seeds = generateState(seed === undefined ? freshEntropy() : seedToWords(seed), 8);
    const words = this.#words;
    // NumPy reads the eight words as four 64-bit ones: state (high, low), then stream (high, low).
    words[4] = seeds[6] << 1 | 1;
    words[5] = seeds[7] << 1 | seeds[6] >>> 31;
    words[6] = seeds[4] << 1 | seeds[7] >>> 31;
    words[7] = seeds[5] << 1 | seeds[4] >>> 31;
    // From state 0 one step makes the state the increment; the initial state is added, then a step.
    let carry = 0;
    const initial = [seeds[2], seeds[3], seeds[0], seeds[1]];
    for (let i = 0; i < 4; i++) {
      const sum = words[4 + i] + initial[i] + carry;
      words[i] = sum;
      carry = sum >= 2 ** 32 ? 1 : 0;
    }
    this.#step();
  }

  /** state = state · multiplier + increment, modulo 2^128. */
  #step(): void {
    const words = this.#words;
    const a0 = words[0], a1 = words[1], a2 = words[2], a3 = words[3];
    let sum = (Math.imul(a0, M0) >>> 0) + words[4];
    words[0] = sum;
    sum = (sum >= 2 ** 32 ? 1 : 0) + multiplyHigh(a0, M0) + (Math.imul(a0, M1) >>> 0) +
      (Math.imul(a1, M0) >>> 0) + words[5];
    words[1] = sum;
    sum = Math.floor(sum / 2 ** 32) + multiplyHigh(a0, M1) + multiplyHigh(a1, M0) +
      (Math.imul(a0, M2) >>> 0) + (Math.imul(a1, M1) >>> 0) + (Math.imul(a2, M0) >>> 0) + words[6];
    words[2] = sum;
    sum = Math.floor(sum / 2 ** 32) + multiplyHigh(a0, M2) + multiplyHigh(a1, M1) +
      multiplyHigh(a2, M0) + (Math.imul(a0, M3) >>> 0) + (Math.imul(a1, M2) >>> 0) +
      (Math.imul(a2, M1) >>> 0) + (Math.imul(a3, M0) >>> 0) + words[7];
    words[3] = sum;
  }

  /** Draws 64 bits into {@linkcode PCG64.high} and {@linkcode PCG64.low}. */
  next64(): void {
    this.#step();
    const words = this.#words;
    const low = words[0] ^ words[2];
    const high = words[1] ^ words[3];
    const rotation = words[3] >>> 26;
    const shift = rotation & 31;
    // JavaScript shifts modulo 32, so a shift of 32 - 0 has to be left out by hand.
    const a = shift === 0 ? low : low >>> shift | high << (32 - shift);
    const b = shift === 0 ? high : high >>> shift | low << (32 - shift);
    this.low = (rotation < 32 ? a : b) >>> 0;
    this.high = (rotation < 32 ? b : a) >>> 0;
  }

  /** 32 random bits as an unsigned integer: the lower half of a 64-bit draw, then its upper half. */
  next32(): number {
    if (this.#hasHalf) {
      this.#hasHalf = false;
      return this.#half;
    }
    this.next64();
    this.#hasHalf = true;
    this.#half = this.high;
    return this.low;
  }

  /** A double from [0, 1), a multiple of 2^-53. */
  nextDouble(): number {
    this.next64();
    return (this.high * 2 ** 21 + (this.low >>> 11)) * 2 ** -53;
  }

  /** The state, JSON-serialisable, in the terms of NumPy's `bit_generator.state`. */
  getState(): JsonValue {
    return {
      state: toDecimal(this.#words.subarray(0, 4)),
      inc: toDecimal(this.#words.subarray(4)),
      hasUint32: this.#hasHalf,
      uinteger: this.#half,
    };
  }

  /** Goes on from where {@linkcode PCG64.getState} was called. */
  setState(state: JsonValue): void {
    const record = recordFromJson(state, "the state of a PCG64");
    const words = new Uint32Array(8);
    words.set(fromDecimal(record.state, "state"));
    words.set(fromDecimal(record.inc, "inc"), 4);
    if (typeof record.hasUint32 !== "boolean") {
      throw new TypeError(
        `hasUint32 of a PCG64 must be a boolean, got ${JSON.stringify(record.hasUint32)}`,
      );
    }
    this.#half = countFromJson(record.uinteger, "uinteger of a PCG64");
    this.#hasHalf = record.hasUint32;
    this.#words.set(words);
  }
}

/** Four words, lowest first, as the decimal number that NumPy prints. */
function toDecimal(words: Uint32Array): string {
  return words.reduceRight((sum, word) => sum << 32n | BigInt(word), 0n).toString();
}

function fromDecimal(value: JsonValue | undefined, name: string): number[] {
  if (typeof value !== "string" || !/^\d{1,39}$/.test(value) || BigInt(value) >> 128n !== 0n) {
    throw new TypeError(
      `${name} of a PCG64 must be a decimal number under 2^128 in a string, got ${
        JSON.stringify(value)
      }`,
    );
  }
  const number = BigInt(value);
  return [0n, 32n, 64n, 96n].map((shift) => Number(number >> shift & 0xffffffffn));
}

/** The state of a generator that may not exist yet; `null` stands for "not seeded yet". */
export function generatorToJson(rng: PCG64 | undefined): JsonValue {
  return rng === undefined ? null : rng.getState();
}

/** The generator that {@linkcode generatorToJson} wrote. */
export function generatorFromJson(state: JsonValue | undefined): PCG64 | undefined {
  if (state === null) return undefined;
  const rng = new PCG64(0);
  rng.setState(recordFromJson(state, "the state of a random generator"));
  return rng;
}

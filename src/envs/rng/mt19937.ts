/**
 * MT19937, the generator behind NumPy's `RandomState` and so behind MinAtar: the Mersenne twister of
 * M. Matsumoto and T. Nishimura, "Mersenne Twister: A 623-Dimensionally Equidistributed Uniform
 * Pseudo-Random Number Generator" (1998), seeded by their `init_genrand` and `init_by_array` (2002).
 *
 * @module
 */

import { arrayFromJson, countFromJson, type JsonValue, recordFromJson } from "../json.ts";
import { freshEntropy, seedToWords } from "./seed_sequence.ts";

const WORDS = 624;
/** How far the word lies ahead that a new word is mixed with. */
const AHEAD = 397;
const TOP_BIT = 0x80000000;
const LOWER_BITS = 0x7fffffff;
const TWIST = 0x9908b0df;

/**
 * NumPy's `RandomState`, seeded as `numpy.random.RandomState(seed)` does, with the draws that
 * environments need. What a seed gives here, it gives there.
 */
export class MT19937 {
  // Signed words: an element of a Uint32Array above 2^31 is a double to V8, which costs a third.
  readonly #key = new Int32Array(WORDS);
  /** The next word to hand out; at the end the whole key is renewed. */
  #position = WORDS;

  /**
   * Seeds the generator.
   *
   * @param seed an integer from 0 to 2^53 - 1; left out, the operating system gives 128 bits. NumPy
   * refuses integers from 2^32 on: here these seed as `RandomState([seed % 2**32, seed // 2**32])`
   */
  constructor(seed?: number) {
    const words = seed === undefined ? freshEntropy() : seedToWords(seed);
    if (words.length === 1) this.#seedByWord(words[0]);
    else this.#seedByArray(words);
  }

  /** `init_genrand`. */
  #seedByWord(seed: number): void {
    const key = this.#key;
    key[0] = seed;
    for (let i = 1; i < WORDS; i++) {
      const last = key[i - 1];
      key[i] = Math.imul(1812433253, last ^ last >>> 30) + i;
    }
  }

  /** `init_by_array`. */
  #seedByArray(words: Uint32Array): void {
    this.#seedByWord(19650218);
    const key = this.#key;
    let i = 1;
    for (let k = 0; k < Math.max(WORDS, words.length); k++) {
      const last = key[i - 1];
      const j = k % words.length;
      key[i] = (key[i] ^ Math.imul(last ^ last >>> 30, 1664525)) + words[j] + j;
      i = this.#after(i);
    }
    for (let k = 1; k < WORDS; k++) {
      const last = key[i - 1];
      key[i] = (key[i] ^ Math.imul(last ^ last >>> 30, 1566083941)) - i;
      i = this.#after(i);
    }
    // So that not all bits that count are zero.
    key[0] = TOP_BIT;
  }

  /** The word to seed after word `i`; word 0 is not seeded itself but is a copy of the last. */
  #after(i: number): number {
    if (i + 1 < WORDS) return i + 1;
    this.#key[0] = this.#key[WORDS - 1];
    return 1;
  }

  /** The next 624 words from the last. */
  #renew(): void {
    const key = this.#key;
    let word = key[0];
    for (let i = 0; i < WORDS; i++) {
      const next = key[i + 1 < WORDS ? i + 1 : 0];
      const mixed = (word & TOP_BIT) | (next & LOWER_BITS);
      const ahead = i + AHEAD < WORDS ? i + AHEAD : i + AHEAD - WORDS;
      key[i] = key[ahead] ^ mixed >>> 1 ^ (-(mixed & 1) & TWIST);
      word = next;
    }
    this.#position = 0;
  }

  /** 32 random bits as a signed integer. */
  #next(): number {
    if (this.#position === WORDS) this.#renew();
    let word = this.#key[this.#position++];
    word ^= word >>> 11;
    word ^= word << 7 & 0x9d2c5680;
    word ^= word << 15 & 0xefc60000;
    return word ^ word >>> 18;
  }

  /** A double from [0, 1), a multiple of 2^-53: NumPy's `random_sample()` and `rand()`. */
  nextDouble(): number {
    const high = this.#next() >>> 5;
    return (high * 2 ** 26 + (this.#next() >>> 6)) * 2 ** -53;
  }

  /**
   * A uniform integer from 0 to `n` - 1: NumPy's `randint(n)`. It cuts 32 bits down to as many as
   * `n` - 1 has and draws again while the result is too large.
   *
   * @param n how many values there are, 1 to 2^32; one value draws nothing
   */
  integer(n: number): number {
    const highest = n - 1;
    if (highest === 0) return 0;
    const mask = -1 >>> Math.clz32(highest);
    let draw: number;
    do draw = (this.#next() & mask) >>> 0; while (draw > highest);
    return draw;
  }

  /** The state, JSON-serialisable, in the terms of NumPy's `RandomState.get_state(legacy=False)`. */
  getState(): JsonValue {
    return { key: Array.from(this.#key, (word) => word >>> 0), pos: this.#position };
  }

  /** Goes on from where {@linkcode MT19937.getState} was called. */
  setState(state: JsonValue): void {
    const record = recordFromJson(state, "the state of an MT19937");
    const key = arrayFromJson(record.key, "key of an MT19937").map((word) =>
      upTo(2 ** 32 - 1, word, "a word of an MT19937's key")
    );
    if (key.length !== WORDS) {
      throw new RangeError(`key of an MT19937 must hold ${WORDS} words, got ${key.length}`);
    }
    this.#position = upTo(WORDS, record.pos, "pos of an MT19937");
    this.#key.set(key);
  }
}

function upTo(limit: number, value: JsonValue | undefined, what: string): number {
  const count = countFromJson(value, what);
  if (count <= limit) return count;
  throw new RangeError(`${what} must be at most ${limit}, got ${count}`);
}

/** The state of a generator that may not exist yet; `null` stands for "not seeded yet". */
export function mt19937ToJson(rng: MT19937 | undefined): JsonValue {
  return rng === undefined ? null : rng.getState();
}

/** The generator that {@linkcode mt19937ToJson} wrote. */
export function mt19937FromJson(state: JsonValue | undefined): MT19937 | undefined {
  if (state === null) return undefined;
  const rng = new MT19937(0);
  rng.setState(recordFromJson(state, "the state of a random generator"));
  return rng;
}

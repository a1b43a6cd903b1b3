/**
 * NumPy's `SeedSequence`: turns a seed of any size into well-mixed words to seed a generator with.
 *
 * The method is M. E. O'Neill's `seed_seq_fe` ("Simple portable C++ seed entropy", 2015) with the
 * parameters that NumPy chose (NEP 19; class `numpy.random.SeedSequence`), without spawn keys:
 * nothing here spawns.
 *
 * @module
 */

const POOL_SIZE = 4;
const INIT_A = 0x43b0d7e5;
const MULT_A = 0x931e8875;
const INIT_B = 0x8b51f9dd;
const MULT_B = 0x58f38ded;
const MIX_LEFT = 0xca01f9dd;
const MIX_RIGHT = 0x4973f715;

/**
 * The 32-bit words of a seed, lowest first, as NumPy cuts up a Python integer: 0 is one word of 0.
 *
 * @throws {RangeError} when the seed is no integer from 0 to 2^53 - 1
 */
export function seedToWords(seed: number): Uint32Array {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed must be an integer from 0 to 2^53 - 1, got ${seed}`);
  }
  return seed < 2 ** 32
    ? Uint32Array.of(seed)
    : Uint32Array.of(seed % 2 ** 32, Math.floor(seed / 2 ** 32));
}

/** 128 bits from the operating system: the entropy of what nobody seeded. */
export function freshEntropy(): Uint32Array {
  return crypto.getRandomValues(new Uint32Array(POOL_SIZE));
}

/** `count` 32-bit words that follow from `entropy`: NumPy's `SeedSequence(...).generate_state(count)`. */
export function generateState(entropy: Uint32Array, count: number): Uint32Array {
  const pool = mixEntropy(entropy);
  const words = new Uint32Array(count);
  let hash = INIT_B;
  for (let i = 0; i < count; i++) {
    let word = pool[i % POOL_SIZE] ^ hash;
    hash = Math.imul(hash, MULT_B);
    word = Math.imul(word, hash);
    words[i] = word ^ (word >>> 16);
  }
  return words;
}

/** Spreads the entropy over the pool so that each of its bits reaches each of the pool's. */
function mixEntropy(entropy: Uint32Array): Uint32Array {
  let hash = INIT_A;
  const hashed = (value: number): number => {
    value ^= hash;
    hash = Math.imul(hash, MULT_A);
    value = Math.imul(value, hash);
    return value ^ (value >>> 16);
  };
  const mixed = (left: number, right: number): number => {
    const value = Math.imul(MIX_LEFT, left) - Math.imul(MIX_RIGHT, right);
    return value ^ (value >>> 16);
  };

  const pool = new Uint32Array(POOL_SIZE);
  for (let i = 0; i < POOL_SIZE; i++) pool[i] = hashed(i < entropy.length ? entropy[i] : 0);
  for (let source = 0; source < POOL_SIZE; source++) {
    for (let target = 0; target < POOL_SIZE; target++) {
      if (source !== target) pool[target] = mixed(pool[target], hashed(pool[source]));
    }
  }
  for (let source = POOL_SIZE; source < entropy.length; source++) {
    for (let target = 0; target < POOL_SIZE; target++) {
      pool[target] = mixed(pool[target], hashed(entropy[source]));
    }
  }
  return pool;
}

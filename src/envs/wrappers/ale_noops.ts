/**
 * How many no-ops to begin with, as wrappers in Python draw it for Atari games.
 *
 * @module
 */

import { integers } from "../rng/integers.ts";
import { PCG64 } from "../rng/pcg64.ts";
import { generateState, seedToWords } from "../rng/seed_sequence.ts";

/**
 * The generator that ale-py's environment has after `reset(seed)` and that wrappers draw from:
 * PCG64 seeded by the first word that NumPy's SeedSequence makes of the seed.
 *
 * @param seed left out, the operating system gives one
 */
export function aleGenerator(seed?: number): PCG64 {
  return seed === undefined ? new PCG64() : new PCG64(generateState(seedToWords(seed), 2)[0]);
}

/** A number of no-ops from 1 to `noopMax`. */
export function drawNoops(rng: PCG64, noopMax: number): number {
  return 1 + integers(rng, noopMax);
}

/**
 * The random numbers of shaders/lib/random.wgsl on the host, and a way to let a TypeScript environment
 * draw them in place of its own generator's. With equal draws a game must be equal on both sides, chance
 * and all. The tests' process alone sees this.
 */

import { philox } from "../../../src/gpu/philox.ts";
import { MT19937 } from "../../../src/envs/rng/mt19937.ts";
import { PCG64 } from "../../../src/envs/rng/pcg64.ts";

/** The stream of trace.ts. */
const STREAM = 1000;
/** The high word of the step under which trace.ts draws a start. */
const START = 0x80000000;

/** What a lane draws in one step, or at its start. */
export class Draws {
  readonly #key: [number, number];
  readonly #counter: [number, number, number, number];
  #words: number[] = [];

  private constructor(seed: number, lane: number, low: number, high: number) {
    this.#key = [seed, STREAM];
    this.#counter = [lane, 0, low, high];
  }

  /** Those of a reset, where the first step is number 0. */
  static ofStart(seed: number, lane: number): Draws {
    return new Draws(seed, lane, 0, START);
  }

  /** Those of a step. */
  static ofStep(seed: number, lane: number, step: number): Draws {
    return new Draws(seed, lane, step, 0);
  }

  /** 32 bits. */
  word(): number {
    if (this.#words.length === 0) {
      this.#words = philox(this.#counter, this.#key);
      this.#counter[1]++;
    }
    return this.#words.shift()!;
  }

  /** From [0, 1). */
  unit(): number {
    return (this.word() >>> 8) / 2 ** 24;
  }

  /** From 0 to n - 1. */
  below(n: number): number {
    return Math.floor(this.word() * n / 2 ** 32);
  }
}

/** What a generator is asked for. */
export type Source = Pick<Draws, "word" | "unit" | "below">;

let current: Source | undefined;

/** Lets every generator draw from here while `play` runs. */
export function withDraws<T>(draws: Source, play: () => T): T {
  current = draws;
  try {
    return play();
  } finally {
    current = undefined;
  }
}

const { nextDouble, integer } = MT19937.prototype;
const { next32 } = PCG64.prototype;
MT19937.prototype.nextDouble = function (): number {
  return current ? current.unit() : nextDouble.call(this);
};
MT19937.prototype.integer = function (n: number): number {
  return current ? current.below(n) : integer.call(this, n);
};
// Numbers below a power of two are the uppermost bits of one such word, as `below` takes them.
PCG64.prototype.next32 = function (): number {
  return current ? current.word() : next32.call(this);
};

/**
 * Times tiles against each other, in turn: a round is a turn of each, and what counts is the median of
 * the rounds' ratios to the present tile, so that a machine whose mood changes treats all alike.
 *
 * @module
 */

import type { Buffers } from "../../src/gpu/buffers.ts";
import type { Gpu } from "../../src/gpu/gpu.ts";
import type { Program } from "../../src/gpu/program.ts";
import { Readback } from "../../src/gpu/readback.ts";
import type { Tile } from "../../src/nn/tiles.ts";

/** A tile and what it took. */
export interface Timing {
  readonly tile: Tile;
  /** Of one dispatch, the median of the rounds. */
  readonly microseconds: number;
  /** The present tile's time divided by this one's, the median of the rounds' ratios. */
  readonly speedup: number;
}

/** After the first round, tiles that take so many times as long as the best are not tried again. */
const HOPELESS = 1.3;
/** Dispatches of a first look, which tells how many fill a turn. */
const LOOK = 4;
const MOST_DISPATCHES = 20_000;

/** Runs dispatches and waits for them. */
export class Stopwatch {
  readonly #gpu: Gpu;
  readonly #readback: Readback;
  readonly #word: GPUBuffer;

  /**
   * @param gpu The GPU.
   * @param buffers Who owns the buffers made here.
   */
  constructor(gpu: Gpu, buffers: Buffers) {
    this.#gpu = gpu;
    this.#readback = new Readback(gpu, buffers, "tuning", 4);
    this.#word = buffers.storage("tuning", 4);
  }

  /** Microseconds of one dispatch, over at least so many milliseconds. */
  async time(program: Program, milliseconds: number): Promise<number> {
    let count = LOOK;
    for (;;) {
      const spent = await this.#run(program, count);
      if (spent >= milliseconds || count === MOST_DISPATCHES) return 1000 * spent / count;
      const wanted = Math.ceil(1.2 * count * milliseconds / Math.max(spent, 0.01));
      count = Math.min(MOST_DISPATCHES, Math.max(2 * count, wanted));
    }
  }

  /** Milliseconds of so many dispatches. */
  async #run(program: Program, count: number): Promise<number> {
    const encoder = this.#gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let i = 0; i < count; i++) program.record(pass);
    pass.end();
    await this.#readback.read(this.#word, 0, 4);
    const started = performance.now();
    this.#gpu.submit(encoder.finish());
    await this.#readback.read(this.#word, 0, 4);
    return performance.now() - started;
  }
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * Times tiles, the first of which is the present one.
 *
 * @param tiles Which.
 * @param rounds How often each.
 * @param time Takes one tile's time, in microseconds; undefined ends the race.
 * @returns Those that were in every round, the fastest first; nothing when it was ended.
 */
export async function raceTiles(
  tiles: readonly Tile[],
  rounds: number,
  time: (tile: Tile, round: number) => Promise<number | undefined>,
): Promise<Timing[] | undefined> {
  const times = new Map<Tile, number[]>(tiles.map((tile) => [tile, []]));
  const [present] = tiles;
  for (let round = 0; round < rounds; round++) {
    for (const [tile, all] of times) {
      const spent = await time(tile, round);
      if (spent === undefined) return undefined;
      all.push(spent);
    }
    if (round > 0) continue;
    const best = Math.min(...[...times.values()].map(([first]) => first));
    for (const [tile, [first]] of times) {
      if (tile !== present && first > HOPELESS * best) times.delete(tile);
    }
  }
  const before = times.get(present)!;
  return [...times].map(([tile, all]) => ({
    tile,
    microseconds: median(all),
    speedup: median(all.map((spent, round) => before[round] / spent)),
  })).sort((a, b) => b.speedup - a.speedup);
}

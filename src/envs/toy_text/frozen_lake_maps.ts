/**
 * FrozenLake's maps: the two of old, and random ones.
 *
 * @module
 */

import { PCG64 } from "../rng/pcg64.ts";

/** The maps that have names; S is the start, F frozen, H a hole, G the goal. */
export const FROZEN_LAKE_MAPS: Readonly<Record<"4x4" | "8x8", readonly string[]>> = Object.freeze({
  "4x4": Object.freeze(["SFFF", "FHFH", "FFFH", "HFFG"]),
  "8x8": Object.freeze([
    "SFFFFFFF",
    "FFFFFFFF",
    "FFFHFFFF",
    "FFFFFHFF",
    "FFFHFFFF",
    "FHHFFFHF",
    "FHFFHFHF",
    "FFFHFFFG",
  ]),
});

/** After so many maps without a way to the goal, another try is hopeless. */
const TRIES = 100_000;

/** How {@linkcode generateRandomMap} is to draw. */
export interface RandomMapOptions {
  /** How many tiles a side has, at least 2; 8 if left out. */
  readonly size?: number;
  /** The probability that a tile is frozen, over 0; 0.8 if left out. */
  readonly p?: number;
  /** Seeds the draw; left out, the operating system gives a seed. */
  readonly seed?: number;
}

/**
 * A random square map for FrozenLake with a way from the start, in the upper left corner, to the goal,
 * in the lower right one: Gymnasium's `generate_random_map`, with the same maps for the same seeds.
 * Maps are drawn until one has a way; where p is so small that none of 100,000 has, that is an error.
 *
 * @example A lake of one's own
 * ```ts
 * import { generateRandomMap, make } from "@dinoq/dinoq";
 *
 * const desc = generateRandomMap({ size: 5, p: 0.9, seed: 1 });
 * const env = make<number>("FrozenLake-v1", { desc, isSlippery: false });
 * env.reset({ seed: 1 })[0]; // 0
 * ```
 *
 * @returns the rows
 */
export function generateRandomMap(options: RandomMapOptions = {}): string[] {
  const { size = 8, p = 0.8, seed } = options;
  if (!Number.isSafeInteger(size) || size < 2) {
    throw new RangeError(`generateRandomMap: size must be an integer of at least 2, got ${size}`);
  }
  if (!(p > 0)) {
    throw new RangeError(`generateRandomMap: p must be a number over 0, got ${p}`);
  }
  const rng = new PCG64(seed);
  const frozen = Math.min(1, p);
  // As NumPy's `choice` with probabilities has it.
  const threshold = frozen / (frozen + (1 - frozen));
  const isHole = new Uint8Array(size * size);
  for (let i = 0; i < TRIES; i++) {
    for (let tile = 0; tile < isHole.length; tile++) {
      isHole[tile] = rng.nextDouble() < threshold ? 0 : 1;
    }
    isHole[0] = 0;
    isHole[isHole.length - 1] = 0;
    if (hasWay(isHole, size)) return draw(isHole, size);
  }
  throw new RangeError(
    `generateRandomMap: none of ${TRIES} maps of size ${size} with p ${p} has a way to the goal; a greater p is wanted`,
  );
}

/** Whether a way leads from the first tile to the last. */
function hasWay(isHole: Uint8Array, size: number): boolean {
  const isSeen = isHole.slice();
  const stack = [0];
  isSeen[0] = 1;
  const visit = (tile: number) => {
    if (isSeen[tile] === 1) return;
    isSeen[tile] = 1;
    stack.push(tile);
  };
  while (stack.length > 0) {
    const tile = stack.pop()!;
    if (tile === isHole.length - 1) return true;
    const column = tile % size;
    if (column > 0) visit(tile - 1);
    if (column < size - 1) visit(tile + 1);
    if (tile >= size) visit(tile - size);
    if (tile + size < isHole.length) visit(tile + size);
  }
  return false;
}

function draw(isHole: Uint8Array, size: number): string[] {
  const last = isHole.length - 1;
  const letters = Array.from(
    isHole,
    (hole, tile) => tile === 0 ? "S" : tile === last ? "G" : hole === 1 ? "H" : "F",
  );
  return Array.from(
    { length: size },
    (_, row) => letters.slice(row * size, (row + 1) * size).join(""),
  );
}

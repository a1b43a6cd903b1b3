/**
 * How much of a product one invocation computes.
 *
 * A processor that plays GPU pays for each load and has few threads: large register tiles. A graphics
 * card hides loads behind thousands of threads, of which small networks give it too few: small tiles.
 * The tile never changes a sum's order, so outputs and gradients have the same bits with any tile; only
 * the gradient norm is summed by workgroup.
 */

import type { AdapterKind } from "../gpu/gpu.ts";

/** Rows and vec4 columns of a register tile, and invocations in a workgroup. */
export interface Tile {
  readonly rows: number;
  readonly columns4: number;
  readonly workgroup: number;
}

/** Above this many outputs a graphics card has threads enough for larger tiles. */
const MANY_OUTPUTS = 1 << 16;

/** The tile for a product of rows × 4·columns4 outputs. */
export function chooseTile(kind: AdapterKind, rows: number, columns4: number): Tile {
  if (kind === "cpu") {
    return { rows: Math.min(8, rows), columns4: Math.min(4, columns4), workgroup: 16 };
  }
  const large = rows * columns4 * 4 > MANY_OUTPUTS;
  return { rows: Math.min(large ? 4 : 2, rows), columns4: 1, workgroup: 64 };
}

/** The tile of the weight gradients, rows counted in vec4s too: one for all layers of a network. */
export function gradientTile(kind: AdapterKind): Tile {
  return kind === "cpu"
    ? { rows: 2, columns4: 4, workgroup: 16 }
    : { rows: 1, columns4: 1, workgroup: 64 };
}

/** Tiles that cover the outputs. */
export function tileCount(tile: Tile, rows: number, columns4: number): number {
  return Math.ceil(rows / tile.rows) * Math.ceil(columns4 / tile.columns4);
}

/**
 * Workgroups of 64 for a kernel that goes over an arena element by element. On a processor a few of
 * them, each looping: starting one costs more than the elements that it would take.
 */
export function arenaWorkgroups(kind: AdapterKind, vec4s: number): number {
  return Math.min(kind === "cpu" ? 16 : 4096, Math.ceil(vec4s / 64));
}

/**
 * Invocations that share a row of the batch and wait for each other. On a processor as many as a vector
 * has lanes: there each wait of more than one vector costs.
 */
export function rowWorkgroup(kind: AdapterKind): number {
  return kind === "cpu" ? 8 : 64;
}

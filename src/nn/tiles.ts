/**
 * How much of a product one invocation computes.
 *
 * A processor that plays GPU pays for each load and has few threads: large register tiles. A graphics
 * card hides loads behind thousands of threads, of which small networks give it too few: small tiles.
 * The tile never changes a sum's order, so outputs and gradients have the same bits with any tile; only
 * the gradient norm is summed by workgroup, and a convolution's gradient slice by slice.
 */

import type { AdapterKind } from "../gpu/gpu.ts";

/** Rows and vec4 columns of a register tile, and invocations in a workgroup. */
export interface Tile {
  readonly rows: number;
  readonly columns4: number;
  readonly workgroup: number;
}

/** Lanes of a processor's vector: the least that a workgroup of large tiles should have. */
const VECTOR = 8;

/** How kernels are cut on one kind of adapter. */
interface Cuts {
  /** A product's tile. */
  readonly product: Tile;
  /**
   * A larger one, for products that so many of them cover, if sums are of so many vec4s, or rows so many.
   */
  readonly largeProduct: Tile & { tiles: number; depth4: number; orRows: number };
  /** The tile of weight gradients, rows counted in vec4s too; and from so many vec4s of weights on. */
  readonly gradient: Tile;
  readonly largeGradient: Tile & { weights4: number };
  /** Likewise of those that are applied at once. */
  readonly applied: Tile;
  readonly largeApplied: Tile & { weights4: number };
  /** The tile of a convolution's gradient. */
  readonly convolutionGradient: Tile;
  /** The most workgroups for a kernel that goes over an arena. */
  readonly arena: number;
  /** Invocations that share a row of the batch. */
  readonly row: number;
}

/**
 * The numbers, which `deno task tune` looks for better ones of. Those of processors were measured on Mesa's
 * llvmpipe with two cores, where the largest tiles save a quarter of the time but take twice as long to
 * compile; those of graphics cards are reasoned.
 */
const CUTS: Record<AdapterKind, Cuts> = {
  cpu: {
    product: { rows: 8, columns4: 4, workgroup: 16 },
    largeProduct: {
      ...{ rows: 16, columns4: 4, workgroup: VECTOR },
      ...{ tiles: 16, depth4: 32, orRows: 1024 },
    },
    gradient: { rows: 2, columns4: 4, workgroup: 16 },
    largeGradient: { rows: 4, columns4: 4, workgroup: 16, weights4: 1 << 14 },
    applied: { rows: 2, columns4: 4, workgroup: VECTOR },
    largeApplied: { rows: 4, columns4: 4, workgroup: VECTOR, weights4: 1 << 11 },
    convolutionGradient: { rows: 4, columns4: 4, workgroup: VECTOR },
    arena: 16,
    row: VECTOR,
  },
  gpu: {
    product: { rows: 2, columns4: 1, workgroup: 64 },
    largeProduct: {
      ...{ rows: 4, columns4: 1, workgroup: 64 },
      ...{ tiles: 1 << 12, depth4: 1, orRows: 1 },
    },
    gradient: { rows: 1, columns4: 1, workgroup: 64 },
    largeGradient: { rows: 1, columns4: 1, workgroup: 64, weights4: Infinity },
    applied: { rows: 1, columns4: 1, workgroup: 64 },
    largeApplied: { rows: 1, columns4: 1, workgroup: 64, weights4: Infinity },
    convolutionGradient: { rows: 4, columns4: 1, workgroup: 64 },
    arena: 4096,
    row: 64,
  },
};

/** A tile, no larger than what it is to cover. */
function fitted({ rows, columns4, workgroup }: Tile, most: number, most4: number): Tile {
  return { rows: Math.min(rows, most), columns4: Math.min(columns4, most4), workgroup };
}

/** The tile for a product of rows × 4·columns4 outputs, each a sum of 4·depth4 products. */
export function chooseTile(
  kind: AdapterKind,
  rows: number,
  columns4: number,
  depth4: number,
): Tile {
  const { product, largeProduct } = CUTS[kind];
  const large = fitted(largeProduct, largeProduct.rows, columns4);
  const isWorthwhile = tileCount(large, rows, columns4) >= largeProduct.tiles &&
    (depth4 >= largeProduct.depth4 || rows >= largeProduct.orRows);
  return fitted(isWorthwhile ? large : product, rows, columns4);
}

/**
 * The tile of the weight gradients, rows counted in vec4s too: one for all dense layers of a network.
 *
 * @param kind The kind of adapter.
 * @param weights4 vec4s of all their weights.
 */
export function gradientTile(kind: AdapterKind, weights4: number): Tile {
  const { gradient, largeGradient } = CUTS[kind];
  return fitted(weights4 >= largeGradient.weights4 ? largeGradient : gradient, Infinity, Infinity);
}

/** The tile of a convolution's gradient, rows counted in vec4s too. */
export function convolutionGradientTile(
  kind: AdapterKind,
  rows4: number,
  columns4: number,
): Tile {
  return fitted(CUTS[kind].convolutionGradient, rows4, columns4);
}

/** Rounds of its loops that an invocation may take: software adapters end them after some 65,500. */
export const MOST_ROUNDS = 60_000;
/** Invocations that keep an adapter busy. */
const MANY_INVOCATIONS: Record<AdapterKind, number> = { cpu: 64, gpu: 1 << 15 };

/**
 * Into how many slices the lines of pixels are cut that a convolution's gradient sums over.
 *
 * @param kind The kind of adapter.
 * @param lines Lines of the outputs of the whole batch.
 * @param width Pixels of a line.
 * @param tiles Tiles that one slice has.
 */
export function gradientSlices(
  kind: AdapterKind,
  lines: number,
  width: number,
  tiles: number,
): number {
  const needed = Math.ceil(lines * (width + 1) / MOST_ROUNDS);
  const wanted = Math.ceil(MANY_INVOCATIONS[kind] / tiles);
  return Math.min(lines, Math.max(needed, wanted));
}

/** Tiles that cover the outputs. */
export function tileCount(tile: Tile, rows: number, columns4: number): number {
  return Math.ceil(rows / tile.rows) * Math.ceil(columns4 / tile.columns4);
}

/** Invocations of a workgroup where tiles do not say how many. */
export const WORKGROUP = 64;

/**
 * Workgroups of so many for a kernel that goes over an arena element by element. On a processor a few of
 * them, each looping: starting one costs more than the elements that it would take.
 */
export function arenaWorkgroups(kind: AdapterKind, vec4s: number): number {
  return Math.min(CUTS[kind].arena, Math.ceil(vec4s / WORKGROUP));
}

/**
 * Invocations that share a row of the batch and wait for each other. On a processor as many as a vector
 * has lanes: there each wait of more than one vector costs.
 */
export function rowWorkgroup(kind: AdapterKind): number {
  return CUTS[kind].row;
}

/** How a kernel that takes rows through all layers is cut. */
export interface FusedTile extends Tile {
  /** Invocations that share rows: one, or a whole workgroup. */
  readonly team: number;
  /** Rows of the batch that a team takes all the way. */
  readonly teamRows: number;
  /** Rows of a tile where a layer has few outputs. */
  readonly narrowRows: number;
}

/**
 * The tile of a kernel that takes rows of the batch through all layers.
 *
 * On a processor each invocation has its own rows, since barriers cost more than shared work saves: eight of
 * them, so that what is loaded of the weights is used often; fewer where the batch would not fill the
 * vectors of two threads. A tile has four columns, or three where those reach less far past the edges of
 * layers. On a graphics card a workgroup shares few rows, so that there are many workgroups, and of each
 * layer an invocation computes a vec4 or a few.
 *
 * @param kind The kind of adapter.
 * @param batch Rows of the batch.
 * @param widths4 vec4s of each layer's outputs.
 */
export function fusedTile(
  kind: AdapterKind,
  batch: number,
  widths4: readonly number[],
): FusedTile {
  if (kind === "cpu") {
    const rows = Math.min(8, 2 ** Math.ceil(Math.log2(Math.max(1, batch / (2 * VECTOR)))));
    const isThree = columnsCovered(3, widths4) < columnsCovered(4, widths4);
    const columns4 = Math.min(isThree ? 3 : 4, Math.max(...widths4));
    return { rows, columns4, workgroup: VECTOR, team: 1, teamRows: rows, narrowRows: rows };
  }
  const teamRows = Math.min(4, batch);
  return { rows: 1, columns4: 1, workgroup: 64, team: 64, teamRows, narrowRows: 1 };
}

/** vec4s that tiles of so many columns compute of all layers together. */
function columnsCovered(columns4: number, widths4: readonly number[]): number {
  return widths4.reduce((sum, width4) => sum + Math.ceil(width4 / columns4) * columns4, 0);
}

/**
 * The tile of gradients that are applied at once, rows counted in vec4s too; and how many invocations leave
 * one share of the norm: one where barriers are dear, else a workgroup.
 *
 * @param kind The kind of adapter.
 * @param weights4 vec4s of all weights.
 */
export function fusedGradientTile(
  kind: AdapterKind,
  weights4: number,
): Tile & { readonly team: number } {
  const { applied, largeApplied } = CUTS[kind];
  const tile = fitted(
    weights4 >= largeApplied.weights4 ? largeApplied : applied,
    Infinity,
    Infinity,
  );
  return { ...tile, team: kind === "cpu" ? 1 : tile.workgroup };
}

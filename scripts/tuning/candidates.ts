/**
 * Which tiles are tried: those that an adapter of a kind may like, none larger than the product.
 *
 * @module
 */

import type { AdapterKind } from "../../src/gpu/gpu.ts";
import type { Tile } from "../../src/nn/tiles.ts";

/** Extents of tiles. On a processor large ones, on a graphics card many threads. */
const EXTENTS: Readonly<
  Record<AdapterKind, Readonly<Record<keyof Tile, readonly number[]>>>
> = {
  cpu: { rows: [4, 8, 16], columns4: [1, 2, 4], workgroup: [8, 16] },
  gpu: { rows: [1, 2, 4, 8], columns4: [1, 2], workgroup: [32, 64, 128] },
};

/** Extents of the gradients' tiles, whose rows are vec4s too. */
const GRADIENT_EXTENTS: typeof EXTENTS = {
  cpu: { rows: [1, 2, 4], columns4: [1, 2, 4], workgroup: [8, 16] },
  gpu: { rows: [1, 2], columns4: [1, 2], workgroup: [32, 64, 128, 256] },
};

/**
 * The tiles to try.
 *
 * @param kind The kind of adapter.
 * @param present The tile that is chosen now; it is the first of them.
 * @param most The product's extents, beyond which no tile is larger; without them those of gradients.
 */
export function candidates(
  kind: AdapterKind,
  present: Tile,
  most?: { readonly rows: number; readonly columns4: number },
): Tile[] {
  const { rows, columns4, workgroup } = (most ? EXTENTS : GRADIENT_EXTENTS)[kind];
  const tiles = [present];
  for (const r of rows) {
    for (const c of columns4) {
      for (const w of workgroup) {
        const tile: Tile = {
          rows: Math.min(r, most?.rows ?? r),
          columns4: Math.min(c, most?.columns4 ?? c),
          workgroup: w,
        };
        if (!tiles.some((other) => tileText(other) === tileText(tile))) tiles.push(tile);
      }
    }
  }
  return tiles;
}

/** A tile in few characters: rows × vec4 columns, and invocations: 8×4 @16. */
export function tileText({ rows, columns4, workgroup }: Tile): string {
  return `${rows}×${columns4} @${workgroup}`;
}

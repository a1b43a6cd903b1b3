/** Tests of the choice of tiles: they fit what they are for, and cover it. */

import assert from "node:assert/strict";
import {
  arenaWorkgroups,
  chooseTile,
  convolutionGradientTile,
  fusedTile,
  gradientSlices,
  gradientTile,
  tileCount,
} from "../../src/nn/tiles.ts";

const KINDS = ["cpu", "gpu"] as const;
const SIZES = [1, 2, 3, 4, 7, 8, 9, 17, 64, 129, 1000];

Deno.test("tiles: a tile is no larger than the product, and has at least one output", () => {
  for (const kind of KINDS) {
    for (const rows of SIZES) {
      for (const columns4 of SIZES) {
        const tiles = [
          ...[1, 1000].map((depth4) => chooseTile(kind, rows, columns4, depth4)),
          convolutionGradientTile(kind, rows, columns4),
        ];
        for (const tile of tiles) {
          assert(tile.rows >= 1 && tile.rows <= rows, `${kind} ${rows}×${columns4}`);
          assert(tile.columns4 >= 1 && tile.columns4 <= columns4, `${kind} ${rows}×${columns4}`);
          assert(tile.workgroup >= 1 && tile.workgroup <= 256);
        }
      }
    }
  }
});

Deno.test("tiles: as many tiles as cover rows and columns, and no row of tiles too many", () => {
  for (const kind of KINDS) {
    for (const rows of SIZES) {
      for (const columns4 of SIZES) {
        const tile = chooseTile(kind, rows, columns4, 100);
        const across = Math.ceil(columns4 / tile.columns4);
        const down = tileCount(tile, rows, columns4) / across;
        assert(Number.isInteger(down));
        assert(down * tile.rows >= rows && (down - 1) * tile.rows < rows);
      }
    }
  }
});

Deno.test("tiles: workgroups of gradients sum their squares by halves, so they are powers of two", () => {
  for (const kind of KINDS) {
    for (const weights4 of [1, 1e6]) {
      const { workgroup } = gradientTile(kind, weights4);
      assert.equal(Math.log2(workgroup) % 1, 0);
    }
  }
});

Deno.test("tiles: an arena gets at least one workgroup, and no more than it has work for", () => {
  for (const kind of KINDS) {
    for (const vec4s of [1, 63, 64, 65, 1000, 1e6]) {
      const count = arenaWorkgroups(kind, vec4s);
      assert(count >= 1 && count <= Math.ceil(vec4s / 64), `${kind}: ${count} for ${vec4s}`);
    }
  }
});

Deno.test("tiles: slices of a gradient are no more than there are lines, and short enough to be gone through", () => {
  for (const kind of KINDS) {
    for (const lines of SIZES) {
      for (const width of [1, 8, 400, 2000]) {
        for (const tiles of [1, 9, 5000]) {
          const slices = gradientSlices(kind, lines, width, tiles);
          assert(slices >= 1 && slices <= lines);
          // An invocation's rounds: one for each pixel, and one for each line.
          const rounds = Math.ceil(lines / slices) * (width + 1);
          assert(rounds < 65_000, `${kind}: ${rounds} rounds for ${lines} lines of ${width}`);
        }
      }
    }
  }
});

Deno.test("tiles: large ones on a processor are for long sums or many pixels, with tiles enough", () => {
  const rows = (rows: number, columns4: number, depth4: number) =>
    chooseTile("cpu", rows, columns4, depth4).rows;
  assert.equal(rows(64, 16, 100), 16);
  assert.equal(rows(64, 16, 10), 8);
  assert.equal(rows(32, 4, 1000), 8);
  assert.equal(rows(2048, 4, 9), 16);
});

Deno.test("tiles: on a processor a fused tile has three columns where four reach further past edges", () => {
  const columns = (...widths4: number[]) => fusedTile("cpu", 128, widths4).columns4;
  assert.equal(columns(30, 21, 1), 3, "54 vec4s against 60");
  assert.equal(columns(16, 16, 1), 4, "36 against 39");
  assert.equal(columns(12, 12), 4, "24 either way");
  assert.equal(columns(2, 1), 2, "no more than there are");
});

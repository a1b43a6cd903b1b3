/** Tests of the sum tree: its sums are those of its leaves, for any number of rows. */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Readback } from "../../src/gpu/readback.ts";
import { SumTree } from "../../src/replay/sum_tree.ts";
import { random } from "../nn/harness.ts";
import { totalOf } from "../reference/sum_tree.ts";

const gpu = await Gpu.open();
const buffers = new Buffers(gpu);
const readback = new Readback(gpu, buffers, "tree", 1 << 16);

/** The first and last row below a node, and whether it is a leaf itself. */
function rowsBelow(node: number, firstLeaf: number): [first: number, end: number] {
  let [first, end] = [node, node + 1];
  while (first < firstLeaf) [first, end] = [16 * first + 1, 16 * (end - 1) + 17];
  return [first - firstLeaf, end - firstLeaf];
}

for (const rows of [1, 2, 15, 16, 17, 129, 256, 257, 1000, 4096, 4097, 70_000]) {
  Deno.test(`sum tree: ${rows} rows: every node is the sum of the weights below it`, async () => {
    const tree = await SumTree.create(gpu, buffers, rows);
    const next = random(rows);
    const weights = Float32Array.from(
      { length: rows },
      () => next() < -0.5 ? 0 : 10 ** (3 * next()),
    );
    tree.write(weights, 7);
    assert.deepEqual(await tree.read(readback, 0, rows), weights);
    assert.equal(await tree.readGreatest(readback), 7);
    const nodes = new Float32Array(await readback.read(tree.nodes));
    const { FIRST_LEAF, TREE_STRIDE } = tree.overrides;
    assert(nodes.length >= TREE_STRIDE);
    assert(TREE_STRIDE <= 2.07 * rows + 32, "memory");
    let total = 0;
    for (let at = 0; at < nodes.length; at++) {
      const [first, end] = rowsBelow(at + 1, FIRST_LEAF);
      const wanted = totalOf(weights.subarray(Math.min(first, rows), Math.min(end, rows)));
      assert(
        Math.abs(nodes[at] - wanted) <= 1e-6 * wanted,
        `node ${at + 1}: ${nodes[at]}, ${wanted}`,
      );
      if (at < 16) total += nodes[at];
    }
    assert(Math.abs(total - totalOf(weights)) <= 1e-6 * total);
    tree.clear();
    const cleared = new Float32Array(await readback.read(tree.nodes));
    assert(cleared.every((x) => x === 0));
    assert.equal(await tree.readGreatest(readback), 1);
  });
}

Deno.test("sum tree: weights of another number of rows are refused", async () => {
  const tree = await SumTree.create(gpu, buffers, 20);
  assert.throws(() => tree.write(new Float32Array(19)), {
    name: "RangeError",
    message: "19 weights for 20 rows",
  });
});

/** Tests of what a network's description tells: its dense layers, where their parts begin, widths in vec4s. */

import assert from "node:assert/strict";
import { denseLayers, splitOf, vec4s } from "../../src/nn/network.ts";
import { buildNetwork } from "../../src/nn/structure.ts";
import { structure } from "./harness.ts";

Deno.test("network: widths are rounded up to vec4s", () => {
  assert.deepEqual([0, 1, 4, 5, 8, 9].map(vec4s), [0, 1, 1, 2, 2, 3]);
});

Deno.test("network: a dense layer splits where its second linear part begins, or not at all", () => {
  const network = buildNetwork(
    structure({ hiddenLayers: [5], headLayers: [9], actions: 3, dueling: true, layerNorm: true }),
  );
  const dense = denseLayers(network);
  assert.deepEqual(
    dense.map(({ parts }) => parts.map(({ name }) => name)),
    [["0"], ["advantage.0", "value.0"], ["advantage.3"], ["value.3"]],
  );
  // Nine advantages' numbers take three vec4s.
  assert.deepEqual(dense.map(splitOf), [2, 3, 1, 1]);
  assert.deepEqual(dense.map(({ out4 }) => out4), [2, 6, 1, 1]);
});

/** Tests of the way into the arena and out of it: names and shapes, round trips, and what is refused. */

import assert from "node:assert/strict";
import type { Network } from "../../src/nn/network.ts";
import { pack, type Parameters, parameterShapes, unpack } from "../../src/nn/parameters.ts";
import { buildNetwork } from "../../src/nn/structure.ts";
import {
  everyStructure,
  liveMask,
  mlp,
  pictureStructures,
  randomParameters,
  structure,
} from "./harness.ts";

Deno.test("parameters: they have PyTorch's names and shapes", () => {
  assert.deepEqual(parameterShapes(mlp(4, [64, 32], 2, "relu")), {
    "0.weight": [64, 4],
    "0.bias": [64],
    "2.weight": [32, 64],
    "2.bias": [32],
    "4.weight": [2, 32],
    "4.bias": [2],
  });
});

Deno.test("parameters: noisy layers have means and σs, layer normalisation scale and shift", () => {
  const network = buildNetwork(
    structure({ inputs: 4, hiddenLayers: [6], noisy: true, layerNorm: true }),
  );
  assert.deepEqual(Object.entries(parameterShapes(network)), [
    ["0.weight_mu", [6, 4]],
    ["0.weight_sigma", [6, 4]],
    ["0.bias_mu", [6]],
    ["0.bias_sigma", [6]],
    ["1.weight", [6]],
    ["1.bias", [6]],
    ["3.weight_mu", [2, 6]],
    ["3.weight_sigma", [2, 6]],
    ["3.bias_mu", [2]],
    ["3.bias_sigma", [2]],
  ]);
});

/** Packs and unpacks, and looks at where everything lies. */
function assertRoundTrip(network: Network, name: string): void {
  const parameters = randomParameters(network, 1);
  const arena = pack(network, parameters);
  assert.equal(arena.length, 4 * network.parameters4, name);
  assert.deepEqual(unpack(network, arena), parameters, name);
  // No two parameters share a place, and what no parameter has is zero.
  const count = Object.values(parameters).reduce((sum, { data }) => sum + data.length, 0);
  const live = liveMask(network);
  assert.equal(live.reduce((a, b) => a + b, 0), count, name);
  assert(arena.every((x, i) => live[i] === 1 || x === 0), name);
}

Deno.test("parameters: what is packed is unpacked as it was, whatever the widths", () => {
  for (const widths of [[1, 1], [3, 17, 5, 2], [4, 8, 4], [27, 50, 40, 30, 9], [5, 1, 7]]) {
    const network = mlp(widths[0], widths.slice(1, -1), widths[widths.length - 1], "relu");
    assertRoundTrip(network, widths.join("-"));
  }
});

Deno.test("parameters: what is packed is unpacked as it was, whatever the parts of the network", () => {
  for (const each of [...everyStructure(), ...pictureStructures()]) {
    assertRoundTrip(buildNetwork(each), JSON.stringify(each));
  }
});

Deno.test("parameters: unpacked ones are copies", () => {
  const network = mlp(2, [], 1, "relu");
  const arena = pack(network, randomParameters(network, 1));
  const parameters = unpack(network, arena);
  const before = [...parameters["0.weight"].data, ...parameters["0.bias"].data];
  arena.fill(7);
  assert.deepEqual([...parameters["0.weight"].data, ...parameters["0.bias"].data], before);
});

Deno.test("parameters: those that do not fit are refused by name", () => {
  const network = mlp(3, [2], 1, "relu");
  const good = randomParameters(network, 1);
  const data = (count: number) => new Float32Array(count);
  const { "2.bias": _, ...incomplete } = good;
  const cases: [Parameters, RegExp][] = [
    [incomplete, /parameter "2\.bias" of shape \[1\] is missing/],
    [
      { ...good, "4.bias": { shape: [1], data: data(1) } },
      /unknown parameter "4\.bias": this network has 0\.weight, 0\.bias, 2\.weight, 2\.bias/,
    ],
    [
      { ...good, "0.weight": { shape: [3, 2], data: data(6) } },
      /"0\.weight" must have shape \[2,3\] and 6 numbers, got shape \[3,2\] and 6 numbers/,
    ],
    [
      { ...good, "0.weight": { shape: [2, 3], data: data(5) } },
      /"0\.weight" must have shape \[2,3\] and 6 numbers, got shape \[2,3\] and 5 numbers/,
    ],
    [{ ...good, "0.bias": { shape: [3], data: data(3) } }, /"0\.bias" must have shape \[2\]/],
  ];
  for (const [parameters, message] of cases) {
    assert.throws(() => pack(network, parameters), message);
  }
});

Deno.test("parameters: a plain network's are no noisy one's, and the other way round", () => {
  const plain = mlp(3, [], 2, "relu");
  const noisy = buildNetwork(structure({ noisy: true }));
  assert.throws(
    () => pack(noisy, randomParameters(plain, 1)),
    /unknown parameter "0\.weight": this network has 0\.weight_mu, 0\.weight_sigma, 0\.bias_mu/,
  );
  assert.throws(
    () => pack(plain, randomParameters(noisy, 1)),
    /unknown parameter "0\.weight_mu": this network has 0\.weight, 0\.bias/,
  );
});

/** Tests of the arena: where parameters lie, what they are called, and the way in and out. */

import assert from "node:assert/strict";
import {
  mlp,
  pack,
  type Parameters,
  parameterShapes,
  unpack,
  vec4s,
} from "../../src/nn/network.ts";
import { liveMask, randomParameters } from "./harness.ts";

Deno.test("network: widths are rounded up to vec4s", () => {
  assert.deepEqual([0, 1, 4, 5, 8, 9].map(vec4s), [0, 1, 1, 2, 2, 3]);
});

Deno.test("network: layers follow each other in the arena, rows padded to vec4s", () => {
  const network = mlp(5, [9, 4], 2, "tanh");
  assert.deepEqual(network.layers, [
    {
      index: 0,
      inputs: 5,
      outputs: 9,
      in4: 2,
      out4: 3,
      activation: "tanh",
      weightsAt: 0,
      biasAt: 24,
    },
    {
      index: 2,
      inputs: 9,
      outputs: 4,
      in4: 3,
      out4: 1,
      activation: "tanh",
      weightsAt: 27,
      biasAt: 39,
    },
    {
      index: 4,
      inputs: 4,
      outputs: 2,
      in4: 1,
      out4: 1,
      activation: "identity",
      weightsAt: 40,
      biasAt: 44,
    },
  ]);
  assert.equal(network.parameters4, 45);
  assert.equal(network.inputs, 5);
  assert.equal(network.outputs, 2);
});

Deno.test("network: without hidden layers it is linear", () => {
  const { layers, parameters4 } = mlp(3, [], 2, "relu");
  assert.equal(layers.length, 1);
  assert.equal(layers[0].activation, "identity");
  assert.equal(parameters4, 5);
});

Deno.test("network: parameters have PyTorch's names and shapes", () => {
  assert.deepEqual(parameterShapes(mlp(4, [64, 32], 2, "relu")), {
    "0.weight": [64, 4],
    "0.bias": [64],
    "2.weight": [32, 64],
    "2.bias": [32],
    "4.weight": [2, 32],
    "4.bias": [2],
  });
});

Deno.test("network: what is packed is unpacked as it was, whatever the widths", () => {
  for (const widths of [[1, 1], [3, 17, 5, 2], [4, 8, 4], [27, 50, 40, 30, 9], [5, 1, 7]]) {
    const network = mlp(widths[0], widths.slice(1, -1), widths[widths.length - 1], "relu");
    const parameters = randomParameters(network, widths.length);
    const arena = pack(network, parameters);
    assert.equal(arena.length, 4 * network.parameters4);
    assert.deepEqual(unpack(network, arena), parameters);
    // No two parameters share a place, and what no parameter has is zero.
    const count = Object.values(parameters).reduce((sum, { data }) => sum + data.length, 0);
    const live = liveMask(network);
    assert.equal(live.reduce((a, b) => a + b, 0), count);
    assert(arena.every((x, i) => live[i] === 1 || x === 0));
  }
});

Deno.test("network: unpacked parameters are copies", () => {
  const network = mlp(2, [], 1, "relu");
  const arena = pack(network, randomParameters(network, 1));
  const parameters = unpack(network, arena);
  const before = [...parameters["0.weight"].data, ...parameters["0.bias"].data];
  arena.fill(7);
  assert.deepEqual([...parameters["0.weight"].data, ...parameters["0.bias"].data], before);
});

Deno.test("network: parameters that do not fit are refused by name", () => {
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

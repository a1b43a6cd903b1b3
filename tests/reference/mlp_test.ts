/** Tests of the reference network: against PyTorch's activations and by finite differences. */

import assert from "node:assert/strict";
import { loadFunctions } from "../fixtures/torch/load.ts";
import {
  activate,
  type Activation,
  arrays,
  backward,
  erf,
  forward,
  fromParameters,
  type Layer,
  slope,
} from "./mlp.ts";

const ACTIVATIONS: Activation[] = ["relu", "tanh", "gelu", "identity"];

/** A network of numbers that look random but are the same each time. */
function network(...sizes: number[]): Layer[] {
  let n = 0;
  const value = () => Math.sin(12.9898 * ++n);
  return sizes.slice(1).map((outputs, l) => ({
    inputs: sizes[l],
    outputs,
    weight: Float64Array.from({ length: outputs * sizes[l] }, value),
    bias: Float64Array.from({ length: outputs }, value),
  }));
}

Deno.test("reference mlp: erf at tabulated points", () => {
  // DLMF, table 7.23, and erf's symmetry.
  assert.equal(erf(0), 0);
  assert.ok(Math.abs(erf(0.5) - 0.5204998778130465) < 1e-15);
  assert.ok(Math.abs(erf(-1) + 0.8427007929497149) < 1e-15);
  assert.ok(Math.abs(erf(3) - 0.9999779095030014) < 1e-15);
  assert.equal(erf(7), 1);
});

Deno.test("reference mlp: activations and their slopes are PyTorch's", async () => {
  const { x, functions } = await loadFunctions();
  for (const activation of ACTIVATIONS) {
    const recorded = functions[activation];
    x.forEach((value, i) => {
      const y = activate(activation, value);
      const dy = slope(activation, value);
      assert.ok(Math.abs(y - recorded.y[i]) < 1e-14, `${activation}(${value}): ${y}`);
      assert.ok(Math.abs(dy - recorded.slope[i]) < 1e-14, `${activation}'(${value}): ${dy}`);
    });
  }
});

Deno.test("reference mlp: a network worked out by hand", () => {
  const layers: Layer[] = [
    { inputs: 2, outputs: 2, weight: Float64Array.of(1, 2, -3, 4), bias: Float64Array.of(0.5, -1) },
    { inputs: 2, outputs: 1, weight: Float64Array.of(10, 100), bias: Float64Array.of(7) },
  ];
  // Row 1: relu(1 + 2 + .5, −3 + 4 − 1) = (3.5, 0); row 2: relu(−2 + .5, 6 − 1) = (0, 5).
  assert.deepEqual([...forward(layers, "relu", [1, 1, -2, 0]).output], [42, 507]);
  const pass = forward(layers, "relu", [1, 1, -2, 0]);
  const [first, second] = backward(layers, "relu", pass, Float64Array.of(1, 2));
  assert.deepEqual([...second.weight, ...second.bias], [3.5, 10, 3]);
  assert.deepEqual([...first.weight, ...first.bias], [10, 10, -400, 0, 10, 200]);
});

Deno.test("reference mlp: gradients are the loss's finite differences", () => {
  const observations = Float64Array.from({ length: 4 * 3 }, (_, i) => Math.cos(3.7 * i));
  const outputGradient = Float64Array.from({ length: 4 * 2 }, (_, i) => Math.sin(1.3 * i + 1));
  for (const activation of ACTIVATIONS) {
    const layers = network(3, 5, 4, 2);
    const loss = () =>
      forward(layers, activation, observations).output.reduce(
        (sum, q, i) => sum + q * outputGradient[i],
        0,
      );
    const pass = forward(layers, activation, observations);
    const gradients = arrays(backward(layers, activation, pass, outputGradient));
    const h = 1e-6;
    arrays(layers).forEach((array, k) => {
      array.forEach((value, i) => {
        array[i] = value + h;
        const above = loss();
        array[i] = value - h;
        const below = loss();
        array[i] = value;
        const difference = (above - below) / (2 * h);
        assert.ok(
          Math.abs(difference - gradients[k][i]) < 1e-8,
          `${activation}, array ${k}, element ${i}: ${difference} against ${gradients[k][i]}`,
        );
      });
    });
  }
});

Deno.test("reference mlp: parameters are found by the names of an nn.Sequential", () => {
  const layers = fromParameters({
    "q.0.weight": { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] },
    "q.0.bias": { shape: [2], data: [7, 8] },
    "q.2.weight": { shape: [1, 2], data: [9, 10] },
    "q.2.bias": { shape: [1], data: [11] },
    "target.0.weight": { shape: [1, 1], data: [0] },
  }, "q");
  assert.deepEqual(layers.map(({ inputs, outputs }) => [inputs, outputs]), [[3, 2], [2, 1]]);
  assert.deepEqual(arrays(layers).map((array) => [...array]), [
    [1, 2, 3, 4, 5, 6],
    [7, 8],
    [9, 10],
    [11],
  ]);
});

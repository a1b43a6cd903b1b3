/** Tests of initial parameters: bounds, spread, orthonormality, and that they follow from the seed. */

import assert from "node:assert/strict";
import { type Init, initialParameters } from "../../src/nn/init.ts";
import { denseLayers, type Network } from "../../src/nn/network.ts";
import { type Parameter, parameterShapes } from "../../src/nn/parameters.ts";
import { buildNetwork } from "../../src/nn/structure.ts";
import { mlp, structure } from "./harness.ts";

const INITS: readonly Init[] = ["pytorch", "xavier", "he", "orthogonal", { uniform: 0.1 }];

/** A network with enough parameters for statistics: 20 to 100, 100 to 50, 50 to 4. */
const NETWORK = mlp(20, [100, 50], 4, "relu");

/** Names and sizes of a network's linear layers. */
function linears(network: Network) {
  return denseLayers(network).flatMap(({ inputs, parts }) =>
    parts.map(({ name, outputs, isLast }) => ({ name, inputs, outputs, isLast }))
  );
}

function mean(data: ArrayLike<number>): number {
  return Array.from(data).reduce((a, b) => a + b, 0) / data.length;
}

function variance(data: ArrayLike<number>): number {
  const middle = mean(data);
  return Array.from(data).reduce((sum, x) => sum + (x - middle) ** 2, 0) / data.length;
}

/** Uniform in ±bound: inside, near both ends, and with the mean and variance of such numbers. */
function assertUniform({ data }: Parameter, bound: number, name: string): void {
  const n = data.length;
  assert(data.every((x) => Math.abs(x) <= bound), `${name}: outside ±${bound}`);
  // Five standard deviations of the mean, and of the mean of squares (variance of x² is 4b⁴/45).
  assert(Math.abs(mean(data)) < 5 * bound / Math.sqrt(3 * n), `${name}: mean ${mean(data)}`);
  const square = mean(data.map((x) => x * x));
  const spread = 5 * bound ** 2 * Math.sqrt(4 / 45 / n);
  assert(Math.abs(square - bound ** 2 / 3) < spread, `${name}: mean square ${square}`);
  if (n >= 1000) {
    assert(Math.max(...data) > 0.98 * bound && Math.min(...data) < -0.98 * bound, `${name}: ends`);
  }
}

function assertZero({ data }: Parameter, name: string): void {
  assert(data.every((x) => x === 0), `${name} must be zero`);
}

Deno.test("init: names and shapes are the network's, and all numbers are finite", () => {
  for (const init of INITS) {
    const parameters = initialParameters(NETWORK, init, 1);
    const shapes = Object.fromEntries(
      Object.entries(parameters).map(([name, { shape }]) => [name, shape]),
    );
    assert.deepEqual(shapes, parameterShapes(NETWORK));
    for (const { shape, data } of Object.values(parameters)) {
      assert.equal(data.length, shape.reduce((a, b) => a * b, 1));
      assert(data.every(Number.isFinite));
    }
  }
});

Deno.test("init: pytorch is U(±1/√fan_in), for weights and biases", () => {
  const parameters = initialParameters(NETWORK, "pytorch", 3);
  for (const { name, inputs } of linears(NETWORK)) {
    const bound = 1 / Math.sqrt(inputs);
    assertUniform(parameters[`${name}.weight`], bound, `${name}.weight`);
    assertUniform(parameters[`${name}.bias`], bound, `${name}.bias`);
  }
});

Deno.test("init: xavier is U(±√(6 / (fan_in + fan_out))), biases zero", () => {
  const parameters = initialParameters(NETWORK, "xavier", 3);
  for (const { name, inputs, outputs } of linears(NETWORK)) {
    const bound = Math.sqrt(6 / (inputs + outputs));
    assertUniform(parameters[`${name}.weight`], bound, `${name}.weight`);
    assertZero(parameters[`${name}.bias`], `${name}.bias`);
  }
});

Deno.test("init: { uniform: x } is U(±x), for weights and biases", () => {
  const parameters = initialParameters(NETWORK, { uniform: 0.1 }, 3);
  for (const [name, parameter] of Object.entries(parameters)) assertUniform(parameter, 0.1, name);
});

Deno.test("init: he is normal with variance 2 / fan_in, biases zero", () => {
  const parameters = initialParameters(NETWORK, "he", 3);
  for (const { name, inputs } of linears(NETWORK)) {
    const { data } = parameters[`${name}.weight`];
    const n = data.length;
    const deviation = Math.sqrt(2 / inputs);
    assert(Math.abs(mean(data)) < 5 * deviation / Math.sqrt(n), `mean ${mean(data)}`);
    const ratio = variance(data) / deviation ** 2;
    assert(Math.abs(ratio - 1) < 5 * Math.sqrt(2 / n), `variance is ${ratio} of what it should be`);
    // The share of a normal distribution within one and within two standard deviations.
    for (const [width, share] of [[1, 0.6827], [2, 0.9545]]) {
      const inside = data.filter((x) => Math.abs(x) < width * deviation).length / n;
      const spread = 5 * Math.sqrt(share * (1 - share) / n);
      assert(Math.abs(inside - share) < spread, `${inside} lie within ${width} deviations`);
    }
    assertZero(parameters[`${name}.bias`], `${name}.bias`);
  }
});

Deno.test("init: orthogonal has orthonormal rows or columns, times √2 and in the last layer 1", () => {
  // Tall, wide, square, and a single number.
  for (const widths of [[3, 7, 7, 2], [17, 5, 40, 40], [1, 1, 1], [64, 64, 4]]) {
    const network = mlp(widths[0], widths.slice(1, -1), widths[widths.length - 1], "relu");
    const parameters = initialParameters(network, "orthogonal", 5);
    linears(network).forEach(({ name, inputs, outputs }, l, { length }) => {
      const gain = l + 1 === length ? 1 : Math.SQRT2;
      const { data } = parameters[`${name}.weight`];
      const short = Math.min(inputs, outputs);
      const long = Math.max(inputs, outputs);
      const at = (s: number, i: number) =>
        outputs <= inputs ? data[s * inputs + i] : data[i * inputs + s];
      for (let a = 0; a < short; a++) {
        for (let b = 0; b <= a; b++) {
          let dot = 0;
          for (let i = 0; i < long; i++) dot += at(a, i) * at(b, i);
          const wanted = a === b ? gain ** 2 : 0;
          assert(Math.abs(dot - wanted) < 1e-6, `${outputs}×${inputs}: ${a}·${b} = ${dot}`);
        }
      }
      assertZero(parameters[`${name}.bias`], `${name}.bias`);
    });
  }
});

Deno.test("init: the same seed gives the same parameters, another seed or agent others", () => {
  for (const init of INITS) {
    const first = initialParameters(NETWORK, init, 7);
    assert.deepEqual(initialParameters(NETWORK, init, 7), first);
    assert.deepEqual(initialParameters(NETWORK, init, 7, 0.5, 0), first);
    for (
      const other of [
        initialParameters(NETWORK, init, 8),
        initialParameters(NETWORK, init, 7, 0.5, 1),
      ]
    ) {
      for (const { name } of linears(NETWORK)) {
        const [a, b] = [first, other].map((each) => each[`${name}.weight`].data);
        assert(
          a.filter((x, i) => x === b[i]).length < 3,
          `${JSON.stringify(init)}, layer ${name}`,
        );
      }
    }
  }
});

Deno.test("init: no two parameters of a network share their numbers", () => {
  const network = mlp(6, [6, 6], 6, "relu");
  const parameters = initialParameters(network, { uniform: 1 }, 1);
  const all = Object.values(parameters).flatMap(({ data }) => [...data]);
  assert(new Set(all).size > all.length - 3);
});

Deno.test("init: layer normalisation starts as the identity, and takes no numbers from other layers", () => {
  const widths = { inputs: 4, hiddenLayers: [9], headLayers: [7], actions: 2 };
  const plain = initialParameters(buildNetwork(structure(widths)), "he", 1);
  const network = buildNetwork(structure({ ...widths, layerNorm: true }));
  const normed = initialParameters(network, "he", 1);
  for (const [name, width] of [["1", 9], ["4", 7]]) {
    assert.deepEqual(normed[`${name}.weight`], {
      shape: [width],
      data: new Float32Array(Number(width)).fill(1),
    });
    assertZero(normed[`${name}.bias`], `${name}.bias`);
  }
  for (const [mine, theirs] of [["0", "0"], ["3", "2"], ["6", "4"]]) {
    assert.deepEqual(normed[`${mine}.weight`], plain[`${theirs}.weight`]);
  }
});

Deno.test("init: noisy layers start at U(±1/√fan_in) with σ = sigma0/√fan_in, whatever the init", () => {
  const network = buildNetwork(
    structure({ inputs: 20, hiddenLayers: [100], headLayers: [50], dueling: true, noisy: true }),
  );
  const parameters = initialParameters(network, "orthogonal", 3, 0.4);
  for (const { name, inputs } of linears(network)) {
    for (const kind of ["weight", "bias"]) {
      assertUniform(parameters[`${name}.${kind}_mu`], 1 / Math.sqrt(inputs), `${name}.${kind}_mu`);
      const sigma = Math.fround(0.4 / Math.sqrt(inputs));
      assert(parameters[`${name}.${kind}_sigma`].data.every((x) => x === sigma), name);
    }
  }
  const half = initialParameters(network, "pytorch", 3);
  assert.equal(half["0.weight_sigma"].data[0], Math.fround(0.5 / Math.sqrt(20)));
});

Deno.test("init: orthogonal streams of a dueling head end with gain 1, each by itself", () => {
  const network = buildNetwork(
    structure({ inputs: 6, hiddenLayers: [8], headLayers: [5], dueling: true, atoms: 3 }),
  );
  const parameters = initialParameters(network, "orthogonal", 5);
  const gains: Record<string, number> = {};
  for (const { name, inputs, outputs } of linears(network)) {
    // Rows or columns have length 1: the sum of all squares is as many of them as there are.
    const square = parameters[`${name}.weight`].data.reduce((sum, x) => sum + x * x, 0);
    gains[name] = Math.round(1e4 * square / Math.min(inputs, outputs)) / 1e4;
  }
  assert.deepEqual(gains, {
    "0": 2,
    "advantage.0": 2,
    "value.0": 2,
    "advantage.2": 1,
    "value.2": 1,
  });
});

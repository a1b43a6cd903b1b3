/**
 * Tests of pictures outside the GPU: sizes, where pixels lie, names, shapes and order of parameters, how
 * they start, and what is refused.
 */

import assert from "node:assert/strict";
import { initialParameters } from "../../src/nn/init.ts";
import { convolutions, denseLayers } from "../../src/nn/network.ts";
import { pack, type Parameters, parameterShapes } from "../../src/nn/parameters.ts";
import { pictureAfter, placesOf } from "../../src/nn/pictures.ts";
import { buildNetwork, type PictureLayer } from "../../src/nn/structure.ts";
import { flatInput, type Given, randomParameters, structure } from "./harness.ts";

/** A convolution with a square kernel. */
function conv(channels: number, size: number, stride = 1, padding = 0): PictureLayer {
  return {
    kind: "conv",
    channels,
    kernel: [size, size],
    stride: [stride, stride],
    padding: [padding, padding],
  };
}

function pool(size: number, stride: number, padding = 0): PictureLayer {
  const { kernel, ...rest } = conv(1, size, stride, padding);
  return { kind: "maxPool", kernel, stride: rest.stride, padding: rest.padding };
}

const NATURE = structure({
  input: { height: 84, width: 84, channels: 4, isBytes: true, scale: 1 / 255 },
  convolutions: [conv(32, 8, 4), conv(64, 4, 2), conv(64, 3)],
  hiddenLayers: [512],
  actions: 6,
  activation: "relu",
});

Deno.test("pictures: Nature's network has PyTorch's names and shapes", () => {
  assert.deepEqual(parameterShapes(buildNetwork(NATURE)), {
    "0.weight": [32, 4, 8, 8],
    "0.bias": [32],
    "2.weight": [64, 32, 4, 4],
    "2.bias": [64],
    "4.weight": [64, 64, 3, 3],
    "4.bias": [64],
    "7.weight": [512, 3136],
    "7.bias": [512],
    "9.weight": [6, 512],
    "9.bias": [6],
  });
});

Deno.test("pictures: poolings and Flatten count among the indices, streams have their own", () => {
  const input = { ...flatInput(3), height: 9, width: 9 };
  const layers = [conv(5, 3, 1), pool(2, 2), conv(6, 2)];
  const names = (given: Given) =>
    Object.keys(parameterShapes(buildNetwork(structure({ input, convolutions: layers, ...given }))))
      .filter((name) => name.endsWith("weight")).map((name) => name.slice(0, -".weight".length));
  assert.deepEqual(names({}), ["0", "3", "6"]);
  assert.deepEqual(names({ hiddenLayers: [4] }), ["0", "3", "6", "8"]);
  assert.deepEqual(names({ dueling: true }), ["0", "3", "advantage.0", "value.0"]);
  assert.deepEqual(names({ cosines: 4 }), ["0", "3", "embedding", "head.0"]);
  assert.deepEqual(names({ convolutions: [pool(2, 2)], hiddenLayers: [4] }), ["2", "4"]);
  // A picture that no convolution reads is but a row of numbers.
  assert.deepEqual(names({ convolutions: [], hiddenLayers: [4] }), ["0", "2"]);
});

Deno.test("pictures: a network's weights lie kernel line by kernel line, the flattened ones pixel by pixel", () => {
  // 2 channels in a 3×3 picture, a kernel of 2×3 with 5 channels, so 2×1 pixels of 5 are flattened.
  const network = buildNetwork(structure({
    input: { ...flatInput(2), height: 3, width: 3 },
    convolutions: [{ ...conv(5, 2), kernel: [2, 3] }],
    actions: 1,
  }));
  const [first] = convolutions(network);
  const [last] = denseLayers(network);
  assert.deepEqual([first.in4, first.out4, last.in4, last.inputs], [6, 2, 4, 10]);
  // Numbers that say where they come from: (output, channel, y, x).
  const data = (shape: number[], value: (...at: number[]) => number) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => {
      const at: number[] = [];
      for (const size of [...shape].reverse()) {
        at.unshift(i % size);
        i = Math.floor(i / size);
      }
      return value(...at);
    }),
  });
  const arena = pack(network, {
    "0.weight": data([5, 2, 2, 3], (o, c, y, x) => 1000 * (o + 1) + 100 * c + 10 * y + x),
    "0.bias": data([5], (o) => o + 1),
    "3.weight": data([1, 10], (_, i) => 1 + i),
    "3.bias": data([1], () => 7),
  });
  for (let o = 0; o < 5; o++) {
    for (let y = 0; y < 2; y++) {
      for (let x = 0; x < 3; x++) {
        const at = 4 * (first.weightsAt + o * 6 + y * 3 + x);
        const channels = [0, 1].map((c) => 1000 * (o + 1) + 100 * c + 10 * y + x);
        assert.deepEqual([...arena.subarray(at, at + 4)], [...channels, 0, 0]);
      }
    }
  }
  const at = 4 * last.weightsAt;
  // PyTorch's column c·2 + pixel lies at pixel·8 + c.
  const wanted = [1, 3, 5, 7, 9, 0, 0, 0, 2, 4, 6, 8, 10, 0, 0, 0];
  assert.deepEqual([...arena.subarray(at, at + 16)], wanted);
});

Deno.test("pictures: flat numbers lie pixel by pixel, a plain row as it is", () => {
  assert.deepEqual([...placesOf({ pixels: 1, channels: 6 })], [0, 1, 2, 3, 4, 5]);
  assert.deepEqual([...placesOf({ pixels: 3, channels: 2 })], [0, 4, 8, 1, 5, 9]);
  assert.deepEqual([...placesOf({ pixels: 2, channels: 5 })], [0, 8, 1, 9, 2, 10, 3, 11, 4, 12]);
});

Deno.test("pictures: sizes are PyTorch's, windows that would reach past the edge left out", () => {
  const from = { height: 10, width: 7, channels: 3 };
  const size = (layer: PictureLayer) => Object.values(pictureAfter(layer, from, 1));
  assert.deepEqual(size(conv(5, 3)), [8, 5, 5]);
  assert.deepEqual(size(conv(5, 3, 2)), [4, 3, 5]);
  assert.deepEqual(size(conv(5, 3, 2, 1)), [5, 4, 5]);
  assert.deepEqual(size({ ...conv(4, 1), kernel: [10, 7], stride: [9, 9] }), [1, 1, 4]);
  assert.deepEqual(size(pool(2, 2)), [5, 3, 3]);
  assert.deepEqual(size(pool(3, 2, 1)), [5, 4, 3]);
});

Deno.test("pictures: what can't be is refused with its number and sizes", () => {
  const input = { ...flatInput(3), height: 9, width: 8 };
  const build = (...convolutions: PictureLayer[]) =>
    buildNetwork(structure({ input, convolutions }));
  const cases: [PictureLayer[], RegExp][] = [
    [
      [conv(5, 3, 2), conv(6, 4)],
      /^picture layer 2 \(conv, kernel 4×4\): the kernel is larger than what it gets, 4×3 pixels with padding 0×0: take a smaller kernel/,
    ],
    [[pool(9, 2)], /layer 1 \(maxPool, kernel 9×9\): .* 9×8 pixels/],
    [[pool(3, 1, 2)], /a pooling's padding must be at most half its kernel, got 2×2/],
    [[conv(5, 0)], /kernel must be whole numbers of at least 1, got 0×0/],
    [[conv(5, 2, 0)], /stride must be whole numbers of at least 1, got 0×0/],
    [[conv(5, 2, 1, -1)], /padding must be whole numbers of at least 0, got -1×-1/],
    [[conv(1.5, 2)], /channels must be whole numbers of at least 1, got 1\.5/],
  ];
  for (const [layers, message] of cases) {
    assert.throws(() => build(...layers), (error: Error) => {
      assert(error instanceof RangeError);
      assert.match(error.message, message);
      return true;
    });
  }
  const large = { ...input, height: 300, width: 300 };
  for (const layer of [pool(16, 1), pool(250, 250), conv(5, 250)]) {
    assert.throws(
      () => buildNetwork(structure({ input: large, convolutions: [layer] })),
      /: a number of it follows from too many others, \d+ steps of at most 60000: take a smaller kernel/,
    );
  }
  buildNetwork(structure({ input: large, convolutions: [pool(200, 200)] }));
  const bytes = { ...input, isBytes: true };
  for (const [convolutions, first] of [[[], "a dense layer"], [[pool(2, 2)], "maxPool"]] as const) {
    assert.throws(
      () => buildNetwork(structure({ input: bytes, convolutions })),
      new RangeError(
        `observations can be bytes where a convolution reads them, got ${first} first: give it floats`,
      ),
    );
  }
});

Deno.test("pictures: only a convolution's padding makes margins, each of its own input's", () => {
  const network = buildNetwork(structure({
    input: { ...flatInput(3), height: 8, width: 8 },
    convolutions: [{ ...conv(5, 3), padding: [1, 2] }, pool(2, 2, 1), conv(4, 2, 1, 1), conv(2, 2)],
  }));
  assert.deepEqual(network.input.margin, [1, 2]);
  const margins = network.layers.flatMap((layer) => "to" in layer ? [layer.to.margin] : []);
  assert.deepEqual(margins, [[0, 0], [1, 1], [0, 0], [0, 0]]);
  // Input 10×12 of one vec4; 8×10 of two; (5 + 2)×(6 + 2) of two; 6×7 of one; 5×6 of one; two actions.
  assert.deepEqual(network.blocks.map(({ width4 }) => width4), [120, 160, 112, 42, 30, 1]);
});

Deno.test("pictures: convolutions start by their fan-in, and without σs in a noisy network", () => {
  const small = { ...NATURE, convolutions: NATURE.convolutions.slice(0, 2), hiddenLayers: [] };
  const network = buildNetwork(small);
  const largest = ({ data }: Parameters[string]) =>
    data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const variance = ({ data }: Parameters[string]) =>
    data.reduce((sum, x) => sum + x * x, 0) / data.length;
  const near = (x: number, wanted: number) => assert(Math.abs(x / wanted - 1) < 0.05, `${x}`);
  const plain = initialParameters(network, "pytorch", 1);
  const bound = 1 / Math.sqrt(32 * 16);
  assert(largest(plain["2.weight"]) <= bound && largest(plain["2.weight"]) > 0.999 * bound);
  assert(largest(plain["2.bias"]) <= bound && largest(plain["2.bias"]) > 0.9 * bound);
  near(variance(initialParameters(network, "he", 1)["2.weight"]), 2 / (32 * 16));
  const xavier = initialParameters(network, "xavier", 1);
  near(largest(xavier["2.weight"]), Math.sqrt(6 / (32 * 16 + 64 * 16)));
  assert.equal(largest(xavier["2.bias"]), 0);

  const { weight, rows } = orthogonalRows();
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b <= a; b++) {
      const size = weight.length / rows;
      let dot = 0;
      for (let i = 0; i < size; i++) dot += weight[a * size + i] * weight[b * size + i];
      assert(Math.abs(dot - (a === b ? 2 : 0)) < 1e-5, `rows ${a} and ${b}: ${dot}`);
    }
  }

  const noisy = buildNetwork({ ...small, noisy: true });
  const names = Object.keys(parameterShapes(noisy));
  assert.deepEqual(names, [
    ...["0.weight", "0.bias", "2.weight", "2.bias"],
    ...["5.weight_mu", "5.weight_sigma", "5.bias_mu", "5.bias_sigma"],
  ]);
  assert.deepEqual(initialParameters(noisy, "he", 1)["2.weight"], plain["2.weight"]);
});

/** A small convolution's orthogonal start. */
function orthogonalRows(): { weight: Float32Array; rows: number } {
  const network = buildNetwork(structure({
    input: { ...flatInput(3), height: 5, width: 5 },
    convolutions: [conv(6, 2)],
  }));
  return { weight: initialParameters(network, "orthogonal", 1)["0.weight"].data, rows: 6 };
}

Deno.test("pictures: padding of the embedding's rows is zero, as its features' is", () => {
  const network = buildNetwork(structure({
    input: { ...flatInput(3), height: 5, width: 4 },
    convolutions: [conv(6, 3)],
    cosines: 3,
  }));
  const embedding = denseLayers(network)[0];
  const [{ name, outputs, rows }] = embedding.parts;
  assert.deepEqual([name, outputs, rows], ["embedding", 36, { pixels: 6, channels: 6 }]);
  assert.equal(embedding.out4, 12);
  const arena = pack(network, randomParameters(network, 1));
  const biases = arena.subarray(4 * embedding.biasAt, 4 * (embedding.biasAt + embedding.out4));
  biases.forEach((x, i) => assert.equal(x === 0, i % 8 >= 6, `bias ${i}`));
});

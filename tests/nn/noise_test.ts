/**
 * Tests of noisy networks: what is drawn is normal and independent, weights are made of it as the
 * equations say, for each pass and each linear part, and the gradients of the σs follow.
 */

import assert from "node:assert/strict";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { type AdapterKind, Gpu } from "../../src/gpu/gpu.ts";
import { philox, STREAMS, words } from "../../src/gpu/philox.ts";
import { Program } from "../../src/gpu/program.ts";
import { type Entry, Table } from "../../src/gpu/table.ts";
import { planBackward } from "../../src/nn/backward.ts";
import { denseLayers, type Network } from "../../src/nn/network.ts";
import { layOutNoise, normalsPerPass, planNoise } from "../../src/nn/noise.ts";
import { pack, type Parameters, unpack } from "../../src/nn/parameters.ts";
import type { Pass } from "../../src/nn/passes.ts";
import { buildNetwork } from "../../src/nn/structure.ts";
import { Workspace } from "../../src/nn/workspace.ts";
import { floatsOf, withKind } from "../gpu/harness.ts";
import {
  distance,
  liveMask,
  mlp,
  passesOf,
  randomFloats,
  randomParameters,
  same,
  structure,
  tickEntry,
} from "./harness.ts";

const gpu = await Gpu.open();
const KINDS: readonly AdapterKind[] = ["cpu", "gpu"];
const AGENTS = 2;

/** Streams that share their first layer, normalisation between, odd widths. */
const NETWORK = buildNetwork(structure({
  ...{ inputs: 3, hiddenLayers: [5], headLayers: [9], actions: 3, atoms: 2 },
  ...{ dueling: true, layerNorm: true, noisy: true },
}));

/** Noise of a network, and programs for its steps. */
async function plan(
  network: Network,
  passes: readonly Pass[],
  { agents = AGENTS, stream = STREAMS.noise as number, kind = gpu.kind } = {},
) {
  const buffers = new Buffers(gpu);
  const parameters = buffers.storage("parameters", agents * 2 * network.parameters4 * 16);
  const noise = withKind(
    gpu,
    kind,
    () => planNoise(gpu, buffers, network, parameters, passes, stream, agents),
  );
  const table = new Table(gpu, buffers, {
    ...{ file: "lib/tick", struct: "Tick", agents, capacity: 1 },
  });
  const draw = await Program.build(gpu, "draw", [noise.draw], table);
  const mix = await Program.build(gpu, "mix", [noise.mix]);
  return {
    ...{ buffers, parameters, noise, table },
    async draw(entries: Entry[]) {
      draw.run([entries.map((entry) => tickEntry(entry))]);
      const all = await floatsOf(gpu, noise.buffer);
      return entries.map((_, agent) =>
        all.slice(4 * agent * noise.agent4, 4 * (agent + 1) * noise.agent4)
      );
    },
    async mix() {
      mix.run([[{}]]);
      return await floatsOf(gpu, noise.arenas.buffer);
    },
  };
}

/** The entry of an update. */
function entryOf(update: number, seed: number): Entry {
  const [updateLow, updateHigh] = words(update);
  return { updateLow, updateHigh, seed };
}

/** What f has been applied to: f(x) = sgn(x) √|x|. */
const normalOf = (x: number) => Math.sign(x) * x * x;

/** The mean of numbers, and the standard error that it has when they have this variance. */
function assertMean(numbers: number[], mean: number, variance: number, name: string): void {
  const got = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const error = Math.sqrt(variance / numbers.length);
  assert(Math.abs(got - mean) < 5 * error, `${name} is ${got}, wanted ${mean} ± ${error}`);
}

Deno.test("noise: what f is applied to is standard normal, each by itself", async () => {
  // As many numbers as an arena with few weights for them has.
  const network = mlp(1, [20_000], 1, "relu");
  const { buffers, draw } = await plan({ ...network, isNoisy: true }, passesOf(3), { agents: 1 });
  const [noise] = await draw([entryOf(1, 7)]);
  const normals = Array.from(noise, normalOf);
  assert(normals.length > 120_000);
  assertMean(normals, 0, 1, "mean");
  assertMean(normals.map((x) => x ** 2), 1, 2, "variance");
  assertMean(normals.map((x) => x ** 3), 0, 15, "skewness");
  assertMean(normals.map((x) => x ** 4), 3, 96, "kurtosis");
  for (const [width, share] of [[0.5, 0.38292], [1, 0.68269], [2, 0.9545], [3, 0.9973]]) {
    const inside = normals.map((x) => Number(Math.abs(x) < width));
    assertMean(inside, share, share * (1 - share), `share within ${width}`);
  }
  // The four of a vec4, neighbours, and the same place in other passes know nothing of each other, nor
  // do their sizes.
  const perPass = normals.length / 3;
  for (const lag of [1, 2, 3, 4, perPass]) {
    const pairs = normals.slice(lag).map((x, i) => [x, normals[i]]);
    assertMean(pairs.map(([x, y]) => x * y), 0, 1, `lag ${lag}`);
    assertMean(pairs.map(([x, y]) => (x * x - 1) * (y * y - 1)), 0, 4, `lag ${lag}, squares`);
  }
  buffers.destroy();
});

Deno.test("noise: it follows from seed, update, place and stream, as Philox and Box and Muller have it", async () => {
  const passes = passesOf(3);
  for (const stream of [STREAMS.noise, STREAMS.actingNoise]) {
    const { buffers, draw } = await plan(NETWORK, passes, { stream });
    for (const update of [0, 1, 2 ** 32 + 1]) {
      const entries = [entryOf(update, 1), entryOf(update, 0xfffffffe)];
      const drawn = await draw(entries);
      drawn.forEach((noise, agent) => {
        assert.equal(noise.length, 4 * 3 * NETWORK.noise4);
        for (let i = 0; i < noise.length / 4; i++) {
          const random = philox([i, 0, ...words(update)], [entries[agent].seed, stream])
            .map((word) => (word >>> 8) / 2 ** 24);
          for (let k = 0; k < 4; k++) {
            const radius = Math.sqrt(-2 * Math.log(1 - random[k % 2]));
            const angle = 2 * Math.PI * random[2 + k % 2];
            const wanted = radius * (k < 2 ? Math.cos(angle) : Math.sin(angle));
            // The angle is rounded, and drivers' cosines are good to some 1e-6.
            const off = Math.abs(normalOf(noise[4 * i + k]) - wanted);
            assert(off < 1e-5, `update ${update}, agent ${agent}, ${i}.${k}: off by ${off}`);
          }
        }
      });
      assert.deepEqual(await draw(entries), drawn);
    }
    buffers.destroy();
  }
});

/** Noise of every linear part of a pass: f(ε) of its inputs and of its outputs. */
function noiseOfParts(network: Network, image: Float32Array, at4: number) {
  const parts: Record<string, { ofInputs: Float32Array; ofOutputs: Float32Array }> = {};
  for (const { inputs, in4, parts: own, noiseInAt, noiseOutAt } of denseLayers(network)) {
    own.forEach(({ name, at, outputs }, i) => {
      const start = 4 * (at4 + noiseInAt + i * in4);
      const outAt = 4 * (at4 + noiseOutAt) + at;
      parts[name] = {
        ofInputs: image.subarray(start, start + inputs),
        ofOutputs: image.subarray(outAt, outAt + outputs),
      };
    });
  }
  return parts;
}

Deno.test("noise: each pass has weights of its own, μ + σ ∘ (f(ε_out) f(ε_in)ᵀ), with any tiles", async () => {
  const network = NETWORK;
  const passes = passesOf(3);
  const size = 4 * network.parameters4;
  const given = Array.from(
    { length: AGENTS },
    (_, agent) => [0, 1].map((which) => randomParameters(network, 1 + 2 * agent + which)),
  );
  const image = given.flat().flatMap((each) => [...pack(network, each)]);
  const results: Float32Array[] = [];
  for (const kind of KINDS) {
    const { buffers, parameters, noise, mix } = await plan(network, passes, { kind });
    upload(gpu, parameters, Float32Array.from(image));
    assert.equal(image.length, AGENTS * 2 * size);
    // Padding too: it meets σs of zero.
    const drawn = randomFloats(4 * AGENTS * noise.agent4, 5, 2);
    upload(gpu, noise.buffer, drawn);
    const weights = await mix();
    results.push(weights);
    const { size4, count, ofPass } = noise.arenas;
    assert.deepEqual({ size4, count, ofPass }, {
      size4: network.weights4,
      count: 3,
      ofPass: 0x210,
    });
    for (let agent = 0; agent < AGENTS; agent++) {
      passes.forEach(({ network: which }, pass) => {
        const own = given[agent][which === "online" ? 0 : 1];
        const parts = noiseOfParts(network, drawn, agent * noise.agent4 + pass * network.noise4);
        // The weights as parameters of a network without noise, whose arena is laid out alike.
        const start = 4 * (agent * 3 + pass) * size4;
        const arena = weights.subarray(start, start + 4 * size4);
        const still: Network = { ...network, isNoisy: false, parameters4: network.weights4 };
        const wanted: Parameters = {};
        for (const [name, { shape, data }] of Object.entries(own)) {
          const linear = name.match(/^(.*)\.(weight|bias)_mu$/);
          if (name.endsWith("_sigma")) continue;
          if (!linear) {
            wanted[name] = { shape, data };
            continue;
          }
          const { ofInputs, ofOutputs } = parts[linear[1]];
          const sigma = own[name.replace("_mu", "_sigma")].data;
          const epsilon = (i: number) =>
            linear[2] === "bias"
              ? ofOutputs[i]
              : ofOutputs[Math.floor(i / shape[1])] * ofInputs[i % shape[1]];
          wanted[name.replace("_mu", "")] = {
            shape,
            data: data.map((mean, i) => mean + sigma[i] * epsilon(i)),
          };
        }
        const off = distance(arena, pack(still, wanted));
        assert(off < 2e-6, `${kind}, agent ${agent}, pass ${pass}: off by ${off}`);
        const live = liveMask(still);
        assert(arena.every((x, i) => live[i] === 1 || x === 0), "padding");
      });
    }
    buffers.destroy();
  }
  assert(same(results[0], results[1]));
});

Deno.test("noise: the σs' gradients are the weights' times the noise, with any tiles", async () => {
  const network = NETWORK;
  const batch = 7;
  const passes = passesOf(2);
  const results: Float32Array[] = [];
  for (const kind of KINDS) {
    const { buffers, noise, table } = await plan(network, passes, { kind });
    const options = { batch, passes, inputs: 2, training: true, agents: AGENTS };
    const workspace = new Workspace(buffers, network, options);
    const { activationsStride, slopesStride } = workspace;
    const bytes = network.parameters4 * 16;
    const gradients = buffers.storage("gradients", AGENTS * bytes);
    const { steps, partials, partialCount } = withKind(
      gpu,
      kind,
      () => planBackward(gpu, buffers, noise.arenas, gradients, workspace, noise),
    );
    const drawn = randomFloats(4 * AGENTS * noise.agent4, 5, 2);
    upload(gpu, noise.buffer, drawn);
    const activations = new Float32Array(workspace.activations.size / 4);
    const deltas = new Float32Array(workspace.deltas!.size / 4);
    const numbers = Array.from(
      { length: AGENTS },
      (_, agent) =>
        denseLayers(network).flatMap(({ inputs, input, output, parts }, l) => {
          const from = workspace.activationsOf(input);
          const above = workspace.slopesOf(output);
          const seed = 100 * agent + 10 * l;
          // The first rows of a block that several streams share: each its own columns.
          const x = randomFloats(batch * inputs, seed);
          place(activations, agent * activationsStride + from.at, from.stride, x, inputs);
          return parts.map(({ name, at, outputs }, i) => {
            const d = randomFloats(batch * outputs, seed + 1 + i);
            place(deltas, agent * slopesStride + above.at + at / 4, above.stride, d, outputs);
            return { name, inputs, outputs, x, d };
          });
        }),
    );
    upload(gpu, workspace.activations, activations);
    upload(gpu, workspace.deltas!, deltas);
    const step = steps.find(({ label }) => label === "weight gradient")!;
    const limits = [3e38, 0.6];
    (await Program.build(gpu, "weight gradient", [step], table))
      .run([limits.map((maxGradValue) => tickEntry({ maxGradValue }))]);
    const image = await floatsOf(gpu, gradients, AGENTS * bytes / 4);
    results.push(image);
    const shares = await floatsOf(gpu, partials);
    numbers.forEach((linears, agent) => {
      const arena = image.subarray(agent * bytes / 4, (agent + 1) * bytes / 4);
      const got = unpack(network, arena);
      // Of the first pass, the one that is learnt from.
      const parts = noiseOfParts(network, drawn, agent * noise.agent4);
      const clip = (g: number) => Math.max(-limits[agent], Math.min(limits[agent], g));
      let square = 0;
      for (const { name, inputs, outputs, x, d } of linears) {
        const { ofInputs, ofOutputs } = parts[name];
        const weight = new Float64Array(outputs * inputs);
        const bias = new Float64Array(outputs);
        for (let b = 0; b < batch; b++) {
          for (let o = 0; o < outputs; o++) {
            bias[o] += d[b * outputs + o];
            for (let i = 0; i < inputs; i++) {
              weight[o * inputs + i] += d[b * outputs + o] * x[b * inputs + i];
            }
          }
        }
        const epsilon = (k: number) => ofOutputs[Math.floor(k / inputs)] * ofInputs[k % inputs];
        const wanted = {
          weight_mu: weight,
          weight_sigma: weight.map((g, k) => g * epsilon(k)),
          bias_mu: bias,
          bias_sigma: bias.map((g, o) => g * ofOutputs[o]),
        };
        for (const [kind, numbers] of Object.entries(wanted)) {
          const off = distance(got[`${name}.${kind}`].data, numbers.map(clip));
          assert(off < 6e-6, `agent ${agent}: ${name}.${kind} off by ${off}`);
          square += numbers.reduce((sum, g) => sum + clip(g) ** 2, 0);
        }
      }
      const live = liveMask(network);
      assert(arena.every((g, i) => live[i] === 1 || g === 0), "padding has a gradient");
      const share = shares.subarray(agent * partialCount, (agent + 1) * partialCount)
        .reduce((sum, x) => sum + x, 0);
      assert(Math.abs(share / square - 1) < 1e-5, `squared norm ${share}, wanted ${square}`);
    });
    buffers.destroy();
  }
  assert(same(results[0], results[1]), "the tile changes bits");
});

/** Puts [rows × width] numbers into columns of a wider block; `at` counts vec4s, as the stride does. */
function place(
  image: Float32Array,
  at: number,
  stride: number,
  data: Float32Array,
  width: number,
): void {
  for (let row = 0; row < data.length / width; row++) {
    image.set(data.subarray(row * width, (row + 1) * width), 4 * (at + row * stride));
  }
}

Deno.test("noise: given by hand it goes where the kernels look for it, advantage's before value's", () => {
  const network = buildNetwork(structure({ inputs: 2, actions: 3, dueling: true, noisy: true }));
  assert.equal(normalsPerPass(network), (2 + 3) + (2 + 1));
  // Squares, whose roots are easily told apart.
  const squares = (from: number) => Array.from({ length: 8 }, (_, i) => (from + i) ** 2);
  const normals = Float32Array.from([...squares(1), ...squares(11).map((x) => -x)]);
  const laid = layOutNoise(network, 2, normals);
  const pass = (advantage: number[], value: number[]) => [
    // Inputs of both, then outputs of both, padded to vec4s.
    ...advantage.slice(0, 2),
    ...[0, 0],
    ...value.slice(0, 2),
    ...[0, 0],
    ...advantage.slice(2),
    ...[0],
    ...value.slice(2),
    ...[0, 0, 0],
  ];
  assert.deepEqual([...laid], [
    ...pass([1, 2, 3, 4, 5], [6, 7, 8]),
    ...pass([-11, -12, -13, -14, -15], [-16, -17, -18]),
  ]);
  assert.equal(normalsPerPass(NETWORK), (3 + 5) + 2 * (5 + 9) + (9 + 6) + (9 + 2));
});

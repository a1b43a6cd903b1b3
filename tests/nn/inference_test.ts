/**
 * Tests of a network put to use: any number of observations, odd widths, the online network alone;
 * quantile samples at fixed midpoints, and noise that follows from the table.
 */

import assert from "node:assert/strict";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { type Entry, Table } from "../../src/gpu/table.ts";
import { Inference, type InferenceOptions, type Reading } from "../../src/nn/inference.ts";
import type { Network } from "../../src/nn/network.ts";
import { normalsPerPass } from "../../src/nn/noise.ts";
import { pack } from "../../src/nn/parameters.ts";
import { buildNetwork } from "../../src/nn/structure.ts";
import type { Workspace } from "../../src/nn/workspace.ts";
import { bufferOf } from "../gpu/harness.ts";
import { FamilyNetwork, type NetworkOptions, readParameters } from "../reference/family_network.ts";
import { forward } from "../reference/mlp.ts";
import {
  distance,
  mlp,
  randomFloats,
  randomParameters,
  referenceOf,
  structure,
  tickEntry,
} from "./harness.ts";

const gpu = await Gpu.open();

/** Observations as the environment gives them: one array each. */
function observations(count: number, size: number, seed: number): Float32Array[] {
  return Array.from({ length: count }, (_, i) => randomFloats(size, 100 * seed + i));
}

/** Runs the network on observations of so many numbers each. */
function runOn(inference: Inference, seen: readonly Float32Array[], entry?: Entry) {
  const width = 4 * Math.ceil(seen[0].length / 4);
  const inputs = new Float32Array(seen.length * width);
  seen.forEach((each, row) => inputs.set(each, row * width));
  return inference.run(seen.length, inputs, entry);
}

/** What the last layer gave for each action, for each quantile sample. */
function lastBlock(workspace: Workspace): Reading {
  const { block, actions } = workspace.network.output;
  const { at, stride } = workspace.activationsOf({ block, at4: 0 });
  return {
    steps: [],
    buffer: workspace.activations,
    at: 4 * at,
    width: 4 * stride,
    wanted: actions,
    rows: workspace.passes[0].samples,
  };
}

/** A forward pass that reads the last block. */
function create(
  buffers: Buffers,
  network: Network,
  parameters: GPUBuffer,
  given: Partial<InferenceOptions> = {},
): Promise<Inference> {
  const table = new Table(gpu, buffers, {
    file: "lib/tick",
    struct: "Tick",
    agents: 1,
    capacity: 1,
  });
  return Inference.create(gpu, buffers, {
    network,
    parameters,
    batch: 1,
    samples: 1,
    isNoisy: false,
    table,
    read: lastBlock,
    ...given,
  });
}

for (const [inputs, outputs] of [[3, 2], [4, 4], [6, 5]]) {
  Deno.test(`inference: Q-values of ${inputs} inputs and ${outputs} actions are the reference's`, async () => {
    const buffers = new Buffers(gpu);
    const network = mlp(inputs, [7], outputs, "tanh");
    const [online, target] = [randomParameters(network, 1), randomParameters(network, 2)];
    const arenas = Float32Array.of(...pack(network, online), ...pack(network, target));
    const parameters = bufferOf(gpu, buffers, arenas);
    for (const batch of [1, 4]) {
      const inference = await create(buffers, network, parameters, { batch });
      // As many as it is for, and fewer.
      for (const [round, count] of [batch, 1, Math.ceil(0.7 * batch)].entries()) {
        const seen = observations(count, inputs, round);
        const got = await runOn(inference, seen);
        assert.equal(got.length, count * outputs);
        const flat = seen.flatMap((each) => [...each]);
        const wanted = forward(referenceOf(online), "tanh", flat).output;
        assert(distance(got, wanted) < 2e-6, `off by ${distance(got, wanted)}`);
      }
    }
    buffers.destroy();
  });
}

Deno.test("inference: one upload, one submit and one readback a call, and new parameters at once", async () => {
  const buffers = new Buffers(gpu);
  const network = mlp(2, [], 3, "relu");
  const parameters = bufferOf(gpu, buffers, new Float32Array(8 * network.parameters4));
  const inference = await create(buffers, network, parameters);
  const observation = Float32Array.of(2, -1);
  assert.deepEqual([...await runOn(inference, [observation])], [0, 0, 0]);
  const given = {
    "0.weight": { shape: [3, 2], data: Float32Array.of(1, 0, 0, 1, 1, 1) },
    "0.bias": { shape: [3], data: Float32Array.of(0, 0, 10) },
  };
  upload(gpu, parameters, pack(network, given));
  const before = { ...gpu.traffic };
  assert.deepEqual([...await runOn(inference, [observation])], [2, -1, 11]);
  assert.deepEqual(gpu.traffic, {
    submits: before.submits + 1,
    uploads: before.uploads + 1,
    readbacks: before.readbacks + 1,
  });
  buffers.destroy();
});

/** IQN with noise and layer normalisation, of odd widths. */
const IQN: NetworkOptions = {
  observationSize: 3,
  actions: 2,
  hiddenLayers: [5],
  headLayers: [3],
  activation: "tanh",
  layerNorm: true,
  noisy: true,
  distribution: "iqn",
  cosines: 6,
};

Deno.test("inference: quantile samples are midpoints, noisy weights their means, unless noise is asked for", async () => {
  const buffers = new Buffers(gpu);
  const { observationSize: inputs, hiddenLayers, headLayers } = IQN;
  const network = buildNetwork(structure({
    ...{ inputs, hiddenLayers, headLayers, activation: "tanh", cosines: 6 },
    ...{ layerNorm: true, noisy: true },
  }));
  const [online, target] = [randomParameters(network, 1), randomParameters(network, 2)];
  const arenas = Float32Array.of(...pack(network, online), ...pack(network, target));
  const parameters = bufferOf(gpu, buffers, arenas);
  const named = Object.fromEntries(Object.entries(online).map(([name, x]) => [`q.${name}`, x]));
  const samples = 5;
  const reference = new FamilyNetwork(IQN, readParameters(IQN, named, "q"));
  const seen = observations(3, inputs, 1);
  const taus = Array.from({ length: 3 * samples }, (_, i) => (i % samples + 0.5) / samples);
  const noise = new Float32Array(normalsPerPass(network));
  const wanted = reference.forward(seen.flatMap((each) => [...each]), { noise, taus }).value;

  const still = await create(buffers, network, parameters, { batch: 4, samples });
  const got = await runOn(still, seen);
  // [observations × samples × actions] against [observations × actions × samples].
  const turned = wanted.map((_, i) => {
    const [b, k, a] = [Math.floor(i / (2 * samples)), Math.floor(i / 2) % samples, i % 2];
    return wanted[(2 * b + a) * samples + k];
  });
  assert(distance(got, turned) < 3e-6, `off by ${distance(got, turned)}`);

  const noisy = await create(buffers, network, parameters, { batch: 4, samples, isNoisy: true });
  const at = (updateLow: number, seed = 1) => runOn(noisy, seen, tickEntry({ seed, updateLow }));
  const first = await at(0);
  assert(distance(first, got) > 0.01, "noise makes a difference");
  assert(distance(first, await at(1)) > 0.01, "another place another noise");
  assert(distance(first, await at(0, 2)) > 0.01, "another seed another noise");
  assert.deepEqual(await at(0), first);
  assert.deepEqual(await runOn(still, seen), got);
  buffers.destroy();
});

Deno.test("inference: inputs that are not so many rows, or of the other kind, are refused", async () => {
  const buffers = new Buffers(gpu);
  const network = mlp(6, [], 3, "relu");
  const parameters = bufferOf(gpu, buffers, new Float32Array(8 * network.parameters4));
  const inference = await create(buffers, network, parameters, { batch: 2 });
  const row = new Float32Array(8);
  for (const [count, inputs] of [[0, row], [3, row], [1, row.subarray(1)], [2, row]] as const) {
    await assert.rejects(
      () => inference.run(count, inputs),
      new RangeError(
        `this network takes 1 to 2 rows of 8 numbers, got ${count} rows and ${inputs.length} numbers`,
      ),
    );
  }
  await assert.rejects(
    () => inference.run(1, new Uint8Array(8)),
    new TypeError("inputs must be a Float32Array, got Uint8Array"),
  );
  buffers.destroy();
});

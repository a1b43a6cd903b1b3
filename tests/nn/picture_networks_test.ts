/**
 * Tests of whole networks on pictures: PyTorch's weights give PyTorch's outputs and gradients, from
 * floats and from bytes; every head on top; passes and agents side by side; the same bits every time.
 */

import assert from "node:assert/strict";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { type AdapterKind, Gpu } from "../../src/gpu/gpu.ts";
import { Program } from "../../src/gpu/program.ts";
import { Table } from "../../src/gpu/table.ts";
import { planBackward } from "../../src/nn/backward.ts";
import { forwardSteps } from "../../src/nn/forward.ts";
import { Inference } from "../../src/nn/inference.ts";
import { convolutions, type Network } from "../../src/nn/network.ts";
import { pack, type Parameters, unpack } from "../../src/nn/parameters.ts";
import { picture4 } from "../../src/nn/pictures.ts";
import { buildNetwork, type PictureLayer, type Structure } from "../../src/nn/structure.ts";
import { Workspace } from "../../src/nn/workspace.ts";
import { loadConvolutions, type NetworkCase } from "../fixtures/torch/load_convolutions.ts";
import { bufferOf, floatsOf, withKind } from "../gpu/harness.ts";
import { FamilyNetwork, type NetworkOptions, readParameters } from "../reference/family_network.ts";
import { backwardLayer, forwardAll, referenceLayers, type Size } from "./convolution_reference.ts";
import {
  arenasOf,
  getRows,
  liveColumns,
  passesOf,
  random,
  randomFloats,
  randomParameters,
  same,
  setRows,
  structure,
  tickEntry,
} from "./harness.ts";
import { relativeDistance, setPictures } from "./picture_harness.ts";

/** Of the largest number; what was asked for is 1e-4. */
const TOLERANCE = 5e-6;
/** Of bytes, as float32 has it. */
const SCALE = Math.fround(1 / 255);

const gpu = await Gpu.open();
const { networks } = await loadConvolutions();

/** What runs are made from: for each agent parameters, inputs and deltas. */
interface Run {
  readonly kind: AdapterKind;
  readonly batch: number;
  readonly passes: number;
  readonly agents: readonly {
    /** Online and target. */
    readonly parameters: readonly [Parameters, Parameters];
    /** As PyTorch has them: observations, then next observations. */
    readonly inputs: ArrayLike<number>;
    readonly deltas: Float32Array;
  }[];
  readonly maxGradValue?: readonly number[];
}

/** Runs a network forward and backward; everything that its buffers hold in the end. */
async function run(network: Network, { kind, batch, passes: count, agents, ...rest }: Run) {
  const { input, output } = network;
  const buffers = new Buffers(gpu);
  const passes = passesOf(count);
  const size = 4 * network.parameters4;
  const workspace = new Workspace(buffers, network, {
    ...{ batch, passes, inputs: Math.min(count, 2), training: true, agents: agents.length },
  });
  const parameters = new Float32Array(agents.length * 2 * size);
  agents.flatMap((agent) => agent.parameters).forEach((each, i) =>
    parameters.set(pack(network, each), i * size)
  );
  const arenas = arenasOf(bufferOf(gpu, buffers, parameters), network, passes);
  const gradients = buffers.storage("gradients", agents.length * size * 4);
  const [forward, backward] = withKind(gpu, kind, () => [
    forwardSteps(gpu, arenas, workspace),
    planBackward(gpu, buffers, arenas, gradients, workspace),
  ]);

  const { buffer: inputs, stride } = workspace.inputs;
  const Kind = input.isBytes ? Uint8Array : Float32Array;
  const image = new Kind(inputs.size / Kind.BYTES_PER_ELEMENT);
  agents.forEach((agent, a) => setPictures(image, a * stride, input, agent.inputs));
  upload(gpu, inputs, image);
  const place = workspace.slopesOf({ block: output.block, at4: 0 }).at;
  const deltas = new Float32Array(workspace.deltas!.size / 4);
  agents.forEach((agent, a) =>
    setRows(deltas, a * workspace.slopesStride + place, agent.deltas, agent.deltas.length / batch)
  );
  upload(gpu, workspace.deltas!, deltas);

  const table = new Table(gpu, buffers, {
    ...{ file: "lib/tick", struct: "Tick", agents: agents.length, capacity: 1 },
  });
  const program = await Program.build(gpu, "network", [...forward, ...backward.steps], table);
  const entries = agents.map((_, agent) =>
    tickEntry(rest.maxGradValue ? { maxGradValue: rest.maxGradValue[agent] } : {})
  );
  program.run([entries]);
  const activations = await floatsOf(gpu, workspace.activations);
  const learnt = await floatsOf(gpu, gradients, agents.length * size);
  const partials = await floatsOf(gpu, backward.partials);
  const { at, stride: width4 } = workspace.activationsOf({ block: output.block, at4: 0 });
  const all = {
    activations,
    partials,
    learnt,
    deltas: await floatsOf(gpu, workspace.deltas!),
    /** Of an agent's pass, [batch × width]. */
    outputs: (agent: number, pass: number, width: number) => {
      const row = agent * workspace.activationsStride + at + pass * batch * width4;
      return getRows(activations, row, batch, width);
    },
    gradients: (agent: number) =>
      unpack(network, learnt.subarray(agent * size, (agent + 1) * size)),
    /** Of an agent, summed up. */
    squares: (agent: number) => {
      const { partialCount } = backward;
      return partials.subarray(agent * partialCount, (agent + 1) * partialCount)
        .reduce((sum, x) => sum + x, 0);
    },
  };
  buffers.destroy();
  return all;
}

/** The network of a recorded case. */
function networkOf(
  { input: [channels, height, width], layers, hidden, outputs, activation }: NetworkCase,
  isBytes: boolean,
): Network {
  return buildNetwork(structure({
    input: { height, width, channels, isBytes, scale: SCALE },
    convolutions: layers,
    hiddenLayers: hidden,
    actions: outputs,
    activation,
  }));
}

for (const recorded of networks) {
  Deno.test(`picture networks: ${recorded.name} is PyTorch's, from floats and from bytes`, async () => {
    const { batch, bytes, deltas, parameters, output, gradients, layers } = recorded;
    const ways: [AdapterKind, boolean][] = [["gpu", false]];
    if (layers[0].kind === "conv") ways.push(["gpu", true]);
    // Pixels enough for a processor's largest tiles.
    if (recorded.name === "narrow nature cnn") ways.push(["cpu", true]);
    const results = [];
    for (const [kind, isBytes] of ways) {
      const network = networkOf(recorded, isBytes);
      assert.deepEqual(unpack(network, pack(network, parameters)), parameters);
      const inputs = isBytes ? bytes : Float32Array.from(bytes, (byte) => byte * SCALE);
      const agents = [{ parameters: [parameters, parameters], inputs, deltas }] as const;
      const got = await run(network, { kind, batch, passes: 1, agents });
      const off = relativeDistance(got.outputs(0, 0, recorded.outputs), output);
      assert(off <= TOLERANCE, `outputs off by ${off}`);
      const mine = got.gradients(0);
      for (const [name, wanted] of Object.entries(gradients)) {
        const off = relativeDistance(mine[name].data, wanted);
        assert(off <= TOLERANCE, `gradient of ${name} off by ${off}`);
      }
      results.push({ outputs: got.outputs(0, 0, recorded.outputs), learnt: got.learnt });
    }
    const [floats, ...others] = results;
    for (const { outputs } of others) assert(same(outputs, floats.outputs), "outputs differ");
    if (others[0]) assert(same(others[0].learnt, floats.learnt), "bytes and floats differ");
  });
}

const SMALL: Size = [3, 9, 7];
const LAYERS: readonly PictureLayer[] = [
  { kind: "conv", channels: 5, kernel: [3, 2], stride: [2, 1], padding: [1, 0] },
  { kind: "maxPool", kernel: [2, 3], stride: [1, 2], padding: [1, 1] },
  { kind: "conv", channels: 6, kernel: [2, 3], stride: [1, 1], padding: [0, 1] },
];

/** A small network with all kinds of layers. */
function small(given: Partial<Structure> = {}): Network {
  const [channels, height, width] = SMALL;
  const input = { height, width, channels, isBytes: false, scale: 1 };
  return buildNetwork(structure({ input, convolutions: LAYERS, ...given }));
}

/** Q-values of a small network with a plain last layer in float64, and what they came from. */
function reference(parameters: Parameters, inputs: ArrayLike<number>) {
  const layers = referenceLayers(LAYERS, SMALL, parameters);
  const passes = forwardAll(layers, "tanh", inputs);
  const features = passes[passes.length - 1].output;
  const names = Object.keys(parameters);
  const last = names[names.length - 1].split(".")[0];
  const [weight, bias] = ["weight", "bias"].map((kind) => parameters[`${last}.${kind}`].data);
  const size = weight.length / bias.length;
  const outputs = Float64Array.from({ length: features.length / size * bias.length }, (_, i) => {
    const [row, o] = [Math.floor(i / bias.length), i % bias.length];
    let sum = bias[o];
    for (let k = 0; k < size; k++) sum += weight[o * size + k] * features[row * size + k];
    return sum;
  });
  return { layers, passes, outputs, weight, size };
}

const BATCH = 3;
const COUNT = SMALL[0] * SMALL[1] * SMALL[2];
const ACTIONS = 2;

/** Numbers for two agents. */
function drawn(network: Network): Run["agents"] {
  return [0, 1].map((agent) => ({
    parameters: [randomParameters(network, 1 + agent), randomParameters(network, 3 + agent)],
    inputs: randomFloats(2 * BATCH * COUNT, 10 + agent),
    deltas: randomFloats(BATCH * ACTIONS, 20 + agent),
  }));
}

/** The reference's gradients of the convolutions. */
function gradientsOf({ parameters, inputs, deltas }: Run["agents"][number]) {
  const now = Array.from(inputs).slice(0, BATCH * COUNT);
  const { layers, passes, weight, size } = reference(parameters[0], now);
  let above = Float64Array.from({ length: BATCH * size }, (_, i) => {
    const [row, k] = [Math.floor(i / size), i % size];
    let sum = 0;
    for (let o = 0; o < ACTIONS; o++) sum += deltas[row * ACTIONS + o] * weight[o * size + k];
    return sum;
  });
  const found: Record<string, Float64Array> = {};
  for (const [l, index] of [[2, 3], [1, 2], [0, 0]]) {
    const { input, weight, bias } = backwardLayer(layers[l], "tanh", passes[l], above);
    if (LAYERS[l].kind === "conv") {
      found[`${index}.weight`] = weight;
      found[`${index}.bias`] = bias;
    }
    above = Float64Array.from(input);
  }
  return found;
}

Deno.test("picture networks: three passes and two agents are the float64 reference's, each by itself", async () => {
  const network = small();
  const agents = drawn(network);
  const results = [];
  for (const kind of ["cpu", "gpu"] as const) {
    const got = await run(network, { kind, batch: BATCH, passes: 3, agents });
    results.push(got);
    for (const [a, agent] of agents.entries()) {
      const inputs = Array.from(agent.inputs);
      const [now, next] = [inputs.slice(0, BATCH * COUNT), inputs.slice(BATCH * COUNT)];
      [[0, now], [1, next], [0, next]].forEach(([which, seen], pass) => {
        const wanted = reference(agent.parameters[which as 0 | 1], seen as number[]).outputs;
        const off = relativeDistance(got.outputs(a, pass, ACTIONS), wanted);
        assert(off <= TOLERANCE, `${kind}, agent ${a}, pass ${pass}: off by ${off}`);
      });
      const mine = got.gradients(a);
      for (const [name, wanted] of Object.entries(gradientsOf(agent))) {
        const off = relativeDistance(mine[name].data, wanted);
        assert(off <= TOLERANCE, `${kind}, agent ${a}: gradient of ${name} off by ${off}`);
      }
    }
  }
  // Only gradients of convolutions are cut into slices, whose number depends on the adapter.
  assert(same(results[0].activations, results[1].activations), "activations differ by tile");
  assert(same(results[0].deltas, results[1].deltas), "deltas differ by tile");
});

Deno.test("picture networks: the same bits every time, and zeros wherever nothing belongs", async () => {
  const network = small();
  const agents = drawn(network);
  for (const kind of ["cpu", "gpu"] as const) {
    const given = { kind, batch: BATCH, passes: 3, agents };
    const [first, second] = [await run(network, given), await run(network, given)];
    for (const key of ["activations", "deltas", "learnt", "partials"] as const) {
      assert(first[key].some((x) => x !== 0) && same(first[key], second[key]), `${kind}: ${key}`);
    }
    // Blocks one after the other: observations and next ones, then a block for each pass.
    const live = liveColumns(network).flatMap((columns, block) =>
      new Array(block === 0 ? 2 : 3).fill(0).flatMap(() =>
        new Array(BATCH).fill(0).flatMap(() => [...columns])
      )
    );
    const spilt = first.activations.findIndex((x, i) => !live[i % live.length] && x !== 0);
    assert.equal(spilt, -1, `${kind}: activations[${spilt}] is padding and not zero`);
  }
});

Deno.test("picture networks: gradients are the finite differences of the reference", async () => {
  const network = small();
  const agents = drawn(network);
  const [agent] = agents;
  const [parameters] = agent.parameters;
  const got = await run(network, { kind: "gpu", batch: BATCH, passes: 3, agents });
  const mine = got.gradients(0);
  const exact: Record<string, { shape: readonly number[]; data: Float64Array }> = {};
  for (const [name, { shape, data }] of Object.entries(parameters)) {
    exact[name] = { shape, data: Float64Array.from(data) };
  }
  const now = Array.from(agent.inputs).slice(0, BATCH * COUNT);
  const objective = () =>
    reference(exact as unknown as Parameters, now).outputs
      .reduce((sum, q, i) => sum + q * agent.deltas[i], 0);
  const next = random(9);
  const h = 1e-5;
  for (const [name, { data }] of Object.entries(exact)) {
    for (let tries = 0; tries < 6; tries++) {
      const i = Math.floor(Math.abs(next()) * data.length);
      const before = data[i];
      data[i] = before + h;
      const above = objective();
      data[i] = before - h;
      const difference = (above - objective()) / (2 * h);
      data[i] = before;
      assert(Math.abs(mine[name].data[i] - difference) < 1e-5, `${name}[${i}]: ${difference}`);
    }
  }
});

Deno.test("picture networks: gradients are clipped by value, each agent by its own limit, and counted in the norm", async () => {
  const network = small();
  const agents = drawn(network);
  const maxGradValue = [0.05, 3e38];
  for (const kind of ["cpu", "gpu"] as const) {
    const got = await run(network, { kind, batch: BATCH, passes: 3, agents, maxGradValue });
    for (const [a, agent] of agents.entries()) {
      const mine = got.gradients(a);
      for (const [name, wanted] of Object.entries(gradientsOf(agent))) {
        const limit = maxGradValue[a];
        const clipped = wanted.map((x) => Math.min(limit, Math.max(-limit, x)));
        const off = relativeDistance(mine[name].data, clipped);
        assert(off <= TOLERANCE, `${kind}, agent ${a}, ${name}: off by ${off}`);
        if (a === 0) assert(wanted.some((x) => Math.abs(x) > limit), "the limit must bite");
      }
      let squares = 0;
      for (const { data } of Object.values(mine)) {
        squares += data.reduce((sum, x) => sum + x * x, 0);
      }
      const ratio = got.squares(a) / squares;
      assert(Math.abs(ratio - 1) < 1e-5, `${kind}, agent ${a}: ${ratio} of the squared norm`);
    }
  }
});

Deno.test("picture networks: a gradient over 90,000 pixels is cut into slices, and none is lost", async () => {
  // More pixels than a software adapter lets one invocation go through.
  const size = 300;
  const network = buildNetwork(structure({
    input: { height: size, width: size, channels: 1, isBytes: true, scale: 1 },
    convolutions: [
      { kind: "conv", channels: 1, kernel: [1, 1], stride: [1, 1], padding: [0, 0] },
      { kind: "maxPool", kernel: [2, 2], stride: [2, 2], padding: [0, 0] },
    ],
    actions: 1,
    activation: "identity",
  }));
  // Only the first and the last pixel count.
  const inputs = new Uint8Array(size * size);
  inputs[0] = 7;
  inputs[size * size - 1] = 9;
  const last = new Float32Array(size * size / 4);
  last[0] = last[last.length - 1] = 1;
  const parameters = {
    "0.weight": { shape: [1, 1, 1, 1], data: Float32Array.of(1) },
    "0.bias": { shape: [1], data: Float32Array.of(0) },
    "4.weight": { shape: [1, last.length], data: last },
    "4.bias": { shape: [1], data: Float32Array.of(0) },
  };
  const deltas = Float32Array.of(1);
  for (const kind of ["cpu", "gpu"] as const) {
    const agents = [{ parameters: [parameters, parameters], inputs, deltas }] as const;
    const got = await run(network, { kind, batch: 1, passes: 1, agents });
    assert.deepEqual([...got.outputs(0, 0, 1)], [16], kind);
    const { "0.weight": weight, "0.bias": bias } = got.gradients(0);
    assert.deepEqual([weight.data[0], bias.data[0]], [16, 2], kind);
  }
});

/** Heads directly behind the flattened picture, whose columns are in an order of their own. */
const HEADS: readonly [string, Partial<Structure>, Partial<NetworkOptions>][] = [
  ["dueling C51", { dueling: true, atoms: 3 }, { dueling: true, distribution: "c51", atoms: 3 }],
  ["IQN", { cosines: 5 }, { distribution: "iqn", cosines: 5 }],
  ["dueling IQN with hidden layers", { cosines: 5, dueling: true, headLayers: [7] }, {
    ...{ distribution: "iqn", cosines: 5, dueling: true, headLayers: [7] },
  }],
];

for (const [name, given, options] of HEADS) {
  Deno.test(`picture networks: ${name} on flattened pictures is the reference's, in acting`, async () => {
    const network = small({ ...given, input: { ...small().input, isBytes: true, scale: SCALE } });
    const parameters = randomParameters(network, 1);
    const samples = given.cosines ? 4 : 1;
    const buffers = new Buffers(gpu);
    const arenas = Float32Array.of(...pack(network, parameters), ...pack(network, parameters));
    const table = new Table(gpu, buffers, {
      ...{ file: "lib/tick", struct: "Tick", agents: 1, capacity: 1 },
    });
    const width = 4 * network.blocks[network.output.block].width4;
    const inference = await withKind(gpu, "gpu", () =>
      Inference.create(gpu, buffers, {
        network,
        parameters: bufferOf(gpu, buffers, arenas),
        batch: 4,
        samples,
        isNoisy: false,
        table,
        read: (workspace) => ({
          steps: [],
          buffer: workspace.activations,
          at: 4 * workspace.activationsOf({ block: network.output.block, at4: 0 }).at,
          width,
          wanted: width,
          rows: samples,
        }),
      }));
    const next = random(5);
    const bytes = Uint8Array.from({ length: BATCH * COUNT }, () => 255 * Math.abs(next()));
    const rows = new Uint8Array(BATCH * 4 * picture4(network.input));
    setPictures(rows, 0, network.input, bytes);
    const got = await inference.run(BATCH, rows);
    buffers.destroy();

    const layers = referenceLayers(LAYERS, SMALL, parameters);
    const features = forwardAll(layers, "tanh", Array.from(bytes, (x) => x * SCALE)).at(-1)!.output;
    const full: NetworkOptions = {
      observationSize: features.length / BATCH,
      actions: ACTIONS,
      hiddenLayers: [],
      activation: "tanh",
      ...options,
    };
    const named = Object.fromEntries(Object.entries(parameters).map(([key, x]) => [`q.${key}`, x]));
    const head = new FamilyNetwork(full, readParameters(full, named, "q"));
    const taus = Array.from({ length: BATCH * samples }, (_, i) => (i % samples + 0.5) / samples);
    const wanted = head.forward(features, given.cosines ? { taus } : {}).value;
    // The kernels give advantages and values apart; atoms lie within an action, samples in rows.
    const atoms = given.atoms ?? samples;
    const { valueAt } = network.output;
    const raw = (row: number, action: number, atom: number) =>
      given.atoms
        ? got[row * width + action * atoms + atom]
        : got[(row * samples + atom) * width + action];
    const value = (row: number, atom: number) =>
      valueAt === undefined
        ? 0
        : given.atoms
        ? got[row * width + valueAt + atom]
        : got[(row * samples + atom) * width + valueAt];
    const mine = wanted.map((_, i) => {
      const [row, action, atom] = [
        Math.floor(i / (ACTIONS * atoms)),
        Math.floor(i / atoms) % ACTIONS,
        i % atoms,
      ];
      if (valueAt === undefined) return raw(row, action, atom);
      let mean = 0;
      for (let a = 0; a < ACTIONS; a++) mean += raw(row, a, atom) / ACTIONS;
      return raw(row, action, atom) - mean + value(row, atom);
    });
    const off = relativeDistance(mine, wanted);
    assert(off <= TOLERANCE, `off by ${off}`);
    assert.equal(convolutions(network).length, 2);
  });
}

/**
 * Compiles every assembly of kernels that the program makes: all optimisers, losses, targets, activations,
 * heads and ways to draw, for acting and for training, with the tiles of both kinds of adapter. They are made the
 * way that the program makes them, and none of the shaders may be left over.
 */

import assert from "node:assert/strict";
import { type DQNConfig, resolveConfig } from "../../src/dqn/config.ts";
import { planValues } from "../../src/dqn/head.ts";
import { Learner } from "../../src/dqn/learner.ts";
import type { FrameShape } from "../../src/dqn/view.ts";
import { Buffers } from "../../src/gpu/buffers.ts";
import { type AdapterKind, Gpu } from "../../src/gpu/gpu.ts";
import type { KernelSource } from "../../src/gpu/kernel.ts";
import { SHADERS } from "../../src/gpu/shaders.generated.ts";
import { Table } from "../../src/gpu/table.ts";
import { shapeOf } from "../../src/agent/spaces.ts";
import { rolloutSource } from "../../src/agent/gpu_source.ts";
import { gpuEnvIds, makeGpu } from "../../src/envs/mod.ts";
import { Inference } from "../../src/nn/inference.ts";
import type { Workspace } from "../../src/nn/workspace.ts";

/** Each choice at least once; those that share no kernel need not be combined. */
const CONFIGS: readonly DQNConfig[] = [
  ...(["huber", "mse"] as const).flatMap((loss) =>
    [{}, { doubleQ: true }, { target: "sarsa" } as const].map((target) => ({ loss, ...target }))
  ),
  { activation: "relu", nSteps: 3 },
  { activation: "tanh" },
  { activation: "gelu" },
  { activation: "identity" },
  { optimizer: "adam" },
  { optimizer: "adamw" },
  { optimizer: "rmsprop", momentum: 0.9 },
  { optimizer: "rmsprop", rmspropCentered: true },
  { optimizer: "adagrad" },
  { optimizer: "sgd" },
  { maxGradNorm: null },
  { sampling: "sequential" },
  { replacement: false },
  {
    ...{ distribution: "iqn", dueling: true, noisy: true, layerNorm: true, headLayers: [6] },
    ...{ target: "munchausen", sampling: "prioritized" },
  },
];

/** Every head with every target: what their networks have below is all the same. */
const HEADS: readonly DQNConfig[] = [
  { target: "munchausen" },
  ...(["max", "sarsa", "munchausen"] as const).flatMap((target) =>
    [
      { dueling: true },
      { distribution: "c51", atoms: 7 },
      { distribution: "c51", atoms: 65, dueling: true },
      { distribution: "qr", quantiles: 7 },
      { distribution: "qr", quantiles: 65, dueling: true },
      { distribution: "iqn" },
      { distribution: "iqn", dueling: true },
    ].map((head) => ({ ...head, target }) as DQNConfig)
  ),
];

/** Layers that read pictures, with all there are. */
const PICTURES: DQNConfig["network"] = [
  { kind: "conv", channels: 5, kernel: 3, padding: 1 },
  { kind: "maxPool", kernel: 2 },
  { kind: "conv", channels: 3, kernel: 2 },
];

/** Observations of several dimensions, and what sees them: every way of bringing frames to a network. */
const FRAMES: readonly (readonly [frame: FrameShape, config: DQNConfig])[] = ([
  // Bytes that lie plane by plane, pixel by pixel, and as plain numbers; then floats.
  [[8, 6], true, PICTURES, 4],
  [[3, 4, 8], true, PICTURES, 2],
  [[8, 6, 3], true, PICTURES, 2],
  [[7], true, "mlp", 1],
  [[8, 6], false, PICTURES, 2],
  [[7], false, "mlp", 3],
] as const).map(([observationShape, isBytes, network, frameStack], i) => [
  { observationSize: observationShape.reduce((a, b) => a * b, 1), observationShape, isBytes },
  { network, frameStack, noisy: i === 0, sampling: i % 2 === 0 ? "prioritized" : "uniform" },
]);

/** Observations, hidden layers, actions and batch: tiles of one row and column, whole ones, and rests. */
const SHAPES: readonly { sizes: readonly number[]; batchSize: number }[] = [
  { sizes: [1, 1], batchSize: 1 },
  { sizes: [3, 17, 5, 2], batchSize: 7 },
  { sizes: [27, 50, 40, 9], batchSize: 33 },
  { sizes: [8, 1024, 1024, 4], batchSize: 128 },
];

const gpu = await Gpu.open();

/** Everything that has been asked of the kernel cache. */
const sources: KernelSource[] = [];
const get = gpu.kernels.get.bind(gpu.kernels);
gpu.kernels.get = (source) => {
  sources.push(source);
  return get(source);
};

async function compile(
  config: DQNConfig,
  { sizes, batchSize }: typeof SHAPES[number],
  frame: FrameShape = { observationSize: sizes[0] },
): Promise<void> {
  const shape = { ...frame, actions: sizes[sizes.length - 1], lanes: 1 };
  const hiddenLayers = sizes.slice(1, -1);
  const resolved = resolveConfig({
    bufferSize: 200,
    ...config.noisy ? {} : { init: { uniform: 0.1 } },
    ...config,
    hiddenLayers,
    batchSize,
  });
  const learner = await Learner.create(gpu, shape, resolved);
  const { network } = learner;
  learner.close();
  // Acting, by one observation and by several: compiled, not run, which is what takes its time.
  const buffers = new Buffers(gpu);
  const parameters = buffers.storage("parameters", 2 * network.parameters4 * 16);
  const table = new Table(gpu, buffers, {
    ...{ file: "lib/tick", struct: "Tick", agents: 1, capacity: 1 },
  });
  const samples = network.cosines ? resolved.actingTaus : 1;
  const read = (workspace: Workspace) => {
    const { steps, buffer, at, width } = planValues(buffers, workspace, resolved);
    return { steps, buffer, at, width, wanted: shape.actions, rows: 1 };
  };
  for (const isNoisy of network.isNoisy ? [false, true] : [false]) {
    for (const batch of [1, 8]) {
      const options = { network, parameters, batch, samples, isNoisy, table, read };
      await Inference.create(gpu, buffers, options);
    }
  }
  buffers.destroy();
}

/** Ways to act that environments on the GPU meet. */
const ACTING: readonly DQNConfig[] = [
  { dueling: true, sampling: "prioritized", target: "sarsa" },
  { distribution: "iqn", noisy: true },
  { exploration: "boltzmann", frameStack: 2 },
];

/** Environments on the GPU, trained and evaluated in. */
async function compileGpuEnv(id: string, ...configs: readonly DQNConfig[]): Promise<void> {
  const env = makeGpu(id, 3);
  const { singleObservationSpace: observationSpace, singleActionSpace: actionSpace } = env;
  const shape = { ...shapeOf({ observationSpace, actionSpace }), lanes: 3, isOnGpu: true };
  const resolved = configs.map((config) =>
    resolveConfig({ ...config, hiddenLayers: [5], batchSize: 4, bufferSize: 200 })
  );
  const learner = await Learner.create(gpu, shape, ...resolved);
  await learner.rollout(rolloutSource(env));
  await learner.rollout(rolloutSource(env), 2);
  learner.close();
}

for (const kind of ["cpu", "gpu"] as const) {
  Deno.test(`assemblies: all that the program makes compile, with a ${kind}'s tiles`, async () => {
    const before = gpu.kind;
    (gpu as { kind: AdapterKind }).kind = kind;
    sources.length = 0;
    try {
      for (const config of CONFIGS) await compile(config, SHAPES[1]);
      for (const config of HEADS) await compile(config, SHAPES[0]);
      for (const shape of SHAPES) await compile({}, shape);
      for (const [frame, config] of FRAMES) await compile(config, SHAPES[1], frame);
      for (const id of gpuEnvIds()) await compileGpuEnv(id, {});
      for (const config of ACTING) await compileGpuEnv("CartPole-v1", config, config);
    } finally {
      (gpu as { kind: AdapterKind }).kind = before;
    }
    gpu.check();
    const used = new Set(
      sources.flatMap(({ kernel, slots }) => [kernel, ...Object.values(slots ?? {})]),
    );
    const shelf = Object.keys(SHADERS).filter((path) => !path.startsWith("lib/"));
    assert.deepEqual(
      [...used].sort(),
      shelf.sort(),
      "each kernel and each part is in some assembly",
    );
  });
}

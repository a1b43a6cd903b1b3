/**
 * Compiles every kernel with Tint, Chrome's WGSL compiler, by creating agents on Dawn's null backend:
 * pipelines, layouts and dispatches are validated as a browser would, and nothing is executed, so no
 * driver is needed. Deno itself compiles with naga; what one of the two accepts the other may refuse.
 *
 * Dawn comes from npm's `webgpu` (130 MB unpacked), which is why this is a task of its own and no part of `deno task check`; CI runs both.
 *
 * @module
 */

import { Box, Discrete, DQN, type DQNConfig, gpuEnvIds, makeGpu } from "../mod.ts";

/** Configurations that between them make every assembly of slots and conditions. */
const CONFIGS: readonly DQNConfig[] = [
  { optimizer: "adam", loss: "huber", activation: "relu", doubleQ: false },
  { optimizer: "adamw", loss: "mse", activation: "tanh", doubleQ: true },
  { optimizer: "rmsprop", activation: "gelu", nSteps: 3 },
  { target: "sarsa", nSteps: 3 },
  { optimizer: "rmsprop", rmspropCentered: true, momentum: 0.9, activation: "identity" },
  { optimizer: "adagrad", hiddenLayers: [], maxGradNorm: null },
  { optimizer: "sgd", momentum: 0.9, hiddenLayers: [7, 3, 17] },
  { dueling: true, layerNorm: true, replacement: false },
  { dueling: true, headLayers: [16], noisy: true, sampling: "prioritized" },
  { target: "munchausen", sampling: "sequential" },
  { distribution: "c51", vMin: 0, vMax: 100, doubleQ: true, target: "max" },
  { distribution: "c51", vMin: -1, vMax: 1, dueling: true, target: "munchausen" },
  { distribution: "qr", dueling: true, noisy: true, sampling: "prioritized", nSteps: 3 },
  { distribution: "qr", target: "sarsa", sampling: "prioritized", nSteps: 2 },
  { distribution: "iqn" },
  { distribution: "iqn", dueling: true, layerNorm: true, noisy: true, target: "munchausen" },
];

/** What a configuration's agent observes; as many floats as CartPole's when left out. */
interface Case {
  readonly config: DQNConfig;
  readonly shape?: readonly number[];
  readonly bytes?: boolean;
}

const PICTURES: DQNConfig["network"] = [
  { kind: "conv", channels: 5, kernel: 3, padding: 1 },
  { kind: "maxPool", kernel: 2 },
  { kind: "conv", channels: 3, kernel: 2 },
];

const CASES: readonly Case[] = [
  ...CONFIGS.map((config) => ({ config })),
  { config: { network: PICTURES, frameStack: 4, noisy: true }, shape: [8, 6], bytes: true },
  {
    config: { network: PICTURES, frameStack: 2, sampling: "prioritized" },
    ...{ shape: [3, 4, 8], bytes: true },
  },
  { config: { network: PICTURES, frameStack: 2 }, shape: [8, 6, 3], bytes: true },
  { config: { hiddenLayers: [5] }, shape: [7], bytes: true },
  { config: { network: PICTURES, frameStack: 2 }, shape: [8, 6] },
  { config: { frameStack: 3 }, shape: [7] },
];

/** Named in a variable, so that only running this script downloads it, not checking its types. */
const DAWN = "npm:webgpu@0.6.2";
const { create } = await import(DAWN);
const dawn: GPU = create(["backend=null"]);
let [passed, failed] = [0, 0];
/** Does the work with a device of its own, and tells how it went. */
async function attempt(name: string, work: (device: GPUDevice) => Promise<void>): Promise<void> {
  try {
    await work(await (await dawn.requestAdapter())!.requestDevice());
    passed++;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}\n${error instanceof Error ? error.message : error}`);
  }
}
for (const { config, shape = [4], bytes = false } of CASES) {
  const name = `${JSON.stringify(config)} on ${bytes ? "bytes" : "floats"} [${shape}]`;
  await attempt(name, async (device) => {
    const spaces = {
      observationSpace: bytes ? new Box(0, 255, shape, "uint8") : new Box(-1, 1, shape),
      actionSpace: new Discrete(2),
    };
    const agent = await DQN.create(spaces, { ...config, bufferSize: 1_000, device });
    const size = shape.reduce((a, b) => a * b, config.frameStack ?? 1);
    await agent.qValuesOf(Array.from({ length: 5 }, () => new Float32Array(size)));
    await agent.predict(new Float32Array(size), { deterministic: false });
    if (config.distribution !== undefined) await agent.distribution(new Float32Array(size));
    await agent.updateTarget();
    await agent.trainOnBatch({
      observations: new Float32Array(size),
      nextObservations: new Float32Array(size),
      actions: new Int32Array(1),
      rewards: new Float32Array(1),
      terminated: [true],
      ...(config.target === "sarsa" && { nextActions: new Int32Array(1) }),
    });
    agent.close();
  });
}
const ACTING: readonly DQNConfig[] = [
  { dueling: true, sampling: "prioritized", target: "sarsa" },
  { distribution: "iqn", noisy: true },
];
for (const id of gpuEnvIds()) {
  for (const config of id === "CartPole-v1" ? [{}, ...ACTING] : [{}]) {
    await attempt(`${JSON.stringify(config)} in ${id} on the GPU`, async (device) => {
      const agent = await DQN.create(makeGpu(id, 4), { ...config, bufferSize: 1_000, device });
      agent.close();
    });
  }
}

/**
 * A device that seems to allow more storage buffers a stage than the null backend does, which the update in
 * few dispatches wants: modules are compiled as ever, and no pipeline is made of them.
 */
function wide(device: GPUDevice): GPUDevice {
  const nothing = () => ({});
  const instead: Record<string | symbol, unknown> = {
    limits: { maxStorageBuffersPerShaderStage: 16 },
    createBindGroup: nothing,
    createBindGroupLayout: nothing,
    createPipelineLayout: nothing,
    createComputePipelineAsync: () => Promise.resolve({}),
  };
  const limits = new Proxy(device.limits, {
    get: (own, name: keyof GPUSupportedLimits) =>
      (instead.limits as Record<string, number>)[name] ?? own[name],
  });
  return new Proxy(device, {
    get(own, name) {
      if (name === "limits") return limits;
      if (name in instead) return instead[name];
      const value = own[name as keyof GPUDevice];
      return typeof value === "function" ? value.bind(own) : value;
    },
  });
}

const SMALL: readonly DQNConfig[] = [
  {},
  { maxGradNorm: null, dueling: true, headLayers: [5], sampling: "prioritized", nSteps: 3 },
  { target: "munchausen", activation: "gelu", loss: "mse", optimizer: "rmsprop" },
  { target: "sarsa", activation: "tanh", maxGradNorm: null, optimizer: "adamw" },
];
for (const config of SMALL) {
  await attempt(`${JSON.stringify(config)} in few dispatches`, async (device) => {
    const agent = await DQN.create(makeGpu("CartPole-v1", 4), {
      ...{ hiddenLayers: [7, 3], bufferSize: 1_000, ...config, device: wide(device) },
    });
    agent.close();
  });
}
console.log(`tint: ${passed} passed, ${failed} failed`);
// Dawn's threads would keep the process alive.
Deno.exit(failed > 0 ? 1 : 0);

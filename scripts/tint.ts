/**
 * Compiles every kernel with Tint, Chrome's WGSL compiler, by creating agents on Dawn's null backend:
 * pipelines, layouts and dispatches are validated as a browser would, and nothing is executed, so no
 * driver is needed. Deno itself compiles with naga; what one of the two accepts the other may refuse.
 *
 * Dawn comes from npm's `webgpu` (130 MB unpacked), which is why this is a task of its own and no part of `deno task check`; CI runs both.
 *
 * @module
 */

import { DQN, type DQNConfig, make } from "../mod.ts";

/** Configurations that between them make every assembly of slots and conditions. */
const CONFIGS: readonly DQNConfig[] = [
  { optimizer: "adam", loss: "huber", activation: "relu", doubleQ: false },
  { optimizer: "adamw", loss: "mse", activation: "tanh", doubleQ: true },
  { optimizer: "rmsprop", activation: "gelu", nSteps: 3 },
  { target: "sarsa", nSteps: 3 },
  { optimizer: "rmsprop", rmspropCentered: true, momentum: 0.9, activation: "identity" },
  { optimizer: "adagrad", hiddenLayers: [] },
  { optimizer: "sgd", momentum: 0.9, hiddenLayers: [7, 3, 17] },
  { dueling: true, layerNorm: true, replacement: false },
  { dueling: true, headLayers: [16], noisy: true, sampling: "prioritized" },
  { target: "munchausen", sampling: "sequential" },
  { distribution: "c51", doubleQ: true, target: "max" },
  { distribution: "c51", dueling: true, target: "munchausen" },
  { distribution: "qr", dueling: true, noisy: true, sampling: "prioritized", nSteps: 3 },
  { distribution: "qr", target: "sarsa", sampling: "prioritized", nSteps: 2 },
  { distribution: "iqn" },
  { distribution: "iqn", dueling: true, layerNorm: true, noisy: true, target: "munchausen" },
];

/** Named in a variable, so that only running this script downloads it, not checking its types. */
const DAWN = "npm:webgpu@0.6.2";
const { create } = await import(DAWN);
const dawn: GPU = create(["backend=null"]);
let failed = 0;
for (const config of CONFIGS) {
  const name = JSON.stringify(config);
  try {
    const device: GPUDevice = await (await dawn.requestAdapter())!.requestDevice();
    const agent = await DQN.create(make("CartPole-v1"), { ...config, bufferSize: 1_000, device });
    await agent.qValuesOf(Array.from({ length: 5 }, () => new Float32Array(4)));
    await agent.predict(new Float32Array(4), { deterministic: false });
    if (config.distribution !== undefined) await agent.distribution(new Float32Array(4));
    await agent.updateTarget();
    await agent.trainOnBatch({
      observations: new Float32Array(4),
      nextObservations: new Float32Array(4),
      actions: new Int32Array(1),
      rewards: new Float32Array(1),
      terminated: [true],
      ...(config.target === "sarsa" && { nextActions: new Int32Array(1) }),
    });
    agent.close();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}\n${error instanceof Error ? error.message : error}`);
  }
}
console.log(`tint: ${CONFIGS.length - failed} passed, ${failed} failed`);
// Dawn's threads would keep the process alive.
Deno.exit(failed > 0 ? 1 : 0);

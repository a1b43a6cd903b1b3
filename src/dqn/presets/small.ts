/**
 * Presets of DinoQ's own for comparing algorithms: networks and batches so small that all of them, with
 * several seeds, run on two processor cores. They are plain DQN, to which `--algorithm` adds.
 *
 * @module
 */

import type { DQNConfig } from "../config.ts";
import type { Preset } from "./preset.ts";

const SOURCE = "DinoQ";

/** What the three have in common. */
const SHARED: DQNConfig = {
  // Down to nothing in the end, so that what counts is what was learnt and not the last few updates.
  learningRate: 1e-3,
  learningRateSchedule: "linear",
  learningRateFinal: 1e-5,
  batchSize: 64,
  bufferSize: 50_000,
  learningStarts: 1_000,
  gamma: 0.99,
  // An update every other step, in bursts: few waits for the GPU.
  trainFreq: 64,
  gradientSteps: 32,
  targetUpdateInterval: { every: 250, unit: "update" },
  explorationFraction: 0.16,
  explorationFinalEps: 0.04,
  hiddenLayers: [64, 64],
};

/** CartPole-v1 in 50,000 steps. */
export const SMALL_CARTPOLE: Preset = {
  description: "DinoQ's for comparing algorithms: 64-64, bursts of as many updates as steps",
  source: SOURCE,
  env: "CartPole-v1",
  config: {
    ...SHARED,
    learningRate: 2.3e-3,
    gamma: 0.98,
    // Long bursts, with a steady policy between them.
    trainFreq: 256,
    gradientSteps: 256,
    targetUpdateInterval: { every: 64, unit: "update" },
  },
  length: { steps: 50_000 },
};

/** Acrobot-v1 in 100,000 steps. */
export const SMALL_ACROBOT: Preset = {
  description: "DinoQ's for comparing algorithms: 64-64, an update every other step",
  source: SOURCE,
  env: "Acrobot-v1",
  numEnvs: 4,
  config: { ...SHARED },
  length: { steps: 100_000 },
};

/** MountainCar-v0 in 120,000 steps, where random actions must reach the goal before anything is learnt. */
export const SMALL_MOUNTAIN_CAR: Preset = {
  description: "DinoQ's for comparing algorithms: 64-64, an update every other step",
  source: SOURCE,
  env: "MountainCar-v0",
  numEnvs: 4,
  config: {
    ...SHARED,
    gamma: 0.98,
    explorationFraction: 0.3,
  },
  length: { steps: 120_000 },
};

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
  learningRate: 1e-3,
  batchSize: 64,
  bufferSize: 50_000,
  learningStarts: 1_000,
  gamma: 0.99,
  trainFreq: 4,
  gradientSteps: 1,
  targetUpdateInterval: { every: 250, unit: "update" },
  explorationFraction: 0.2,
  explorationFinalEps: 0.05,
  hiddenLayers: [64, 64],
};

/** CartPole-v1 in 50,000 steps. */
export const SMALL_CARTPOLE: Preset = {
  description: "DinoQ's for comparing algorithms: 64-64, an update every 4 steps",
  source: SOURCE,
  env: "CartPole-v1",
  config: { ...SHARED, targetUpdateInterval: { every: 100, unit: "update" } },
  length: { steps: 50_000 },
};

/** Acrobot-v1 in 100,000 steps. */
export const SMALL_ACROBOT: Preset = {
  description: "DinoQ's for comparing algorithms: 64-64, an update every 4 steps",
  source: SOURCE,
  env: "Acrobot-v1",
  config: { ...SHARED },
  length: { steps: 100_000 },
};

/** MountainCar-v0 in 120,000 steps, where random actions must reach the goal before anything is learnt. */
export const SMALL_MOUNTAIN_CAR: Preset = {
  description: "DinoQ's for comparing algorithms: 64-64, 8 updates every 16 steps",
  source: SOURCE,
  env: "MountainCar-v0",
  config: {
    ...SHARED,
    gamma: 0.98,
    trainFreq: 16,
    gradientSteps: 8,
    explorationFraction: 0.3,
  },
  length: { steps: 120_000 },
};

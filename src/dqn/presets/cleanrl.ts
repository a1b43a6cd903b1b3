/**
 * Presets of CleanRL's single-file programs: vwxyzjn/cleanrl.
 *
 * @module
 */

import type { DQNConfig } from "../config.ts";
import type { Preset } from "./preset.ts";

/** What both programs have. */
const SHARED: DQNConfig = {
  learningRate: 2.5e-4,
  batchSize: 128,
  bufferSize: 10_000,
  learningStarts: 10_000,
  gamma: 0.99,
  targetUpdateInterval: 500,
  trainFreq: 10,
  gradientSteps: 1,
  explorationFraction: 0.5,
  explorationFinalEps: 0.05,
  hiddenLayers: [120, 84],
  maxGradNorm: null,
};

/** CleanRL's dqn.py. */
export const CLEANRL: Preset = {
  description: "CleanRL's dqn.py: 120-84, batch 128, an update every 10 steps",
  source: "vwxyzjn/cleanrl, cleanrl/dqn.py",
  env: "CartPole-v1",
  config: { ...SHARED, loss: "mse" },
  length: { steps: 500_000 },
};

/** CleanRL's c51.py. */
export const CLEANRL_C51: Preset = {
  description: "CleanRL's c51.py: 101 atoms from -100 to 100 on 120-84",
  source: "vwxyzjn/cleanrl, cleanrl/c51.py",
  env: "CartPole-v1",
  config: {
    ...SHARED,
    distribution: "c51",
    atoms: 101,
    vMin: -100,
    vMax: 100,
    adamEps: 0.01 / 128,
  },
  length: { steps: 500_000 },
};

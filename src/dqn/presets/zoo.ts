/**
 * Presets of Stable-Baselines3's zoo: rl-baselines3-zoo, hyperparams/dqn.yml.
 *
 * @module
 */

import type { Preset } from "./preset.ts";

const SOURCE = "rl-baselines3-zoo, hyperparams/dqn.yml";

/** What the zoo has for Acrobot and for LunarLander: the same. */
const SHARED: Preset["config"] = {
  learningRate: 6.3e-4,
  batchSize: 128,
  bufferSize: 50_000,
  learningStarts: 0,
  gamma: 0.99,
  targetUpdateInterval: 250,
  trainFreq: 4,
  gradientSteps: -1,
  explorationFraction: 0.12,
  explorationFinalEps: 0.1,
  hiddenLayers: [256, 256],
};

/** Stable-Baselines3's zoo on CartPole-v1. */
export const ZOO_CARTPOLE: Preset = {
  description: "Stable-Baselines3's zoo: 256-256, 128 updates every 256 steps",
  source: `${SOURCE}, CartPole-v1`,
  env: "CartPole-v1",
  config: {
    learningRate: 2.3e-3,
    batchSize: 64,
    bufferSize: 100_000,
    learningStarts: 1_000,
    gamma: 0.99,
    targetUpdateInterval: 10,
    trainFreq: 256,
    gradientSteps: 128,
    explorationFraction: 0.16,
    explorationFinalEps: 0.04,
    hiddenLayers: [256, 256],
  },
  length: { steps: 50_000 },
};

/** Stable-Baselines3's zoo on MountainCar-v0. */
export const ZOO_MOUNTAIN_CAR: Preset = {
  description: "Stable-Baselines3's zoo: 256-256, 8 updates every 16 steps",
  source: `${SOURCE}, MountainCar-v0`,
  env: "MountainCar-v0",
  config: {
    learningRate: 4e-3,
    batchSize: 128,
    bufferSize: 10_000,
    learningStarts: 1_000,
    gamma: 0.98,
    targetUpdateInterval: 600,
    trainFreq: 16,
    gradientSteps: 8,
    explorationFraction: 0.2,
    explorationFinalEps: 0.07,
    hiddenLayers: [256, 256],
  },
  length: { steps: 120_000 },
};

/** Stable-Baselines3's zoo on Acrobot-v1. */
export const ZOO_ACROBOT: Preset = {
  description: "Stable-Baselines3's zoo: 256-256, as many updates as steps",
  source: `${SOURCE}, Acrobot-v1`,
  env: "Acrobot-v1",
  config: SHARED,
  length: { steps: 100_000 },
};

/** Stable-Baselines3's zoo on LunarLander, whose v2 and v3 are the same dynamics here. */
export const ZOO_LUNAR_LANDER: Preset = {
  description: "Stable-Baselines3's zoo: 256-256, as many updates as steps",
  source: `${SOURCE}, LunarLander-v2`,
  env: "LunarLander-v3",
  config: SHARED,
  length: { steps: 100_000 },
};

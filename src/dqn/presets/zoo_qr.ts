/**
 * Presets of Stable-Baselines3's zoo for QR-DQN: rl-baselines3-zoo, hyperparams/qrdqn.yml. What the file
 * leaves open is sb3-contrib's default: no clipping of gradients, and Adam's ε at 0.01 / batch size.
 *
 * @module
 */

import type { DQNConfig } from "../config.ts";
import type { Preset } from "./preset.ts";
import { ZOO_ACROBOT, ZOO_CARTPOLE, ZOO_MOUNTAIN_CAR } from "./zoo.ts";

const SOURCE = "rl-baselines3-zoo, hyperparams/qrdqn.yml";

/** What makes sb3-contrib's QR-DQN. */
function qr(batchSize: number, quantiles: number): DQNConfig {
  return {
    batchSize,
    distribution: "qr",
    quantiles,
    adamEps: 0.01 / batchSize,
    maxGradNorm: null,
  };
}

/** The zoo's QR-DQN on CartPole-v1: its DQN preset with 10 quantiles. */
export const ZOO_QR_CARTPOLE: Preset = {
  ...ZOO_CARTPOLE,
  description: "QR-DQN of Stable-Baselines3's zoo: 10 quantiles, 256-256",
  source: `${SOURCE}, CartPole-v1`,
  config: { ...ZOO_CARTPOLE.config, ...qr(64, 10) },
};

/** The zoo's QR-DQN on MountainCar-v0: its DQN preset with 25 quantiles. */
export const ZOO_QR_MOUNTAIN_CAR: Preset = {
  ...ZOO_MOUNTAIN_CAR,
  description: "QR-DQN of Stable-Baselines3's zoo: 25 quantiles, 256-256",
  source: `${SOURCE}, MountainCar-v0`,
  config: { ...ZOO_MOUNTAIN_CAR.config, ...qr(128, 25) },
};

/** The zoo's QR-DQN on Acrobot-v1: its DQN preset with 25 quantiles. */
export const ZOO_QR_ACROBOT: Preset = {
  ...ZOO_ACROBOT,
  description: "QR-DQN of Stable-Baselines3's zoo: 25 quantiles, 256-256",
  source: `${SOURCE}, Acrobot-v1`,
  config: { ...ZOO_ACROBOT.config, ...qr(128, 25) },
};

/** The zoo's QR-DQN on LunarLander, whose v2 and v3 are the same dynamics here. */
export const ZOO_QR_LUNAR_LANDER: Preset = {
  description: "QR-DQN of Stable-Baselines3's zoo: 170 quantiles, bursts of 256 updates",
  source: `${SOURCE}, LunarLander-v2`,
  env: "LunarLander-v3",
  config: {
    ...qr(128, 170),
    learningRate: 1.5e-3,
    // The file's "lin_1.5e-3": in a line to 0.
    learningRateSchedule: "linear",
    learningRateFinal: 0,
    bufferSize: 100_000,
    learningStarts: 10_000,
    gamma: 0.995,
    targetUpdateInterval: 1,
    trainFreq: 256,
    gradientSteps: -1,
    explorationFraction: 0.24,
    explorationFinalEps: 0.18,
    hiddenLayers: [256, 256],
  },
  length: { steps: 100_000 },
};

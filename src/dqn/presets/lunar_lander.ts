/**
 * Presets for LunarLander.
 *
 * @module
 */

import { DOPAMINE_LUNAR_LANDER } from "./dopamine.ts";
import type { Preset } from "./preset.ts";
import { ZOO_LUNAR_LANDER } from "./zoo.ts";
import { ZOO_QR_LUNAR_LANDER } from "./zoo_qr.ts";

/** Presets for LunarLander. */
export const LUNAR_LANDER_PRESETS: Readonly<Record<string, Preset>> = {
  default: {
    description:
      "Double DQN with 3-step returns and a falling learning rate; keeps the best network",
    source: "DinoQ",
    env: "LunarLander-v3",
    numEnvs: 4,
    config: {
      // A tenth of it in the end: with a constant rate, good networks come and go.
      learningRate: 7e-4,
      learningRateSchedule: "linear",
      learningRateFinal: 7e-5,
      batchSize: 64,
      bufferSize: 100_000,
      learningStarts: 1_000,
      gamma: 0.99,
      trainFreq: 4,
      gradientSteps: 2,
      targetUpdateInterval: { every: 250, unit: "update" },
      explorationFraction: 0.1,
      explorationFinalEps: 0.02,
      hiddenLayers: [128, 128],
      doubleQ: true,
      nSteps: 3,
    },
    length: { steps: 400_000 },
    evaluation: { every: 10_000, episodes: 30, stopAt: 260 },
  },
  zoo: ZOO_LUNAR_LANDER,
  "zoo-qr": ZOO_QR_LUNAR_LANDER,
  ...DOPAMINE_LUNAR_LANDER,
  lander: {
    description: "collect 1,000 episodes by softmax(Q), then 3 epochs of SARSA updates, ten times",
    source: "a tutorial: LunarLander by batches of collected episodes",
    env: "LunarLander-v3",
    // The tutorial has one environment. Which of them an episode is from changes nothing that is learnt:
    // all of a burst are played by the same network.
    numEnvs: 16,
    config: {
      learningRate: 1e-5,
      batchSize: 128,
      bufferSize: 400_000,
      learningStarts: 0,
      gamma: 0.99,
      trainFreq: { every: 1_000, unit: "episode" },
      gradientSteps: { epochs: 3 },
      targetUpdateInterval: { every: 5, unit: "update" },
      target: "sarsa",
      exploration: "boltzmann",
      explorationInitialEps: 0.1,
      explorationFinalEps: 0.1,
      hiddenLayers: [32],
      init: { uniform: 0.1 },
      loss: "mse",
      maxGradNorm: null,
    },
    length: { episodes: 10_000 },
    testsExploring: true,
    showsTable: true,
  },
};

/**
 * Presets for LunarLander.
 *
 * @module
 */

import type { Preset } from "./preset.ts";
import { ZOO_LUNAR_LANDER } from "./zoo.ts";

/** Presets for LunarLander. */
export const LUNAR_LANDER_PRESETS: Readonly<Record<string, Preset>> = {
  zoo: ZOO_LUNAR_LANDER,
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
    showsTable: true,
  },
};

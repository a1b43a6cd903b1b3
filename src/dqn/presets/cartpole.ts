/**
 * Presets for CartPole.
 *
 * @module
 */

import { CLEANRL, CLEANRL_C51 } from "./cleanrl.ts";
import { DOPAMINE_CARTPOLE } from "./dopamine.ts";
import type { Preset } from "./preset.ts";
import { SMALL_CARTPOLE } from "./small.ts";
import { ZOO_CARTPOLE } from "./zoo.ts";
import { ZOO_QR_CARTPOLE } from "./zoo_qr.ts";

/** Presets for CartPole; "default" is DinoQ's own. */
export const CARTPOLE_PRESETS: Readonly<Record<string, Preset>> = {
  default: {
    description: "tuned for speed and sureness; evaluates now and then, stops when solved",
    source: "DinoQ",
    env: "CartPole-v1",
    config: {
      learningRate: 2.3e-3,
      batchSize: 64,
      bufferSize: 50_000,
      learningStarts: 1_000,
      gamma: 0.98,
      trainFreq: 256,
      gradientSteps: 256,
      targetUpdateInterval: { every: 64, unit: "update" },
      explorationFraction: 0.08,
      explorationFinalEps: 0.04,
      hiddenLayers: [64, 64],
      doubleQ: true,
      nSteps: 3,
    },
    length: { steps: 50_000 },
    // 499, not the task's threshold of 475: a network at its edge in 50 episodes may miss it in the next 100.
    evaluation: { every: 512, episodes: 50, stopAt: 499 },
  },
  gpu: {
    description: "environments on the GPU too, tuned for the fewest updates until it is solved",
    source: "DinoQ",
    env: "CartPole-v1",
    gpuEnvs: 64,
    config: {
      learningRate: 4e-3,
      batchSize: 128,
      bufferSize: 50_000,
      learningStarts: 1_000,
      gamma: 0.99,
      // A step of all lanes, then 4 updates: steps cost next to nothing here, and fresh ones save updates.
      trainFreq: 64,
      gradientSteps: 4,
      targetUpdateInterval: { every: 64, unit: "update" },
      explorationFraction: 0.06,
      explorationFinalEps: 0.04,
      hiddenLayers: [64, 64],
      doubleQ: true,
      nSteps: 5,
    },
    length: { steps: 100_000 },
    // 490, not the task's threshold of 475: as in the preset above.
    evaluation: { every: 4_096, episodes: 50, stopAt: 490 },
  },
  zoo: ZOO_CARTPOLE,
  "zoo-qr": ZOO_QR_CARTPOLE,
  cleanrl: CLEANRL,
  "cleanrl-c51": CLEANRL_C51,
  ...DOPAMINE_CARTPOLE,
  small: SMALL_CARTPOLE,
  notes: {
    description: "a plain DQN as in lecture notes: 32-16, 10 updates at each episode's end",
    source: "a tutorial: CartPole-v1 by a plain DQN, then its improvements",
    env: "CartPole-v1",
    config: {
      learningRate: 5e-3,
      batchSize: 32,
      bufferSize: 10_000,
      learningStarts: 32,
      gamma: 0.95,
      trainFreq: { every: 1, unit: "episode" },
      gradientSteps: 10,
      targetUpdateInterval: { every: 1, unit: "episode" },
      explorationSchedule: "multiplicative",
      explorationFinalEps: 0.01,
      explorationDecay: 0.995,
      hiddenLayers: [32, 16],
      rewardScale: 0.01,
      loss: "mse",
      maxGradNorm: null,
    },
    length: { episodes: 1_000 },
    showsTable: true,
  },
  joyrl: {
    description: "CartPole-v0 for 120 episodes, an update each step; --test tests 20 episodes",
    source: "the JoyRL book's DQN tutorial",
    env: "CartPole-v0",
    config: {
      learningRate: 1e-4,
      batchSize: 64,
      bufferSize: 100_000,
      learningStarts: 64,
      gamma: 0.95,
      trainFreq: 1,
      gradientSteps: 1,
      targetUpdateInterval: { every: 4, unit: "episode" },
      explorationSchedule: "exponential",
      explorationInitialEps: 0.95,
      explorationFinalEps: 0.01,
      explorationDecay: 500,
      hiddenLayers: [256, 256],
      loss: "mse",
      maxGradNorm: null,
      maxGradValue: 1,
    },
    length: { episodes: 120 },
    testEpisodes: 20,
    showsTable: true,
    logsEpisodes: true,
    smoothing: 0.9,
  },
};

/**
 * Presets for DinoQ's own Pong, from pixels.
 *
 * @module
 */

import type { DQNConfig } from "../config.ts";
import type { Presets } from "./preset.ts";

const ENV = "DinoQ/Pong-v0";

/** The tutorial's: the network of Nature, the target copied every 1,000 steps. */
const NATURE: DQNConfig = {
  network: "nature-cnn",
  frameStack: 4,
  learningRate: 1e-4,
  batchSize: 32,
  bufferSize: 100_000,
  learningStarts: 10_000,
  gamma: 0.99,
  trainFreq: 4,
  gradientSteps: 1,
  targetUpdateInterval: 1_000,
  explorationFraction: 0.1,
  explorationFinalEps: 0.01,
};

/** Presets for Pong. */
export const PONG_PRESETS: Presets = {
  default: {
    description: "3-step DQN on a network of a twentieth of Nature's work, for processors too",
    source: "DinoQ",
    env: ENV,
    numEnvs: 8,
    config: {
      ...NATURE,
      network: [
        { kind: "conv", channels: 8, kernel: 4, stride: 4 },
        { kind: "conv", channels: 16, kernel: 4, stride: 2 },
        { kind: "conv", channels: 32, kernel: 3, stride: 2 },
      ],
      hiddenLayers: [128],
      learningRate: 1e-3,
      learningRateSchedule: "linear",
      learningRateFinal: 1e-4,
      bufferSize: 50_000,
      learningStarts: 5_000,
      trainFreq: 64,
      gradientSteps: 16,
      targetUpdateInterval: { every: 250, unit: "update" },
      explorationFraction: 0.12,
      explorationFinalEps: 0.02,
      nSteps: 3,
    },
    length: { steps: 240_000 },
    evaluation: { every: 30_000, episodes: 5, stopAt: 18 },
  },
  nature: {
    description: "the network of Nature on two million steps",
    source: "a tutorial: Pong from pixels",
    env: ENV,
    numEnvs: 4,
    config: NATURE,
    length: { steps: 2_000_000 },
    evaluation: { every: 100_000, episodes: 10 },
  },
};

/**
 * Presets for the five games of MinAtar: the authors' own (kenjyoung/MinAtar, examples/dqn.py, described
 * in Young & Tian, arXiv 1903.03176, section 3), and Dopamine's agents (google/dopamine,
 * dopamine/labs/environments/minatar, the same numbers for every game).
 *
 * Not the authors': frames before learning starts count into the decay of ε, and transitions of a batch
 * are drawn with replacement. Not Dopamine's: actions before learning starts are uniformly random, and its
 * QR-DQN draws its first weights from ±1.32/√fan_in.
 *
 * @module
 */

import type { DQNConfig } from "../config.ts";
import type { Preset, Presets } from "./preset.ts";

const DOPAMINE = "google/dopamine, dopamine/labs/environments/minatar";

/** The authors' DQN: an update for each frame, by centred RMSProp. */
const AUTHORS: DQNConfig = {
  network: "minatar-cnn",
  learningRate: 2.5e-4,
  batchSize: 32,
  bufferSize: 100_000,
  learningStarts: 5_000,
  gamma: 0.99,
  trainFreq: 1,
  gradientSteps: 1,
  targetUpdateInterval: { every: 1_000, unit: "update" },
  // 100,000 of 5,000,000 frames.
  explorationFraction: 0.02,
  explorationFinalEps: 0.1,
  optimizer: "rmsprop",
  rmspropAlpha: 0.95,
  rmspropCentered: true,
  momentum: 0.95,
  adamEps: 0.01,
  maxGradNorm: null,
};

/** What Dopamine's agents have in common; the convolution keeps the board's size. */
const SHARED: DQNConfig = {
  network: [{ kind: "conv", channels: 16, kernel: 3, padding: 1 }],
  hiddenLayers: [],
  init: "xavier",
  learningRate: 2.5e-4,
  adamEps: 3.125e-4,
  batchSize: 32,
  bufferSize: 100_000,
  learningStarts: 1_000,
  gamma: 0.99,
  trainFreq: 4,
  gradientSteps: 1,
  targetUpdateInterval: 1_000,
  // 250,000 of 10,000,000 frames.
  explorationFraction: 0.025,
  explorationFinalEps: 0.01,
  maxGradNorm: null,
};

/** Prioritised replay and 3-step returns, as its distributional agents have them. */
const DISTRIBUTIONAL: DQNConfig = {
  ...SHARED,
  nSteps: 3,
  sampling: "prioritized",
  priorityAlpha: 0.5,
  priorityBeta: 0.5,
  priorityBetaEnd: 0.5,
  priorityEps: 1e-10,
};

/** DinoQ's own, for a million frames. */
const OWN: DQNConfig = {
  network: "minatar-cnn",
  learningRate: 5e-4,
  learningRateSchedule: "linear",
  learningRateFinal: 5e-5,
  batchSize: 32,
  bufferSize: 100_000,
  learningStarts: 5_000,
  gamma: 0.99,
  // Bursts, with as many updates as one for every four frames: few waits for the GPU.
  trainFreq: 128,
  gradientSteps: 32,
  targetUpdateInterval: { every: 500, unit: "update" },
  explorationFraction: 0.1,
  explorationFinalEps: 0.02,
  doubleQ: true,
  nSteps: 3,
};

/** Presets for one of the games. */
export function minatarPresets(env: string): Presets {
  const dopamine = (description: string, file: string, config: DQNConfig): Preset => ({
    description,
    source: `${DOPAMINE}/${file}_*.gin`,
    env,
    config,
    length: { steps: 10_000_000 },
  });
  return {
    default: {
      description: "Double DQN with 3-step returns, an update for every four frames",
      source: "DinoQ",
      env,
      numEnvs: 4,
      config: OWN,
      length: { steps: 1_000_000 },
      evaluation: { every: 50_000, episodes: 30 },
    },
    authors: {
      description: "the MinAtar authors' DQN: an update for each of five million frames",
      source: "kenjyoung/MinAtar, examples/dqn.py",
      env,
      config: AUTHORS,
      length: { steps: 5_000_000 },
    },
    "dopamine-dqn": dopamine("Dopamine's DQN: no hidden layer, MSE", "dqn", {
      ...SHARED,
      loss: "mse",
    }),
    "dopamine-rainbow": dopamine(
      "Dopamine's Rainbow: C51, prioritised replay, 3-step returns",
      "rainbow",
      { ...DISTRIBUTIONAL, distribution: "c51", atoms: 51, vMin: -100, vMax: 100 },
    ),
    "dopamine-quantile": dopamine(
      "Dopamine's QR-DQN: 200 quantiles, prioritised replay, 3-step returns",
      "quantile",
      { ...DISTRIBUTIONAL, distribution: "qr", quantiles: 200 },
    ),
  };
}

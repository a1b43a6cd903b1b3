/**
 * Presets of Dopamine's agents for small environments: google/dopamine, dopamine/jax/agents, the gin files
 * named as the sources. Its IQN has a file for Atari alone, whose numbers stand here in the frame of its
 * DQN on CartPole.
 *
 * What is not Dopamine's: observations are as the environment gives them (Dopamine maps those of CartPole,
 * Acrobot and MountainCar to [−1, 1]); actions are uniformly random before learning starts; the mean of
 * evaluation is over greedy actions. Dopamine's CartPole is v0, with 200 steps. All run for 500,000 steps,
 * whatever a file's number of iterations is (400,000 for C51 on CartPole, say).
 *
 * @module
 */

import type { DQNConfig } from "../config.ts";
import type { Preset, Presets } from "./preset.ts";

const FOLDER = "google/dopamine, dopamine/jax/agents";

/** What all of them have. */
const SHARED: DQNConfig = {
  batchSize: 128,
  bufferSize: 50_000,
  learningStarts: 500,
  gamma: 0.99,
  gradientSteps: 1,
  maxGradNorm: null,
  // ε is the same from start to end.
  explorationInitialEps: 0.01,
  explorationFinalEps: 0.01,
  hiddenLayers: [512, 512],
  init: "xavier",
};

/** An update every fourth step and a copy every hundredth, with Atari's ε of Adam. */
const EVERY_FOURTH: DQNConfig = {
  ...SHARED,
  trainFreq: 4,
  targetUpdateInterval: 100,
  adamEps: 3.125e-4,
};

/** Dopamine's Rainbow has three of the six parts: C51, prioritised replay and n-step returns. */
const RAINBOW: DQNConfig = {
  ...EVERY_FOURTH,
  learningRate: 0.09,
  nSteps: 3,
  sampling: "prioritized",
  // Its priorities are roots of losses, and β does not change.
  priorityAlpha: 0.5,
  priorityBeta: 0.5,
  priorityBetaEnd: 0.5,
  priorityEps: 1e-10,
  distribution: "c51",
  atoms: 201,
  vMin: -10,
  vMax: 10,
};

/** C51 with an update and a copy each step. */
const C51: DQNConfig = {
  ...SHARED,
  learningRate: 1e-5,
  adamEps: 3.90625e-6,
  trainFreq: 1,
  targetUpdateInterval: 1,
  distribution: "c51",
  atoms: 201,
  vMin: -100,
  vMax: 100,
};

/** C51 as Acrobot's file has it. */
const C51_ACROBOT: DQNConfig = {
  ...EVERY_FOURTH,
  learningRate: 0.1,
  distribution: "c51",
  atoms: 51,
  vMin: -10,
  vMax: 10,
};

/** IQN's numbers for Atari, with DQN's learning rate for CartPole. */
const IQN: DQNConfig = {
  ...EVERY_FOURTH,
  learningRate: 1e-3,
  nSteps: 3,
  distribution: "iqn",
  taus: 64,
  targetTaus: 64,
  actingTaus: 32,
  kappa: 1,
};

/** The three agents for an environment; `file` is what the gin files call it. */
function dopamine(env: string, file: string, c51: DQNConfig): Presets {
  const preset = (description: string, source: string, config: DQNConfig): Preset => ({
    description,
    source: `${FOLDER}/${source}`,
    env,
    config,
    length: { steps: 500_000 },
  });
  return {
    "dopamine-rainbow": preset(
      "Dopamine's Rainbow: C51, prioritised replay, 3-step returns; 512-512",
      `rainbow/configs/rainbow_${file}.gin`,
      RAINBOW,
    ),
    "dopamine-c51": preset("Dopamine's C51: 512-512", `rainbow/configs/c51_${file}.gin`, c51),
    "dopamine-iqn": preset(
      "Dopamine's IQN for Atari, on 512-512",
      `implicit_quantile/configs/implicit_quantile.gin and dqn/configs/dqn_cartpole.gin`,
      IQN,
    ),
  };
}

/** Dopamine's agents on CartPole. */
export const DOPAMINE_CARTPOLE: Presets = dopamine("CartPole-v1", "cartpole", C51);

/** Dopamine's agents on Acrobot. */
export const DOPAMINE_ACROBOT: Presets = dopamine("Acrobot-v1", "acrobot", C51_ACROBOT);

/** Dopamine's agents on MountainCar. */
export const DOPAMINE_MOUNTAIN_CAR: Presets = dopamine("MountainCar-v0", "mountaincar", C51);

/** Dopamine's agents on LunarLander. */
export const DOPAMINE_LUNAR_LANDER: Presets = dopamine("LunarLander-v3", "lunarlander", C51);

/**
 * Presets for Atari games, which Python's Arcade Learning Environment plays behind DeepMind's wrappers.
 * Steps are the agent's: four frames of the emulator each.
 *
 * A replay buffer of a million frames takes 7.06 GB of GPU memory; `--buffer-size` makes it smaller.
 *
 * @module
 */

import type { DQNConfig } from "../config.ts";
import type { Preset, Presets } from "./preset.ts";

/** What all have: pixels through the network of Nature, the last four frames at once. */
const PIXELS: DQNConfig = {
  network: "nature-cnn",
  frameStack: 4,
  batchSize: 32,
  gamma: 0.99,
  trainFreq: 4,
  gradientSteps: 1,
  rewardClip: 1,
};

/** Stable-Baselines3's zoo. */
const ZOO: DQNConfig = {
  ...PIXELS,
  learningRate: 1e-4,
  bufferSize: 100_000,
  learningStarts: 100_000,
  targetUpdateInterval: 1_000,
  explorationFraction: 0.1,
  explorationFinalEps: 0.01,
};

/** CleanRL's dqn_atari.py. */
const CLEANRL: DQNConfig = {
  ...PIXELS,
  learningRate: 1e-4,
  bufferSize: 1_000_000,
  learningStarts: 80_000,
  targetUpdateInterval: 1_000,
  explorationFraction: 0.1,
  explorationFinalEps: 0.01,
  loss: "mse",
  maxGradNorm: null,
};

/** What Dopamine's agents have in common. */
const DOPAMINE: DQNConfig = {
  ...PIXELS,
  learningRate: 6.25e-5,
  adamEps: 1.5e-4,
  bufferSize: 1_000_000,
  learningStarts: 20_000,
  targetUpdateInterval: 8_000,
  // 250,000 of 50,000,000 steps.
  explorationFraction: 0.005,
  explorationFinalEps: 0.01,
  init: "xavier",
  maxGradNorm: null,
};

/** Presets for one of the games, by its id in Python, such as "ALE/Pong-v5". */
export function atariPresets(env: string): Presets {
  const preset = (
    description: string,
    source: string,
    steps: number,
    config: DQNConfig,
  ): Preset => ({
    description,
    source,
    env,
    numEnvs: 4,
    config,
    length: { steps },
    evaluation: { every: 250_000, episodes: 10 },
  });
  return {
    zoo: preset(
      "DQN of Stable-Baselines3's zoo",
      "rl-baselines3-zoo, hyperparams/dqn.yml, atari",
      10_000_000,
      ZOO,
    ),
    cleanrl: preset(
      "CleanRL's dqn_atari.py: a million frames of replay",
      "vwxyzjn/cleanrl, cleanrl/dqn_atari.py",
      10_000_000,
      CLEANRL,
    ),
    "dopamine-dqn": preset(
      "Dopamine's DQN: Adam, MSE, a million frames of replay",
      "google/dopamine, dopamine/jax/agents/dqn/configs/dqn.gin",
      50_000_000,
      { ...DOPAMINE, loss: "mse" },
    ),
    "dopamine-full-rainbow": preset(
      "all six parts of Rainbow as Dopamine has them",
      "google/dopamine, dopamine/jax/agents/full_rainbow/configs/full_rainbow.gin",
      50_000_000,
      {
        ...DOPAMINE,
        // A noisy network starts as its paper says.
        init: undefined,
        nSteps: 3,
        doubleQ: true,
        dueling: true,
        noisy: true,
        exploration: "epsilon-greedy",
        explorationInitialEps: 0.99,
        sampling: "prioritized",
        priorityAlpha: 0.5,
        priorityBeta: 0.5,
        priorityBetaEnd: 0.5,
        priorityEps: 1e-10,
        distribution: "c51",
        atoms: 51,
        vMin: -10,
        vMax: 10,
      },
    ),
  };
}

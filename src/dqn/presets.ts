/**
 * Presets: whole runs as data, each with its source. A preset is where to learn, with which options, how
 * long, and how its tutorial or paper tests and reports.
 *
 * @module
 */

import type { DQNConfig } from "./config.ts";

/** How long to train. */
export type PresetLength = { readonly steps: number } | { readonly episodes: number };

/** Evaluations in the course of training. */
export interface PresetEvaluation {
  /** Evaluate after every so many environment steps, and keep the best network. */
  readonly every: number;
  /** Greedy episodes in each of these evaluations. */
  readonly episodes: number;
  /** Stop when their mean return reaches this. */
  readonly stopAt?: number;
}

/** A run as data. */
export interface Preset {
  /** What it is, in a line. */
  readonly description: string;
  /** Where its numbers are from. */
  readonly source: string;
  /** The environment's registered name. */
  readonly env: string;
  /** The learner's options; what is not named has its default. */
  readonly config: DQNConfig;
  /** How long to train. */
  readonly length: PresetLength;
  /** Evaluations while training; none when left out. */
  readonly evaluation?: PresetEvaluation;
  /** Episodes of a test run. */
  readonly testEpisodes?: number;
  /** Whether the table of hyper-parameters is printed at the start. */
  readonly showsTable?: boolean;
  /** Whether each episode is printed as a line of its own. */
  readonly logsEpisodes?: boolean;
  /** s: smooth rewards as s · previous + (1 − s) · reward in plots, instead of a moving average. */
  readonly smoothing?: number;
}

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
  zoo: {
    description: "Stable-Baselines3's zoo: 256-256, 128 updates every 256 steps",
    source: "rl-baselines3-zoo, hyperparams/dqn.yml, CartPole-v1",
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
  },
  cleanrl: {
    description: "CleanRL's dqn.py: 120-84, batch 128, an update every 10 steps",
    source: "vwxyzjn/cleanrl, cleanrl/dqn.py",
    env: "CartPole-v1",
    config: {
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
      loss: "mse",
      maxGradNorm: null,
    },
    length: { steps: 500_000 },
  },
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

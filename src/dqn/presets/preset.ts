/**
 * Presets: whole runs as data, each with its source. A preset is where to learn, with which options, how
 * long, and how its tutorial or paper tests and reports.
 *
 * @module
 */

import type { DQNConfig } from "../config.ts";

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
  /** Environments side by side; one when left out. */
  readonly numEnvs?: number;
  /** Environments on the GPU, so many at once and in lockstep, in place of those. */
  readonly gpuEnvs?: number;
  /** The learner's options; what is not named has its default. */
  readonly config: DQNConfig;
  /** How long to train. */
  readonly length: PresetLength;
  /** Evaluations while training; none when left out. */
  readonly evaluation?: PresetEvaluation;
  /**
   * Whether it is tested as it behaves while learning, and not greedily: SARSA's values are those of the
   * policy that explores, and the best action by them need not be a good one for ever.
   */
  readonly testsExploring?: boolean;
  /** Episodes of a test run. */
  readonly testEpisodes?: number;
  /** Whether the table of hyper-parameters is printed at the start. */
  readonly showsTable?: boolean;
  /** Whether each episode is printed as a line of its own. */
  readonly logsEpisodes?: boolean;
  /** s: smooth rewards as s · previous + (1 − s) · reward in plots, instead of a moving average. */
  readonly smoothing?: number;
}

/** Presets by name: the first is taken when none is named. */
export type Presets = Readonly<Record<string, Preset>>;

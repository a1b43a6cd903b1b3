/**
 * What the table tells the kernels of an update, agent by agent: hyper-parameters, schedules at the present
 * step, counters for random numbers (shaders/lib/tick.wgsl has the fields).
 */

import { words } from "../gpu/philox.ts";
import { optimizerEntry, type OptimizerOptions } from "../nn/optimizer.ts";
import { drawEntry, type DrawOptions } from "../replay/draw.ts";
import type { DrawableRows, RingMemory } from "../replay/ring_memory.ts";
import type { ResolvedConfig } from "./config.ts";
import type { HostEntry } from "./update.ts";

/** What "no clipping" is to the kernels. */
const NO_LIMIT = 3e38;

/** What changes from update to update by the agent's clock. */
export interface UpdateSettings {
  readonly learningRate: number;
  /** Share of the online network that the target takes over before the first of these updates. */
  readonly tauBefore: number;
  /** The same after the i-th update of the learner's life, counted from 1. */
  readonly tauAfter: (update: number) => number;
  /** How far importance weights undo the bias of prioritised sampling, from 0 to 1. */
  readonly priorityBeta: number;
}

/** What an entry says where nothing is learnt. */
export const IDLE: UpdateSettings = {
  learningRate: 0,
  tauBefore: 0,
  tauAfter: () => 0,
  priorityBeta: 0,
};

/** The optimiser that a configuration asks for. */
export function optimizerOf(config: ResolvedConfig): OptimizerOptions {
  return {
    name: config.optimizer,
    beta1: config.adamBeta1,
    beta2: config.adamBeta2,
    epsilon: config.adamEps,
    weightDecay: config.weightDecay,
    momentum: config.momentum,
    alpha: config.rmspropAlpha,
    centered: config.rmspropCentered,
  };
}

/** How a configuration's batches are drawn. */
export function drawOptionsOf({ batchSize, replacement }: ResolvedConfig): DrawOptions {
  return { batch: batchSize, replacement };
}

/** An agent's entries. */
export class Entries {
  readonly #config: ResolvedConfig;
  readonly #optimizer: OptimizerOptions;
  readonly #ring: RingMemory & DrawableRows;
  readonly #historyRows: number;

  /**
   * @param config The agent's configuration.
   * @param ring Where its batches are drawn from.
   * @param historyRows Rows of diagnostics that are kept.
   */
  constructor(config: ResolvedConfig, ring: RingMemory & DrawableRows, historyRows: number) {
    this.#config = config;
    this.#optimizer = optimizerOf(config);
    this.#ring = ring;
    this.#historyRows = historyRows;
  }

  /**
   * The entry for an update.
   *
   * @param settings Learning rate and target updates.
   * @param tauBefore The target's share ahead of it.
   * @param update Its number, from 0.
   */
  of(settings: UpdateSettings, tauBefore: number, update: number): HostEntry {
    const { gamma, rewardScale, rewardClip, maxGradNorm, maxGradValue, seed } = this.#config;
    const { priorityAlpha, priorityEps } = this.#config;
    const { munchausenTau, munchausenAlpha, munchausenClip } = this.#config;
    const [updateLow, updateHigh] = words(update);
    return {
      ...optimizerEntry(this.#optimizer, settings.learningRate, update),
      seed,
      updateLow,
      updateHigh,
      ...drawEntry(this.#ring, drawOptionsOf(this.#config), seed, update),
      gamma,
      rewardScale,
      rewardClip: rewardClip ?? NO_LIMIT,
      maxGradNorm: maxGradNorm ?? NO_LIMIT,
      maxGradValue: maxGradValue ?? NO_LIMIT,
      tau: settings.tauAfter(update + 1),
      tauBefore,
      priorityAlpha,
      priorityBeta: settings.priorityBeta,
      priorityEps,
      munchausenTau,
      munchausenAlpha,
      munchausenClip,
      historyRow: update % this.#historyRows,
      explicitBatch: 0,
      explicitNoise: 0,
      explicitTaus: 0,
      exploration: 1,
      temperature: 0,
      openRow: 0,
    };
  }
}

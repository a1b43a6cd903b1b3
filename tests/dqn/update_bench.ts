/**
 * What tests of whole updates share: a learner's state made by hand, entries of its table, and members of
 * the family that have every kind of layer, head, noise and loss between them.
 */

import { type DQNConfig, resolveConfig, type ResolvedConfig } from "../../src/dqn/config.ts";
import type { LearnerState } from "../../src/dqn/learner_state.ts";
import { networkOf, planPasses } from "../../src/dqn/plan.ts";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import type { AdapterKind, Gpu } from "../../src/gpu/gpu.ts";
import { words } from "../../src/gpu/philox.ts";
import { type Entry, Table } from "../../src/gpu/table.ts";
import { momentsBuffer, optimizerEntry, type OptimizerOptions } from "../../src/nn/optimizer.ts";
import { pack } from "../../src/nn/parameters.ts";
import { Ring } from "../../src/replay/ring.ts";
import { floatsOf } from "../gpu/harness.ts";
import { randomParameters, tickEntry } from "../nn/harness.ts";
import { flatView } from "./flat_view.ts";

/** Adam with its defaults. */
export const ADAM: OptimizerOptions = {
  name: "adam",
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  momentum: 0,
  alpha: 0.99,
  centered: false,
};
/** The streams that fill rings know four actions. */
export const SIZES = { observations: 5, hidden: [9, 6], actions: 5 };
export const BATCH = 7;
/** Rows of the history. */
export const HISTORY = 16;
const HUGE = 3e38;

/** The streams' sizes, nothing of which is a multiple of 4. */
export function configOf(given: DQNConfig = {}): ResolvedConfig {
  return resolveConfig({
    hiddenLayers: SIZES.hidden,
    batchSize: BATCH,
    bufferSize: 80,
    learningStarts: 0,
    nSteps: 2,
    ...given,
  });
}

/** A learner's state whose rows come from the host. */
export type BenchState = LearnerState & { readonly ring: Ring };

/** A learner's state made by hand, so that every buffer can be looked at. */
export async function makeState(
  gpu: Gpu,
  config: ResolvedConfig,
  optimizer: OptimizerOptions = ADAM,
): Promise<BenchState> {
  const buffers = new Buffers(gpu);
  const { observations, actions } = SIZES;
  const view = flatView(observations);
  const network = networkOf(config, view, actions);
  const bytes = network.parameters4 * 16;
  const parameters = buffers.storage("parameters", 2 * bytes);
  upload(gpu, parameters, pack(network, randomParameters(network, 1)));
  upload(gpu, parameters, pack(network, randomParameters(network, 2)), bytes);
  return {
    gpu,
    buffers,
    network,
    view,
    plan: planPasses(config),
    parameters,
    agents: 1,
    table: new Table(gpu, buffers, { file: "lib/tick", struct: "Tick", agents: 1, capacity: 64 }),
    ring: await Ring.create(gpu, buffers, {
      observationSize: SIZES.observations,
      lanes: 2,
      capacity: 80,
      nSteps: config.nSteps,
      needsNextAction: config.target === "sarsa",
      sampling: config.sampling,
    }),
    gradients: buffers.storage("gradients", bytes),
    moments: momentsBuffer(buffers, network, optimizer, 1),
    history: buffers.storage("history", HISTORY * 16),
    historyRows: HISTORY,
    health: buffers.storage("health", 4),
  };
}

/**
 * Does something with small tiles, which compile sooner; which tiles they are makes no difference to the
 * bits.
 */
export async function withSmallTiles<T>(gpu: Gpu, act: () => Promise<T>): Promise<T> {
  const changeable = gpu as { kind: AdapterKind };
  const before = gpu.kind;
  changeable.kind = "gpu";
  try {
    return await act();
  } finally {
    changeable.kind = before;
  }
}

/** The entry of update number `update`. */
export function entryOf(state: BenchState, update: number, given: Entry = {}): Entry {
  const [updateLow, updateHigh] = words(update);
  return tickEntry({
    ...optimizerEntry(ADAM, 0.01, update),
    seed: 5,
    updateLow,
    updateHigh,
    filled: state.ring.filled,
    gamma: 0.9,
    rewardScale: 1,
    rewardClip: HUGE,
    historyRow: update % HISTORY,
    explicitBatch: 0,
    explicitNoise: 0,
    munchausenTau: 0.3,
    munchausenAlpha: 0.9,
    munchausenClip: -1,
    priorityAlpha: 0.6,
    priorityBeta: 0.4,
    priorityEps: 1e-3,
    ...given,
  });
}

/** The online and the target arena. */
export async function arenasOf(
  { gpu, parameters, network }: LearnerState,
): Promise<Float32Array[]> {
  const both = await floatsOf(gpu, parameters);
  const size = 4 * network.parameters4;
  return [both.slice(0, size), both.slice(size, 2 * size)];
}

/** Members of the family that have every kind of layer, head, noise and loss between them. */
export const FAMILY: readonly DQNConfig[] = [
  {
    ...{ distribution: "iqn", taus: 3, targetTaus: 5, actingTaus: 2, cosines: 6 },
    ...{ dueling: true, hiddenLayers: [5], headLayers: [3], layerNorm: true, noisy: true },
    ...{ activation: "tanh" },
  },
  {
    ...{ distribution: "c51", atoms: 7, dueling: true, layerNorm: true, noisy: true },
    ...{ hiddenLayers: [5], activation: "gelu", doubleQ: true, sampling: "prioritized" },
  },
  {
    ...{ distribution: "qr", quantiles: 5, dueling: true, headLayers: [3] },
    ...{ hiddenLayers: [], target: "munchausen", nSteps: 1, activation: "tanh" },
  },
  {
    ...{ distribution: "iqn", taus: 3, targetTaus: 2, actingTaus: 2, cosines: 3 },
    ...{ hiddenLayers: [], target: "sarsa", activation: "identity" },
  },
];

/** What tests of updates and of the learner share: rings with episodes in them, and learners. */

import { type DenseBatch, layOutBatch } from "../../src/dqn/batch.ts";
import { type DQNConfig, resolveConfig } from "../../src/dqn/config.ts";
import type { UpdateSettings } from "../../src/dqn/entries.ts";
import type { Diagnostics } from "../../src/dqn/history.ts";
import { Learner } from "../../src/dqn/learner.ts";
import type { LearnerTensors } from "../../src/dqn/tensors.ts";
import type { Gpu } from "../../src/gpu/gpu.ts";
import { Ring } from "../../src/replay/ring.ts";
import { random, randomFloats } from "../nn/harness.ts";
import { ReferenceDQN } from "../reference/dqn.ts";
import { flatTarget } from "./flat_view.ts";

/** Every action is allowed. */
const ALL = 0xffffffff;

/**
 * Fills a ring with random episodes that end in every way, and leaves one running.
 *
 * @param hasMasks Whether only some of the actions are allowed, and taken; all of them when left out.
 */
export function fillRing(
  ring: Ring,
  steps: number,
  actions: number,
  seed = 1,
  hasMasks = false,
): void {
  const next = random(seed);
  const observe = () => Float32Array.from({ length: ring.observationSize }, next);
  const choose = () => Math.floor(actions * (next() + 1) / 2);
  // One action is allowed, the others are by a coin.
  const allow = () =>
    hasMasks ? 1 << choose() | Math.floor((next() + 1) * 2 ** (actions - 1)) : ALL;
  for (let lane = 0; lane < ring.laneCount; lane++) {
    let mask = ALL;
    for (let t = 0; t < steps; t++) {
      if (!ring.isOpen(lane)) ring.begin(lane, observe(), mask = allow());
      let action = choose();
      while ((mask >>> action & 1) === 0) action = (action + 1) % actions;
      const end = next();
      const reward = 2 * next();
      const seen = observe();
      ring.step(lane, action, reward, end > 0.8, end > 0.8 || end < -0.9, seen, mask = allow());
    }
  }
}

/** Sizes for which kernels compile quickly and nothing is a multiple of 4. */
export const SHAPE = { observationSize: 3, actions: 2, lanes: 1 } as const;

/** A learner's ring, whose rows come from the host. */
export function ringOf({ ring }: Learner): Ring {
  if (ring instanceof Ring) return ring;
  throw new Error("the learner's rows come from the GPU");
}

/** A learner of such sizes, with 60 steps to learn from. */
export async function createLearner(gpu: Gpu, config: DQNConfig = {}): Promise<Learner> {
  const learner = await Learner.create(
    gpu,
    SHAPE,
    resolveConfig({
      hiddenLayers: [5],
      batchSize: 6,
      bufferSize: 100,
      learningRate: 0.01,
      learningStarts: 0,
      activation: "tanh",
      seed: 3,
      ...config,
    }),
  );
  fillRing(ringOf(learner), 60, SHAPE.actions);
  return learner;
}

/** Settings without target updates, and what is given. */
export function settings(given: Partial<UpdateSettings> = {}): UpdateSettings {
  return { learningRate: 0.01, tauBefore: 0, tauAfter: () => 0, priorityBeta: 0.4, ...given };
}

/** Random transitions of that shape, to learn from. */
export function explicitBatch(rows: number, seed: number) {
  return {
    observations: randomFloats(rows * SHAPE.observationSize, seed),
    nextObservations: randomFloats(rows * SHAPE.observationSize, seed + 1),
    actions: Int32Array.from({ length: rows }, (_, i) => i % SHAPE.actions),
    rewards: randomFloats(rows, seed + 2),
    terminated: Array.from({ length: rows }, (_, i) => i % 3 === 0),
  };
}

/** The same as the GPU has it. */
export function dense(batch: ReturnType<typeof explicitBatch>): DenseBatch {
  return layOutBatch(batch, flatTarget(SHAPE), resolveConfig());
}

/** What diagnostics are of. */
export const DIAGNOSTICS = ["loss", "meanQ", "gradNorm", "tdError"] as const;

/** The means of several looks, each after so many updates. */
export function pool(looks: readonly { updates: number; seen: Diagnostics }[]): number[] {
  const total = looks.reduce((sum, { updates }) => sum + updates, 0);
  return DIAGNOSTICS.map((key) =>
    looks.reduce((sum, { updates, seen }) => sum + updates * seen[key], 0) / total
  );
}

/** The reference of a learner of {@linkcode createLearner}, with its parameters as they are. */
export async function referenceFor(learner: Learner): Promise<ReferenceDQN> {
  return new ReferenceDQN(named(await learner.getTensors()), {
    optimizer: "adam",
    learningRate: 0.01,
    activation: "tanh",
    loss: "huber",
    gamma: 0.99,
    maxGradNorm: 10,
  });
}

/** Parameters with names as the reference has them. */
function named({ online, target }: LearnerTensors) {
  const entries = [["q", online], ["target", target]].flatMap(([prefix, parameters]) =>
    Object.entries(parameters).map(([name, each]) => [`${prefix}.${name}`, each])
  );
  return Object.fromEntries(entries);
}

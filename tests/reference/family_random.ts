/**
 * Random networks and batches for any member of the DQN family: what comparisons between the reference
 * and the GPU start from. All numbers are exact in float32.
 *
 * @module
 */

import { type FamilyBatch, type FamilyOptions, noiseLength, passesOf } from "./family.ts";
import { parameterShapes } from "./family_network.ts";

/** What a batch comes with. */
export interface BatchParts {
  readonly weights?: boolean;
  readonly discounts?: boolean;
  readonly masks?: boolean;
}

/** A batch whose arrays are of the kinds that `DQN.trainOnBatch` takes. */
export type RandomBatch = FamilyBatch & {
  readonly observations: Float32Array;
  readonly nextObservations: Float32Array;
  readonly actions: Int32Array;
  readonly rewards: Float32Array;
  readonly weights?: Float32Array;
  readonly discounts?: Float32Array;
  readonly nextActions?: Int32Array;
  readonly noise?: Float32Array;
  readonly taus?: Float32Array;
};

/** Named parameters with their shapes. */
export type RandomParameters = Record<string, { shape: number[]; data: Float32Array }>;

/** A generator of numbers from 0 to 1: Weyl's sequence, mixed by the finaliser of MurmurHash3. */
export function uniforms(seed: number): () => number {
  let state = Math.imul(seed, 0x85ebca6b);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let x = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 8) / 2 ** 24;
  };
}

/** A standard normal, by Box and Muller. */
function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

function floats(length: number, draw: () => number): Float32Array {
  return Float32Array.from({ length }, draw);
}

/** Parameters of both networks. */
export function randomParameters(options: FamilyOptions, seed: number): RandomParameters {
  const next = uniforms(seed);
  const all: RandomParameters = {};
  for (const prefix of ["q", "target"]) {
    let bound = 1;
    for (const { name, shape } of parameterShapes(options)) {
      // A layer's bias follows its weight.
      if (shape.length === 2) bound = 1.5 / Math.sqrt(shape[1]);
      const size = shape.reduce((a, b) => a * b);
      const isNorm = shape.length === 1 && !name.includes("bias");
      const factor = name.includes("_sigma") ? bound / 3 : bound;
      all[`${prefix}.${name}`] = {
        shape: [...shape],
        data: floats(size, () => (isNorm ? 1 : 0) + factor * (2 * next() - 1)),
      };
    }
  }
  return all;
}

/** Transitions, with the noise and the quantile fractions that the options want. */
export function randomBatch(
  options: FamilyOptions,
  rows: number,
  parts: BatchParts,
  seed: number,
): RandomBatch {
  const next = uniforms(seed);
  const { observationSize, actions, gamma } = options;
  const anyActions = () => Int32Array.from({ length: rows }, () => Math.floor(actions * next()));
  const taken = anyActions();
  const following = anyActions();
  const masks = (of: Int32Array) =>
    Uint8Array.from(
      { length: rows * actions },
      (_, i) => Number(of[Math.floor(i / actions)] === i % actions || next() < 0.6),
    );
  const passes = passesOf(options);
  const samples = passes.reduce((sum, pass) => sum + pass.samples, 0);
  // Returns beyond both ends of the support, errors on both sides of a Huber loss's corner.
  const reward = () => 2 * normal(next);
  return {
    observations: floats(rows * observationSize, () => normal(next)),
    nextObservations: floats(rows * observationSize, () => normal(next)),
    actions: taken,
    rewards: floats(rows, reward),
    terminated: Array.from({ length: rows }, () => next() < 0.2),
    ...(parts.weights && { weights: floats(rows, () => 0.2 + 0.8 * next()) }),
    ...(parts.discounts && { discounts: floats(rows, () => gamma ** Math.ceil(3 * next())) }),
    ...(parts.masks && { actionMasks: masks(taken), nextActionMasks: masks(following) }),
    ...(options.target === "sarsa" && { nextActions: following }),
    ...(options.noisy && {
      noise: floats(passes.length * noiseLength(options), () => normal(next)),
    }),
    ...(options.distribution === "iqn" && { taus: floats(rows * samples, next) }),
  };
}

/** An explicit batch of transitions, checked and laid out for the GPU. */

import { vec4s } from "../nn/network.ts";

/** Words of a sample: action, return, discount, weight, next action, as in shaders/lib/batch.wgsl. */
export const SAMPLE_WORDS = 5;

/** Transitions to learn from, as flat arrays. */
export interface Batch {
  /** [batch × observation size] */
  readonly observations: Float32Array;
  /** [batch × observation size] */
  readonly nextObservations: Float32Array;
  /** [batch], counted from 0. */
  readonly actions: Int32Array;
  /** [batch]; n-step returns when `discounts` is given. Taken as they are: no rewardScale, no rewardClip. */
  readonly rewards: Float32Array;
  /** [batch]: whether the transition ended its episode by the environment's own rules, not by truncation. */
  readonly terminated: ArrayLike<boolean | number>;
  /** [batch]: importance weights; 1 each when left out. */
  readonly weights?: Float32Array;
  /** [batch]: what the next value counts where not terminated; gamma each when left out. */
  readonly discounts?: Float32Array;
  /** [batch]: the actions taken at the next observations, counted from 0; for the SARSA target alone. */
  readonly nextActions?: Int32Array;
}

/** Its arrays of floats. */
const FLOATS = {
  observations: Float32Array,
  nextObservations: Float32Array,
  rewards: Float32Array,
  weights: Float32Array,
  discounts: Float32Array,
} as const;

/** A batch as the gather kernel would have left it. */
export interface DenseBatch {
  readonly rows: number;
  /** Observations, then next observations, rows padded to vec4. */
  readonly inputs: Float32Array;
  /** [rows × SAMPLE_WORDS]: action, reward, discount, weight, next action. */
  readonly samples: Float32Array;
}

/**
 * Checks a batch and lays it out.
 *
 * @throws {TypeError} When an array is missing or of another kind.
 * @throws {RangeError} When a length does not fit, an action is out of range, or a number is not finite.
 */
export function layOutBatch(
  batch: Batch,
  observationSize: number,
  actions: number,
  gamma: number,
  needsNextActions = false,
): DenseBatch {
  if (needsNextActions !== (batch.nextActions !== undefined)) {
    throw new TypeError(
      needsNextActions
        ? 'nextActions must be an Int32Array: target "sarsa" learns from them; got none'
        : 'nextActions are for target "sarsa" alone: leave them out',
    );
  }
  const kinds = { actions: Int32Array, nextActions: Int32Array, ...FLOATS };
  for (const [name, kind] of Object.entries(kinds)) {
    const given = batch[name as keyof typeof kinds];
    const isOptional = name === "weights" || name === "discounts" || name === "nextActions";
    if (given === undefined ? !isOptional : !(given instanceof kind)) {
      const got = Object.prototype.toString.call(given).slice(8, -1);
      throw new TypeError(
        `${name} must be ${kind === Int32Array ? "an" : "a"} ${kind.name}, got ${got}`,
      );
    }
  }
  const rows = batch.actions.length;
  if (rows === 0) throw new RangeError("a batch must hold at least one transition, got none");
  const expect = (name: string, array: ArrayLike<unknown>, wanted: number) => {
    if (array.length !== wanted) {
      throw new RangeError(
        `${name} must have ${wanted} entries for ${rows} actions, got ${array.length}`,
      );
    }
  };
  expect("observations", batch.observations, rows * observationSize);
  expect("nextObservations", batch.nextObservations, rows * observationSize);
  expect("rewards", batch.rewards, rows);
  expect("terminated", batch.terminated, rows);
  if (batch.weights) expect("weights", batch.weights, rows);
  if (batch.discounts) expect("discounts", batch.discounts, rows);
  if (batch.nextActions) expect("nextActions", batch.nextActions, rows);
  for (const name of Object.keys(FLOATS) as (keyof typeof FLOATS)[]) {
    const at = batch[name]?.findIndex((x) => !Number.isFinite(x)) ?? -1;
    if (at >= 0) {
      throw new RangeError(`${name}[${at}] must be a finite number, got ${batch[name]![at]}`);
    }
  }

  const width = 4 * vec4s(observationSize);
  const inputs = new Float32Array(2 * rows * width);
  const samples = new Float32Array(SAMPLE_WORDS * rows);
  const sampleWords = new Uint32Array(samples.buffer);
  for (let row = 0; row < rows; row++) {
    const action = actionOf("actions", batch.actions, row, actions);
    const start = row * observationSize;
    inputs.set(batch.observations.subarray(start, start + observationSize), row * width);
    inputs.set(
      batch.nextObservations.subarray(start, start + observationSize),
      (rows + row) * width,
    );
    const at = SAMPLE_WORDS * row;
    sampleWords[at] = action;
    samples[at + 1] = batch.rewards[row];
    samples[at + 2] = batch.terminated[row] ? 0 : batch.discounts?.[row] ?? gamma;
    samples[at + 3] = batch.weights?.[row] ?? 1;
    if (batch.nextActions) {
      sampleWords[at + 4] = actionOf("nextActions", batch.nextActions, row, actions);
    }
  }
  return { rows, inputs, samples };
}

function actionOf(name: string, given: Int32Array, row: number, actions: number): number {
  const action = given[row];
  if (action >= 0 && action < actions) return action;
  throw new RangeError(`${name}[${row}] must lie in 0 to ${actions - 1}, got ${action}`);
}

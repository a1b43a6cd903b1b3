/** An explicit batch of transitions, checked and laid out for the GPU. */

import type { InputLayout } from "../nn/network.ts";
import type { ResolvedConfig } from "./config.ts";
import { inputRows, layOutInput, stackSize, type View } from "./view.ts";

/** Words of a sample, as in shaders/lib/batch.wgsl. */
export const SAMPLE_WORDS = 8;
/** A mask that allows every action. */
const ALL_ALLOWED = 0xffffffff;

/** Transitions to learn from, as flat arrays. */
export interface Batch {
  /** [batch × observation size], with `frameStack` [batch × frames × observation size], oldest first. Pictures may be bytes. */
  readonly observations: Float32Array | Uint8Array;
  /** [batch × observation size], or stacks of them. */
  readonly nextObservations: Float32Array | Uint8Array;
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
  /**
   * [batch]: the actions taken at the next observations, counted from 0; for the SARSA target alone. Not read
   * where terminated.
   */
  readonly nextActions?: Int32Array;
  /** [batch × actions]: which are allowed at the observations; with `actionMasks` alone, all when left out. */
  readonly actionMasks?: ArrayLike<boolean | number>;
  /** [batch × actions]: which are allowed at the next observations, likewise; not read where terminated. */
  readonly nextActionMasks?: ArrayLike<boolean | number>;
  /**
   * Standard normals of a noisy network, drawn when left out: for each forward pass (online network on
   * the observations; target on the next; then, where there is one, the pass that chooses the next
   * action, and Munchausen's target on the observations), for each linear layer in the order of
   * `getParameters`, of its inputs and then of its outputs.
   */
  readonly noise?: Float32Array;
  /** IQN's quantile samples, each between 0 and 1, drawn when left out: pass after pass, [batch × samples]. */
  readonly taus?: Float32Array;
}

/** What an update on such a batch came to. */
export interface BatchResult {
  /** Mean over the batch of weight · loss. */
  readonly loss: number;
  /** [batch]: target − Q; of distributions, the difference of their means. */
  readonly tdErrors: Float32Array;
  /**
   * [batch]: what prioritised sampling goes by: the size of the TD error; of C51 KL(target ‖ online);
   * of quantiles their loss on average.
   */
  readonly priorities: Float32Array;
}

/** Its arrays of observations. */
const OBSERVATIONS = ["observations", "nextObservations"] as const;

/** Its other arrays of floats. */
const FLOATS = {
  rewards: Float32Array,
  weights: Float32Array,
  discounts: Float32Array,
  noise: Float32Array,
  taus: Float32Array,
} as const;

const KINDS = { actions: Int32Array, nextActions: Int32Array, ...FLOATS } as const;

/** Fields that must be there, beside the observations. */
const NEEDED = new Set(["actions", "rewards"]);

/** A batch as the gather kernel would have left it. */
export interface DenseBatch {
  readonly rows: number;
  /** Observations, then next observations, as the network sees them. */
  readonly inputs: Float32Array | Uint8Array;
  /** [rows × SAMPLE_WORDS]: see shaders/lib/batch.wgsl. */
  readonly samples: Float32Array;
  readonly noise: Float32Array | undefined;
  readonly taus: Float32Array | undefined;
}

/** What a batch is for. */
export interface BatchTarget {
  /** How observations become what the network sees. */
  readonly view: View;
  /** What the network was built for. */
  readonly input: InputLayout;
  readonly actions: number;
}

/** What of the configuration a batch has to fit. */
export type BatchConfig = Pick<
  ResolvedConfig,
  "gamma" | "target" | "actionMasks" | "noisy" | "distribution"
>;

/**
 * Checks a batch and lays it out.
 *
 * @throws {TypeError} When an array is missing or of another kind.
 * @throws {RangeError} When a length does not fit, an action is out of range, or a number is not finite.
 */
export function layOutBatch(
  batch: Batch,
  { view, input, actions }: BatchTarget,
  config: BatchConfig,
): DenseBatch {
  checkKinds(batch, config);
  const rows = batch.actions.length;
  if (rows === 0) throw new RangeError("a batch must hold at least one transition, got none");
  const size = stackSize(view);
  checkLengths(batch, rows, size, actions);
  checkNumbers(batch, input.isBytes);

  const { observations, nextObservations } = batch;
  const inputs = inputRows(input, 2 * rows);
  const samples = new Float32Array(SAMPLE_WORDS * rows);
  const sampleWords = new Uint32Array(samples.buffer);
  for (let row = 0; row < rows; row++) {
    const action = actionOf("actions", batch.actions, row, actions);
    const [from, to] = [row * size, (row + 1) * size];
    layOutInput(view, input, observations.subarray(from, to), inputs, row);
    layOutInput(view, input, nextObservations.subarray(from, to), inputs, rows + row);
    const at = SAMPLE_WORDS * row;
    sampleWords[at] = action;
    samples[at + 1] = batch.rewards[row];
    samples[at + 2] = batch.terminated[row] ? 0 : batch.discounts?.[row] ?? config.gamma;
    samples[at + 3] = batch.weights?.[row] ?? 1;
    // What follows the end of an episode is nothing, whatever is given for it.
    const goesOn = !batch.terminated[row];
    if (batch.nextActions && goesOn) {
      sampleWords[at + 4] = actionOf("nextActions", batch.nextActions, row, actions);
    }
    const mask = maskOf("actionMasks", batch.actionMasks, row, actions);
    if (batch.actionMasks && !batch.actionMasks[row * actions + action]) {
      throw new RangeError(`actions[${row}] is ${action}, which actionMasks forbid in that row`);
    }
    sampleWords[at + 5] = mask;
    sampleWords[at + 6] = goesOn
      ? maskOf("nextActionMasks", batch.nextActionMasks, row, actions)
      : ALL_ALLOWED;
  }
  return { rows, inputs, samples, noise: batch.noise, taus: batch.taus };
}

/** Fields that belong to a choice that the configuration must have made. */
function checkKinds(batch: Batch, config: BatchConfig): void {
  if (config.target === "sarsa" && batch.nextActions === undefined) {
    throw new TypeError(
      'nextActions must be an Int32Array: target "sarsa" learns from them; got none',
    );
  }
  const belongs: readonly [keyof Batch, boolean, string][] = [
    ["nextActions", config.target === "sarsa", 'target: "sarsa"'],
    ["actionMasks", config.actionMasks, "actionMasks: true"],
    ["nextActionMasks", config.actionMasks, "actionMasks: true"],
    ["noise", config.noisy, "noisy: true"],
    ["taus", config.distribution === "iqn", 'distribution: "iqn"'],
  ];
  for (const [name, isUsed, option] of belongs) {
    if (batch[name] !== undefined && !isUsed) {
      throw new TypeError(`${name} are for the option ${option} alone: leave them out`);
    }
  }
  for (const name of OBSERVATIONS) {
    const given: unknown = batch[name];
    if (given instanceof Float32Array || given instanceof Uint8Array) continue;
    const got = Object.prototype.toString.call(given).slice(8, -1);
    throw new TypeError(`${name} must be a Float32Array, or a Uint8Array of bytes, got ${got}`);
  }
  for (const [name, kind] of Object.entries(KINDS)) {
    const given = batch[name as keyof typeof KINDS];
    if (given === undefined ? NEEDED.has(name) : !(given instanceof kind)) {
      const got = Object.prototype.toString.call(given).slice(8, -1);
      throw new TypeError(
        `${name} must be ${kind === Int32Array ? "an" : "a"} ${kind.name}, got ${got}`,
      );
    }
  }
}

function checkLengths(batch: Batch, rows: number, observationSize: number, actions: number): void {
  const wanted: Partial<Record<keyof Batch, number>> = {
    observations: rows * observationSize,
    nextObservations: rows * observationSize,
    rewards: rows,
    terminated: rows,
    weights: rows,
    discounts: rows,
    nextActions: rows,
    actionMasks: rows * actions,
    nextActionMasks: rows * actions,
  };
  for (const [name, length] of Object.entries(wanted)) {
    const array = batch[name as keyof Batch];
    if (array && array.length !== length) {
      throw new RangeError(
        `${name} must have ${length} entries for ${rows} actions, got ${array.length}`,
      );
    }
  }
}

function checkNumbers(batch: Batch, isBytes: boolean): void {
  if (isBytes) {
    for (const name of OBSERVATIONS) {
      const given = batch[name];
      // A Uint8Array can hold nothing else, and pictures are large.
      if (given instanceof Uint8Array) continue;
      const at = given.findIndex((x) => !(Number.isInteger(x) && x >= 0 && x <= 255));
      if (at < 0) continue;
      throw new RangeError(
        `${name}[${at}] must be a byte, as the environment's observations are: an integer from 0 to ` +
          `255, got ${batch[name][at]}`,
      );
    }
  }
  const names = [...OBSERVATIONS, ...Object.keys(FLOATS) as (keyof typeof FLOATS)[]];
  for (const name of names) {
    if (batch[name] instanceof Uint8Array) continue;
    const at = batch[name]?.findIndex((x) => !Number.isFinite(x)) ?? -1;
    if (at >= 0) {
      throw new RangeError(`${name}[${at}] must be a finite number, got ${batch[name]![at]}`);
    }
  }
  const at = batch.taus?.findIndex((tau) => tau <= 0 || tau >= 1) ?? -1;
  if (at >= 0) {
    throw new RangeError(`taus[${at}] must lie between 0 and 1, got ${batch.taus![at]}`);
  }
}

function actionOf(name: string, given: Int32Array, row: number, actions: number): number {
  const action = given[row];
  if (action >= 0 && action < actions) return action;
  throw new RangeError(`${name}[${row}] must lie in 0 to ${actions - 1}, got ${action}`);
}

/** A row's allowed actions as a set of bits; all when no masks are given. */
function maskOf(
  name: string,
  masks: ArrayLike<boolean | number> | undefined,
  row: number,
  actions: number,
): number {
  if (!masks) return ALL_ALLOWED;
  let mask = 0;
  for (let action = 0; action < actions; action++) {
    if (masks[row * actions + action]) mask = (mask | (1 << action)) >>> 0;
  }
  if (mask === 0) throw new RangeError(`${name} allow no action in row ${row}`);
  return mask;
}

/**
 * The learner's configuration: what a user may pass, what the learner works with, and the step from
 * one to the other, which fills in defaults and refuses what can't work.
 *
 * @module
 */

import type { Init } from "../nn/init.ts";
import type { Activation } from "../nn/network.ts";
import type { OptimizerName } from "../nn/optimizer.ts";
import { suggestion } from "../nearest.ts";
import { OPTION_NAMES, OPTION_TABLE, type OptionName } from "./options.ts";
import { checkOption, show } from "./validate.ts";

/** A learning rate that changes: a function of the run's progress, from 0 at its start to 1. */
export type LearningRateSchedule = (progress: number) => number;

/** Every so many environment steps, updates or episodes. */
export interface Interval<Unit extends string> {
  /** How many, at least 1. */
  readonly every: number;
  /** Of what. */
  readonly unit: Unit;
}

/** What training may follow. */
export type TrainInterval = Interval<"step" | "episode">;

/** What the target network may follow. */
export type TargetInterval = Interval<"step" | "update" | "episode">;

/** Loss of the TD error, as torch.nn.functional has them: smooth_l1_loss and mse_loss. */
export type Loss = "huber" | "mse";

/** What stands for the value of the next state: see the target slots. */
export type Target = "max" | "sarsa";

/** As many updates as make so many passes over the replay buffer. */
export interface Epochs {
  /** How many passes, at least 1. */
  readonly epochs: number;
}

/** How actions are chosen while learning. */
export type Exploration = "epsilon-greedy" | "boltzmann" | "greedy";

/** How ε falls; see `epsilonAt`. */
export type ExplorationSchedule = "linear" | "exponential" | "multiplicative";

/**
 * A configuration with every option filled in. All of it is JSON but for `device`, and for
 * `learningRate` when that is a function.
 */
export interface ResolvedConfig {
  /** Step size of the optimizer. */
  readonly learningRate: number | LearningRateSchedule;
  /** Transitions in each update. */
  readonly batchSize: number;
  /** Rows of the replay buffer. */
  readonly bufferSize: number;
  /** Environment steps before the first update; actions are uniformly random until then. */
  readonly learningStarts: number;
  /** Discount factor. */
  readonly gamma: number;
  /** When due, target = τ · online + (1 − τ) · target. */
  readonly tau: number;
  /** Train after every so many environment steps or episodes. */
  readonly trainFreq: TrainInterval;
  /**
   * Updates each time it trains; −1: as many as steps were collected; epochs: passes over the replay
   * buffer, each of as many updates as batches hold its transitions (drawn with replacement).
   */
  readonly gradientSteps: number | Epochs;
  /** The target network follows every so many environment steps, updates or episodes. */
  readonly targetUpdateInterval: TargetInterval;
  /** Widths of the hidden layers; none gives a linear network. */
  readonly hiddenLayers: readonly number[];
  /** Applied after each hidden layer. */
  readonly activation: Activation;
  /** How weights start. */
  readonly init: Init;
  /** The optimizer, as in torch.optim. */
  readonly optimizer: OptimizerName;
  /** Adam, AdamW: decay of the mean gradient. */
  readonly adamBeta1: number;
  /** Adam, AdamW: decay of the mean squared gradient. */
  readonly adamBeta2: number;
  /** Adam, AdamW, RMSProp, Adagrad: added outside the root. */
  readonly adamEps: number;
  /** L2 penalty, decoupled in AdamW. */
  readonly weightDecay: number;
  /** SGD, RMSProp: momentum. */
  readonly momentum: number;
  /** RMSProp: decay of the mean squared gradient. */
  readonly rmspropAlpha: number;
  /** RMSProp: divide by the standard deviation of the gradient. */
  readonly rmspropCentered: boolean;
  /** Loss of the TD error, mean over the batch. */
  readonly loss: Loss;
  /** Clip the gradient to this norm, all parameters together. */
  readonly maxGradNorm: number | null;
  /** Clip each element of the gradient to ± this. */
  readonly maxGradValue: number | null;
  /** How actions are chosen while learning. */
  readonly exploration: Exploration;
  /** Boltzmann exploration draws from softmax(Q / temperature) where it does not draw uniformly. */
  readonly temperature: number;
  /** How ε falls. */
  readonly explorationSchedule: ExplorationSchedule;
  /** ε at the start. */
  readonly explorationInitialEps: number;
  /** ε at the end. */
  readonly explorationFinalEps: number;
  /** Linear schedule: share of the run over which ε falls. */
  readonly explorationFraction: number;
  /** Exponential schedule: time constant in steps. Multiplicative: factor per step. */
  readonly explorationDecay: number | null;
  /** Double DQN (arXiv 1509.06461). */
  readonly doubleQ: boolean;
  /** What stands for the value of the next state: the best action's, or that of the next one taken. */
  readonly target: Target;
  /** Rewards that are summed before the target bootstraps. */
  readonly nSteps: number;
  /** Factor on every reward that is learnt from. */
  readonly rewardScale: number;
  /** Clip scaled rewards to ± this. */
  readonly rewardClip: number | null;
  /** The whole run follows from it: an integer from 0 to 2³² − 1. */
  readonly seed: number;
  /** A device of one's own, which is not destroyed on close. */
  readonly device?: GPUDevice;
  /** Which adapter to take where a machine has several. */
  readonly powerPreference?: GPUPowerPreference;
}

/** What a user may pass; every option has a default. */
export interface DQNConfig
  extends Partial<Omit<ResolvedConfig, "trainFreq" | "targetUpdateInterval">> {
  /** Train after every so many environment steps (a number) or episodes. */
  readonly trainFreq?: number | TrainInterval;
  /** The target network follows every so many environment steps (a number), updates or episodes. */
  readonly targetUpdateInterval?: number | TargetInterval;
}

type Draft = { -readonly [Name in OptionName]: ResolvedConfig[Name] };

/** torch.optim's defaults where they differ between optimizers. */
const DEFAULT_EPS: Readonly<Partial<Record<OptimizerName, number>>> = { adagrad: 1e-10 };
const DEFAULT_WEIGHT_DECAY: Readonly<Partial<Record<OptimizerName, number>>> = { adamw: 1e-2 };

function interval<Unit extends string>(
  value: number | Interval<Unit | "step">,
): Interval<Unit | "step"> {
  return typeof value === "number"
    ? { every: value, unit: "step" }
    : { every: value.every, unit: value.unit };
}

/**
 * Fills in defaults and checks everything: each option, and what options mean together.
 *
 * @param config What the user passed. A resolved configuration resolves to itself.
 * @returns The whole configuration; it shares nothing with what was passed but functions and device.
 * @throws {TypeError} When an option is unknown, or of another type.
 * @throws {RangeError} When a value is out of range, or options contradict each other.
 */
export function resolveConfig(config: DQNConfig = {}): ResolvedConfig {
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new TypeError(`the configuration must be an object of options, got ${show(config)}`);
  }
  const given = config as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(OPTION_TABLE, name)) {
      throw new TypeError(`unknown option "${name}"${suggestion(name, OPTION_NAMES)}`);
    }
  }
  const values: Record<string, unknown> = {};
  for (const name of OPTION_NAMES) {
    const option = OPTION_TABLE[name];
    const value = given[name];
    if (value !== undefined) checkOption(name, value, option);
    const filled = value === undefined ? option.default : value;
    if (filled !== undefined) values[name] = filled;
  }
  const draft = values as unknown as Draft;
  draft.trainFreq = interval(draft.trainFreq);
  draft.targetUpdateInterval = interval(draft.targetUpdateInterval);
  draft.hiddenLayers = [...draft.hiddenLayers];
  if (typeof draft.gradientSteps === "object") {
    draft.gradientSteps = { epochs: draft.gradientSteps.epochs };
  }
  if (typeof draft.init === "object") draft.init = { uniform: draft.init.uniform };
  draft.adamEps ??= DEFAULT_EPS[draft.optimizer] ?? 1e-8;
  draft.weightDecay ??= DEFAULT_WEIGHT_DECAY[draft.optimizer] ?? 0;
  checkTogether(draft);
  return Object.freeze(draft);
}

/** Refuses values that are right alone and wrong together. */
function checkTogether(config: ResolvedConfig): void {
  const { bufferSize, learningStarts, nSteps, optimizer } = config;
  if (learningStarts > bufferSize) {
    throw new RangeError(
      `learningStarts (${learningStarts}) must not be larger than bufferSize (${bufferSize}): ` +
        "what is collected before learning starts would be overwritten unused",
    );
  }
  if (nSteps >= bufferSize) {
    throw new RangeError(`nSteps (${nSteps}) must be smaller than bufferSize (${bufferSize})`);
  }
  if (config.doubleQ && config.target === "sarsa") {
    throw new RangeError(
      'doubleQ chooses the next action by the online network, and target "sarsa" takes the action ' +
        "that was taken: set one of them, not both",
    );
  }
  checkExploration(config);
  for (const name of ["adamBeta1", "adamBeta2"] as const) {
    if (config[name] >= 1) throw new RangeError(`${name} must be less than 1, got ${config[name]}`);
  }
  if (config.momentum !== 0 && optimizer !== "sgd" && optimizer !== "rmsprop") {
    throw new RangeError(
      `momentum (${config.momentum}) is an option of "sgd" and "rmsprop", ` +
        `and the optimizer is "${optimizer}"`,
    );
  }
  if (config.rmspropCentered && optimizer !== "rmsprop") {
    throw new RangeError(
      `rmspropCentered is an option of "rmsprop", and the optimizer is "${optimizer}"`,
    );
  }
}

function checkExploration(config: ResolvedConfig): void {
  const { explorationSchedule: schedule, explorationDecay: decay } = config;
  const { explorationInitialEps: initial, explorationFinalEps: final } = config;
  if (config.exploration === "greedy") return;
  if (initial < final) {
    throw new RangeError(
      `explorationInitialEps (${initial}) must not be less than explorationFinalEps (${final}); ` +
        'for no exploration at all, set exploration to "greedy"',
    );
  }
  if (schedule === "exponential" && decay === null) {
    throw new RangeError(
      "explorationDecay, the time constant in steps, is needed for an exponential " +
        "explorationSchedule (such as 500), got none",
    );
  }
  if (schedule === "multiplicative" && (decay === null || decay >= 1)) {
    throw new RangeError(
      "explorationDecay, the factor per step, must be between 0 and 1 for a multiplicative " +
        `explorationSchedule (such as 0.995), got ${decay ?? "none"}`,
    );
  }
}

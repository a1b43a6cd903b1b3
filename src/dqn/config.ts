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
import { checkTogether } from "./combinations.ts";
import { defaultOf, FOLLOWING_NAMES } from "./defaults.ts";
import { hiddenLayersOf, type NetworkOption } from "./networks.ts";
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
export type Target = "max" | "sarsa" | "munchausen";

/** Which transitions an update takes. */
export type Sampling = "uniform" | "prioritized" | "sequential";

/** What is learnt of an action's return: its mean, or its distribution in one of three forms. */
export type Distribution = "none" | "c51" | "qr" | "iqn";

/** How the learning rate goes from `learningRate` to `learningRateFinal`; see `learningRateAt`. */
export type LearningRateCurve = "constant" | "linear" | "cosine" | "exponential";

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
  /** How the learning rate changes in the course of the run. */
  readonly learningRateSchedule: LearningRateCurve;
  /** Learning rate at the end of the run, unless the schedule is "constant". */
  readonly learningRateFinal: number;
  /** Transitions in each update. */
  readonly batchSize: number;
  /** Rows of the replay buffer. */
  readonly bufferSize: number;
  /** Which transitions an update takes. */
  readonly sampling: Sampling;
  /** Uniform sampling: whether a batch may hold a transition twice. */
  readonly replacement: boolean;
  /** Prioritised sampling: α, the power of the priorities. 0 draws uniformly. */
  readonly priorityAlpha: number;
  /** Prioritised sampling: β at the start, the power of the importance weights. */
  readonly priorityBeta: number;
  /** Prioritised sampling: β at the end of the run. */
  readonly priorityBetaEnd: number;
  /** Prioritised sampling: added to the magnitude of an error. */
  readonly priorityEps: number;
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
  /** What comes before the hidden layers: nothing, or convolutions, for pictures. */
  readonly network: NetworkOption;
  /**
   * How many of an episode's newest observations the network sees at once. They are stacked out of the
   * replay buffer, which holds each once; an episode's start is padded with its first.
   */
  readonly frameStack: number;
  /** Widths of the hidden layers; none gives a linear network. */
  readonly hiddenLayers: readonly number[];
  /**
   * Widths of hidden layers of the head's own. With `dueling` each stream has them, with IQN they come
   * after the quantile embedding; otherwise they go on where `hiddenLayers` end.
   */
  readonly headLayers: readonly number[];
  /** Layer normalisation after each hidden dense layer, before its activation (arXiv 1607.06450). */
  readonly layerNorm: boolean;
  /** A stream for the state's value and one for the actions' advantages (arXiv 1511.06581). */
  readonly dueling: boolean;
  /** Factorised Gaussian noise in every dense layer (arXiv 1706.10295). */
  readonly noisy: boolean;
  /** Noisy layers: their σ starts at this / √inputs. */
  readonly noisySigma: number;
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
  /** Loss of the TD error, mean over the batch. A distribution brings its own. */
  readonly loss: Loss;
  /** Clip the gradient to this norm, all parameters together. */
  readonly maxGradNorm: number | null;
  /** Clip each element of the gradient to ± this. */
  readonly maxGradValue: number | null;
  /** How actions are chosen while learning. */
  readonly exploration: Exploration;
  /** Boltzmann exploration draws from softmax(Q / temperature) where it does not draw uniformly. */
  readonly temperature: number;
  /** The temperature falls linearly to this over `explorationFraction` of the run; null: it stays. */
  readonly temperatureFinal: number | null;
  /** How ε falls. */
  readonly explorationSchedule: ExplorationSchedule;
  /** ε at the start. */
  readonly explorationInitialEps: number;
  /** ε at the end. */
  readonly explorationFinalEps: number;
  /** Share of the run over which ε falls, by the linear schedule, and the temperature. */
  readonly explorationFraction: number;
  /** Exponential schedule: time constant in steps. Multiplicative: factor per step. */
  readonly explorationDecay: number | null;
  /** Double DQN (arXiv 1509.06461). */
  readonly doubleQ: boolean;
  /** What stands for the value of the next state: the best action's, that of the next one taken, or all. */
  readonly target: Target;
  /** Munchausen: τ, temperature of the policy and weight of its entropy. */
  readonly munchausenTau: number;
  /** Munchausen: α, share of the log-policy that is added to the reward. */
  readonly munchausenAlpha: number;
  /** Munchausen: l₀, at most 0: τ · log-policy is clipped to [l₀, 0]. */
  readonly munchausenClip: number;
  /** Whether the distribution of returns is learnt, and in which form. */
  readonly distribution: Distribution;
  /** C51: atoms of the support. */
  readonly atoms: number;
  /** C51: the lowest atom's return. Left out, it is the environment's, as far as that is known by its id. */
  readonly vMin: number;
  /** C51: the highest atom's return, likewise. */
  readonly vMax: number;
  /** QR-DQN: quantiles for each action. */
  readonly quantiles: number;
  /** IQN: N, quantiles drawn for the values that learn. */
  readonly taus: number;
  /** IQN: N′, quantiles drawn for the values that are learnt from. */
  readonly targetTaus: number;
  /** IQN: K, quantiles whose mean chooses actions. */
  readonly actingTaus: number;
  /** IQN: size of a quantile's cosine embedding. */
  readonly cosines: number;
  /** QR-DQN, IQN: threshold κ of the quantile Huber loss; 0: plain quantile regression. */
  readonly kappa: number;
  /** Rewards that are summed before the target bootstraps. */
  readonly nSteps: number;
  /** Factor on every reward that is learnt from. */
  readonly rewardScale: number;
  /** Clip scaled rewards to ± this. */
  readonly rewardClip: number | null;
  /**
   * Whether the environment tells which actions are allowed, as `info.action_mask` at reset and step (an
   * array of 0 and 1, as in Gymnasium; at most 32 actions).
   */
  readonly actionMasks: boolean;
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
  if (typeof draft.network === "object") draft.network = structuredClone(draft.network);
  draft.hiddenLayers = [...draft.hiddenLayers ?? hiddenLayersOf(draft.network)];
  draft.headLayers = [...draft.headLayers];
  if (typeof draft.gradientSteps === "object") {
    draft.gradientSteps = { epochs: draft.gradientSteps.epochs };
  }
  if (typeof draft.init === "object") draft.init = { uniform: draft.init.uniform };
  for (const name of FOLLOWING_NAMES) values[name] ??= defaultOf(name, values);
  checkTogether(draft);
  return Object.freeze(draft);
}

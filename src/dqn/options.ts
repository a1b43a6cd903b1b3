/**
 * The learner's options in one table: default, kind, limits and help of each. Validation, the command
 * line's flags and its help texts are all driven by it, so that they can't disagree.
 *
 * @module
 */

import { NETWORK_NAMES } from "./networks.ts";

/** Groups that `--help` lists options under. */
export type OptionGroup =
  | "learning"
  | "target"
  | "distribution"
  | "replay"
  | "schedule of training"
  | "exploration"
  | "network"
  | "optimizer"
  | "run";

interface Common {
  readonly group: OptionGroup;
  readonly help: string;
}

/** A number, or null where `nullable`. */
export interface NumberOption extends Common {
  readonly kind: "number" | "integer";
  /** undefined: what the default is depends on other options, as `help` says. */
  readonly default: number | null | undefined;
  readonly min?: number;
  readonly max?: number;
  /** Greater than this. */
  readonly above?: number;
  /** A value that is accepted beside the range. */
  readonly also?: number;
  readonly nullable?: boolean;
  /** Whether a function of the run's progress may stand in for the number. */
  readonly schedule?: boolean;
}

/** True or false. */
export interface BooleanOption extends Common {
  readonly kind: "boolean";
  readonly default: boolean;
}

/** One of several names. */
export interface ChoiceOption extends Common {
  readonly kind: "choice";
  readonly default: string | undefined;
  readonly choices: readonly string[];
}

/** A list of whole numbers of at least 1. */
export interface WidthsOption extends Common {
  readonly kind: "widths";
  /** undefined: what the default is depends on other options, as `help` says. */
  readonly default: readonly number[] | undefined;
}

/** A network by name, or its layers. */
export interface NetworkChoice extends Common {
  readonly kind: "network";
  readonly default: string;
  readonly choices: readonly string[];
}

/** A number of steps, or `{ every, unit }`. */
export interface IntervalOption extends Common {
  readonly kind: "interval";
  readonly default: number;
  readonly units: readonly string[];
}

/** A number of updates, or `{ epochs }`. */
export interface UpdatesOption extends Common {
  readonly kind: "updates";
  readonly default: number;
}

/** One of several names, or `{ uniform: x }`. */
export interface InitOption extends Common {
  readonly kind: "init";
  readonly default: string;
  readonly choices: readonly string[];
}

/** An object that only a program can pass. */
export interface ObjectOption extends Common {
  readonly kind: "object";
  readonly default: undefined;
}

/** One option: its kind says what values it takes. */
export type Option =
  | NumberOption
  | BooleanOption
  | ChoiceOption
  | WidthsOption
  | NetworkChoice
  | IntervalOption
  | UpdatesOption
  | InitOption
  | ObjectOption;

const MAX_SEED = 2 ** 32 - 1;

/**
 * Every option there is, in the order of `--help`. Names and defaults are those of Stable-Baselines3's
 * DQN where it has the option (except bufferSize, a million there), and torch.optim's.
 */
export const OPTIONS = {
  learningRate: {
    kind: "number",
    default: 1e-4,
    min: 0,
    schedule: true,
    group: "learning",
    help: "step size of the optimizer",
  },
  learningRateSchedule: {
    kind: "choice",
    default: "constant",
    choices: ["constant", "linear", "cosine", "exponential"],
    group: "learning",
    help: "how the learning rate goes to learningRateFinal in the course of the run",
  },
  learningRateFinal: {
    kind: "number",
    default: 0,
    min: 0,
    group: "learning",
    help: "learning rate at the end of the run, unless it is constant",
  },
  batchSize: {
    kind: "integer",
    default: 32,
    min: 1,
    group: "learning",
    help: "transitions in each update",
  },
  gamma: {
    kind: "number",
    default: 0.99,
    min: 0,
    max: 1,
    group: "learning",
    help: "discount factor",
  },
  loss: {
    kind: "choice",
    default: "huber",
    choices: ["huber", "mse"],
    group: "learning",
    help: "loss of the TD error, mean over the batch",
  },
  rewardScale: {
    kind: "number",
    default: 1,
    above: 0,
    group: "learning",
    help: "factor on every reward that is learnt from; reported returns keep theirs",
  },
  rewardClip: {
    kind: "number",
    default: null,
    above: 0,
    nullable: true,
    group: "learning",
    help: "c: clip scaled rewards to [-c, c]",
  },
  actionMasks: {
    kind: "boolean",
    default: false,
    group: "learning",
    help: "take only actions that the environment's info.action_mask allows",
  },
  maxGradNorm: {
    kind: "number",
    default: 10,
    above: 0,
    nullable: true,
    group: "learning",
    help: "clip the gradient to this norm, all parameters together",
  },
  maxGradValue: {
    kind: "number",
    default: null,
    above: 0,
    nullable: true,
    group: "learning",
    help: "x: clip each element of the gradient to [-x, x]",
  },
  nSteps: {
    kind: "integer",
    default: 1,
    min: 1,
    group: "target",
    help: "rewards that are summed before the target bootstraps (n-step returns)",
  },
  doubleQ: {
    kind: "boolean",
    default: false,
    group: "target",
    help: "Double DQN: the online network picks the next action, the target network values it",
  },
  target: {
    kind: "choice",
    default: "max",
    choices: ["max", "sarsa", "munchausen"],
    group: "target",
    help: "value of the next state: the best action's, (sarsa) that of the action taken next, or " +
      "(munchausen) the soft value, the reward with its log-policy bonus",
  },
  munchausenTau: {
    kind: "number",
    default: 0.03,
    above: 0,
    group: "target",
    help: "munchausen: temperature of the policy, and weight of its entropy",
  },
  munchausenAlpha: {
    kind: "number",
    default: 0.9,
    min: 0,
    max: 1,
    group: "target",
    help: "munchausen: share of the log-policy that is added to the reward",
  },
  munchausenClip: {
    kind: "number",
    default: -1,
    max: 0,
    group: "target",
    help: "munchausen: the scaled log-policy is clipped to [this, 0]",
  },
  distribution: {
    kind: "choice",
    default: "none",
    choices: ["none", "c51", "qr", "iqn"],
    group: "distribution",
    help:
      "learn the distribution of returns: (c51) odds of fixed returns, (qr) quantiles, or (iqn) a " +
      "network that answers for any quantile",
  },
  atoms: {
    kind: "integer",
    default: 51,
    min: 2,
    group: "distribution",
    help: "c51: returns that the odds are of, evenly from vMin to vMax",
  },
  vMin: {
    kind: "number",
    default: -10,
    group: "distribution",
    help: "c51: the lowest return, rewardScale included; the environment's where it is known",
  },
  vMax: {
    kind: "number",
    default: 10,
    group: "distribution",
    help: "c51: the highest return, rewardScale included; the environment's where it is known",
  },
  quantiles: {
    kind: "integer",
    default: 50,
    min: 1,
    group: "distribution",
    help: "qr: quantiles of the return, for each action",
  },
  taus: {
    kind: "integer",
    default: 8,
    min: 1,
    group: "distribution",
    help: "iqn: quantiles drawn for the values that learn (N)",
  },
  targetTaus: {
    kind: "integer",
    default: 8,
    min: 1,
    group: "distribution",
    help: "iqn: quantiles drawn for the values they learn from (N')",
  },
  actingTaus: {
    kind: "integer",
    default: 32,
    min: 1,
    group: "distribution",
    help: "iqn: quantiles whose mean chooses actions (K)",
  },
  cosines: {
    kind: "integer",
    default: 64,
    min: 1,
    group: "distribution",
    help: "iqn: size of a quantile's cosine embedding",
  },
  kappa: {
    kind: "number",
    default: 1,
    min: 0,
    group: "distribution",
    help: "qr, iqn: errors are squared up to this, absolute beyond; 0: absolute throughout",
  },
  bufferSize: {
    kind: "integer",
    default: 100_000,
    min: 2,
    group: "replay",
    help: "rows of the replay buffer: a row a step, and one for each episode's last observation",
  },
  learningStarts: {
    kind: "integer",
    default: 100,
    min: 0,
    group: "replay",
    help: "environment steps before the first update; actions are uniformly random until then",
  },
  sampling: {
    kind: "choice",
    default: "uniform",
    choices: ["uniform", "prioritized", "sequential"],
    group: "replay",
    help:
      "which transitions an update takes: any, (prioritized) more often those with large errors, " +
      "or (sequential) consecutive ones",
  },
  replacement: {
    kind: "boolean",
    default: true,
    group: "replay",
    help: "uniform: whether a transition may be in a batch twice",
  },
  priorityAlpha: {
    kind: "number",
    default: 0.6,
    min: 0,
    max: 1,
    group: "replay",
    help: "prioritized: 0 draws all alike, 1 in proportion to the error",
  },
  priorityBeta: {
    kind: "number",
    default: 0.4,
    min: 0,
    max: 1,
    group: "replay",
    help: "prioritized: how far weights in the loss make up for it at the start (1: wholly)",
  },
  priorityBetaEnd: {
    kind: "number",
    default: 1,
    min: 0,
    max: 1,
    group: "replay",
    help: "prioritized: the same at the end of the run",
  },
  priorityEps: {
    kind: "number",
    default: 1e-6,
    above: 0,
    group: "replay",
    help: "prioritized: added to errors, so that none is never drawn",
  },
  trainFreq: {
    kind: "interval",
    default: 4,
    units: ["step", "episode"],
    group: "schedule of training",
    help: "train after every so many environment steps or episodes",
  },
  gradientSteps: {
    kind: "updates",
    default: 1,
    group: "schedule of training",
    help:
      "updates each time it trains; -1: as many as steps were collected; N:epochs: as many as " +
      "make N passes over the replay buffer",
  },
  targetUpdateInterval: {
    kind: "interval",
    default: 10_000,
    units: ["step", "update", "episode"],
    group: "schedule of training",
    help: "the target network follows every so many environment steps, updates or episodes",
  },
  tau: {
    kind: "number",
    default: 1,
    above: 0,
    max: 1,
    group: "schedule of training",
    help: "share of the online network that the target network then takes over (1: a copy)",
  },
  exploration: {
    kind: "choice",
    default: undefined,
    choices: ["epsilon-greedy", "boltzmann", "greedy"],
    group: "exploration",
    help:
      "how actions are chosen while learning; boltzmann: random with epsilon, else drawn from " +
      "softmax(Q / temperature); greedy is the default with noisy",
  },
  temperature: {
    kind: "number",
    default: 1,
    above: 0,
    group: "exploration",
    help: "boltzmann: the lower, the greedier",
  },
  temperatureFinal: {
    kind: "number",
    default: null,
    above: 0,
    nullable: true,
    group: "exploration",
    help:
      "boltzmann: the temperature falls to this over explorationFraction of the run; none: it stays",
  },
  explorationSchedule: {
    kind: "choice",
    default: "linear",
    choices: ["linear", "exponential", "multiplicative"],
    group: "exploration",
    help: "how epsilon falls: in a line, as exp(-step / decay), or by a factor each step",
  },
  explorationInitialEps: {
    kind: "number",
    default: 1,
    min: 0,
    max: 1,
    group: "exploration",
    help: "epsilon, the chance of a random action, at the start",
  },
  explorationFinalEps: {
    kind: "number",
    default: 0.05,
    min: 0,
    max: 1,
    group: "exploration",
    help: "epsilon at the end",
  },
  explorationFraction: {
    kind: "number",
    default: 0.1,
    min: 0,
    max: 1,
    group: "exploration",
    help: "linear: share of the run over which epsilon falls, and the temperature",
  },
  explorationDecay: {
    kind: "number",
    default: null,
    above: 0,
    nullable: true,
    group: "exploration",
    help: "exponential: time constant in steps; multiplicative: factor per step",
  },
  network: {
    kind: "network",
    default: "mlp",
    choices: NETWORK_NAMES,
    group: "network",
    help: "what comes before the hidden layers: nothing (mlp), or convolutions for pictures",
  },
  frameStack: {
    kind: "integer",
    default: 1,
    min: 1,
    group: "network",
    help: "how many of an episode's newest observations the network sees at once",
  },
  hiddenLayers: {
    kind: "widths",
    default: undefined,
    group: "network",
    help: "widths of the hidden layers (64,64; behind nature-cnn 512, behind minatar-cnn 128)",
  },
  headLayers: {
    kind: "widths",
    default: [],
    group: "network",
    help:
      "widths of hidden layers of the head's own: after the others, or of each dueling stream, or after " +
      "iqn's embedding",
  },
  activation: {
    kind: "choice",
    default: "relu",
    choices: ["relu", "tanh", "gelu", "identity"],
    group: "network",
    help: "applied after each hidden layer",
  },
  init: {
    kind: "init",
    default: "pytorch",
    choices: ["pytorch", "xavier", "orthogonal", "he"],
    group: "network",
    help: "how weights start; pytorch is U(-b, b) with b = 1 / sqrt(inputs)",
  },
  layerNorm: {
    kind: "boolean",
    default: false,
    group: "network",
    help: "normalise each hidden layer's sums before its activation",
  },
  dueling: {
    kind: "boolean",
    default: false,
    group: "network",
    help: "separate streams for the state's value and the actions' advantages",
  },
  noisy: {
    kind: "boolean",
    default: false,
    group: "network",
    help: "learnt noise on all weights, which explores in place of epsilon",
  },
  noisySigma: {
    kind: "number",
    default: 0.5,
    min: 0,
    group: "network",
    help: "noisy: how strong the noise is at the start",
  },
  optimizer: {
    kind: "choice",
    default: "adam",
    choices: ["adam", "adamw", "rmsprop", "adagrad", "sgd"],
    group: "optimizer",
    help: "as in torch.optim",
  },
  adamBeta1: {
    kind: "number",
    default: 0.9,
    min: 0,
    max: 1,
    group: "optimizer",
    help: "adam, adamw: decay of the mean gradient, less than 1",
  },
  adamBeta2: {
    kind: "number",
    default: 0.999,
    min: 0,
    max: 1,
    group: "optimizer",
    help: "adam, adamw: decay of the mean squared gradient, less than 1",
  },
  adamEps: {
    kind: "number",
    default: undefined,
    min: 1e-37,
    group: "optimizer",
    help: "adam, adamw, rmsprop, adagrad: added to the root (1e-8; adagrad 1e-10)",
  },
  weightDecay: {
    kind: "number",
    default: undefined,
    min: 0,
    group: "optimizer",
    help: "L2 penalty, decoupled in adamw (0; adamw 0.01)",
  },
  momentum: {
    kind: "number",
    default: 0,
    min: 0,
    group: "optimizer",
    help: "sgd, rmsprop: momentum",
  },
  rmspropAlpha: {
    kind: "number",
    default: 0.99,
    min: 0,
    max: 1,
    group: "optimizer",
    help: "rmsprop: decay of the mean squared gradient",
  },
  rmspropCentered: {
    kind: "boolean",
    default: false,
    group: "optimizer",
    help: "rmsprop: divide by the standard deviation of the gradient",
  },
  seed: {
    kind: "integer",
    default: 0,
    min: 0,
    max: MAX_SEED,
    group: "run",
    help: "the whole run follows from it",
  },
  powerPreference: {
    kind: "choice",
    default: undefined,
    choices: ["low-power", "high-performance"],
    group: "run",
    help: "which adapter to take where a machine has several",
  },
  device: {
    kind: "object",
    default: undefined,
    group: "run",
    help: "a GPUDevice of one's own",
  },
} as const satisfies Record<string, Option>;

/** Names of the options. */
export type OptionName = keyof typeof OPTIONS;

/** The table as plain data, for code that walks it. */
export const OPTION_TABLE: Readonly<Record<OptionName, Option>> = OPTIONS;

/** All names, in the table's order. */
export const OPTION_NAMES: readonly OptionName[] = Object.keys(OPTIONS) as OptionName[];

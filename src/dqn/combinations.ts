/**
 * What options mean together: which belong to a choice that another option makes, and which choices
 * exclude each other. Parts of the DQN family combine unless a refusal here says why not.
 *
 * @module
 */

import type { ResolvedConfig } from "./config.ts";
import { type Choices, chosen, defaultOf, goesWithChoice } from "./defaults.ts";
import type { OptionName } from "./options.ts";
import { show } from "./validate.ts";

/** An option that plays a part only while another has one of some values. */
interface Belonging {
  readonly choice: OptionName;
  readonly values: readonly (string | boolean)[];
  /** Why it plays no part otherwise, where that needs saying. */
  readonly why?: string;
  /** What else gives it a part. */
  readonly or?: (config: Choices) => boolean;
}

const C51: Belonging = { choice: "distribution", values: ["c51"] };
const QR: Belonging = { choice: "distribution", values: ["qr"] };
const IQN: Belonging = { choice: "distribution", values: ["iqn"] };
const PRIORITIZED: Belonging = { choice: "sampling", values: ["prioritized"] };
const MUNCHAUSEN: Belonging = { choice: "target", values: ["munchausen"] };
const BOLTZMANN: Belonging = { choice: "exploration", values: ["boltzmann"] };
const RANDOM: Belonging = { choice: "exploration", values: ["epsilon-greedy", "boltzmann"] };
const ADAM: Belonging = { choice: "optimizer", values: ["adam", "adamw"] };

/** Every option that belongs to a choice. */
const BELONGINGS: Readonly<Partial<Record<OptionName, Belonging>>> = {
  atoms: C51,
  vMin: C51,
  vMax: C51,
  quantiles: QR,
  taus: IQN,
  targetTaus: IQN,
  actingTaus: IQN,
  cosines: IQN,
  kappa: { choice: "distribution", values: ["qr", "iqn"] },
  loss: {
    choice: "distribution",
    values: ["none"],
    why: "a distribution of returns brings its own loss",
  },
  priorityAlpha: PRIORITIZED,
  priorityBeta: PRIORITIZED,
  priorityBetaEnd: PRIORITIZED,
  priorityEps: PRIORITIZED,
  replacement: { choice: "sampling", values: ["uniform"] },
  munchausenTau: MUNCHAUSEN,
  munchausenAlpha: MUNCHAUSEN,
  munchausenClip: MUNCHAUSEN,
  noisySigma: { choice: "noisy", values: [true] },
  init: {
    choice: "noisy",
    values: [false],
    why: "noisy layers start as their paper says: means U(±1/√inputs), noise by noisySigma",
  },
  temperature: BOLTZMANN,
  temperatureFinal: BOLTZMANN,
  explorationInitialEps: RANDOM,
  explorationFinalEps: RANDOM,
  explorationSchedule: RANDOM,
  explorationFraction: {
    choice: "explorationSchedule",
    values: ["linear"],
    or: ({ temperatureFinal = null }) => temperatureFinal !== null,
  },
  explorationDecay: { choice: "explorationSchedule", values: ["exponential", "multiplicative"] },
  learningRateFinal: {
    choice: "learningRateSchedule",
    values: ["linear", "cosine", "exponential"],
  },
  adamBeta1: ADAM,
  adamBeta2: ADAM,
  adamEps: { choice: "optimizer", values: ["adam", "adamw", "rmsprop", "adagrad"] },
  momentum: { choice: "optimizer", values: ["sgd", "rmsprop"] },
  rmspropAlpha: { choice: "optimizer", values: ["rmsprop"] },
  rmspropCentered: { choice: "optimizer", values: ["rmsprop"] },
};

/** The choice that leaves an option without a part; undefined where it plays one. */
function obstacle(name: OptionName, config: Choices): Belonging | undefined {
  const belonging = BELONGINGS[name];
  if (belonging === undefined) return undefined;
  const { choice, values, or } = belonging;
  // What belongs to a choice that itself plays no part plays none either.
  const above = obstacle(choice, config);
  if (above) return above;
  const value = chosen(choice, config);
  return values.some((one) => one === value) || or?.(config) ? undefined : belonging;
}

/**
 * Whether an option plays a part.
 *
 * @param name The option.
 * @param config What is chosen; a choice that is left out has its default.
 */
export function isUsed(name: OptionName, config: Choices): boolean {
  return obstacle(name, config) === undefined;
}

/**
 * Options in layers: what `over` says counts, and what it leaves open is `under`'s. An option of `under`
 * that belongs to a choice which is not made any more goes with it: a preset's number of quantiles says
 * nothing about C51, and how it explores nothing about noisy networks. Options of `over` all stay, so that
 * a mistake among them is found.
 *
 * @param under Such as a preset's options.
 * @param over Such as a command line's.
 */
export function layered<Options extends Choices>(under: Options, over: Options): Options {
  const given = Object.entries(over).filter(([, value]) => value !== undefined);
  const merged: Record<string, unknown> = { ...under, ...Object.fromEntries(given) };
  for (const name of Object.keys(under) as OptionName[]) {
    if (over[name] === undefined && goesWithChoice(name, under, over)) delete merged[name];
  }
  for (const name of Object.keys(under) as OptionName[]) {
    if (over[name] === undefined && !isUsed(name, merged)) delete merged[name];
  }
  return merged as Options;
}

/**
 * Refuses values that are right alone and wrong together.
 *
 * @param config The configuration with every default filled in.
 * @throws {RangeError} Which options, why, and what to do.
 */
export function checkTogether(config: ResolvedConfig): void {
  checkBelongings(config);
  checkReplay(config);
  checkTarget(config);
  checkExploration(config);
  checkLearningRate(config);
  for (const name of ["adamBeta1", "adamBeta2"] as const) {
    if (config[name] >= 1) throw new RangeError(`${name} must be less than 1, got ${config[name]}`);
  }
}

/**
 * An option of a choice that is not made would do nothing, which its user should know. At its default it
 * is let pass, since a resolved configuration names every option.
 */
function checkBelongings(config: ResolvedConfig): void {
  for (const name of Object.keys(BELONGINGS) as (keyof typeof BELONGINGS & OptionName)[]) {
    const value = config[name];
    const found = obstacle(name, config);
    if (value === defaultOf(name, config) || !found) continue;
    const { choice, values, why } = found;
    const shown = values.map(show);
    const wanted = `${choice} ${shown.join(", ").replace(/, ([^,]*)$/, " and $1")}`;
    const remedy = `leave ${name} out, or set ${choice} to ${shown.join(" or ")}`;
    throw new RangeError(
      `${name} (${show(value)}) is an option of ${wanted}, and ${choice} is ` +
        `${show(config[choice])}${why ? ` (${why})` : ""}: ${remedy}`,
    );
  }
}

function checkReplay(config: ResolvedConfig): void {
  const { bufferSize, learningStarts, nSteps, batchSize } = config;
  if (learningStarts > bufferSize) {
    throw new RangeError(
      `learningStarts (${learningStarts}) must not be larger than bufferSize (${bufferSize}): ` +
        "what is collected before learning starts would be overwritten unused",
    );
  }
  if (nSteps >= bufferSize) {
    throw new RangeError(`nSteps (${nSteps}) must be smaller than bufferSize (${bufferSize})`);
  }
  if (!config.replacement && batchSize >= bufferSize) {
    throw new RangeError(
      `batchSize (${batchSize}) must be smaller than bufferSize (${bufferSize}) where replacement ` +
        "is false: a batch would need more transitions than there are",
    );
  }
}

function checkTarget(config: ResolvedConfig): void {
  const { doubleQ, target, nSteps, distribution, vMin, vMax } = config;
  if (doubleQ && target === "sarsa") {
    throw new RangeError(
      'doubleQ chooses the next action by the online network, and target "sarsa" takes the action ' +
        "that was taken: set one of them, not both",
    );
  }
  if (doubleQ && target === "munchausen") {
    throw new RangeError(
      'doubleQ chooses the next action by the online network, and target "munchausen" chooses none ' +
        "but weighs them all by the target network's policy: set one of them, not both",
    );
  }
  if (target === "munchausen" && nSteps > 1) {
    throw new RangeError(
      `nSteps (${nSteps}) must be 1 with target "munchausen": each reward has its own log-policy ` +
        "bonus, and those of the steps between would be missing",
    );
  }
  if (distribution === "c51" && vMin >= vMax) {
    throw new RangeError(
      `vMin (${vMin}) must be less than vMax (${vMax}): the atoms of "c51" lie between them`,
    );
  }
}

function checkExploration(config: ResolvedConfig): void {
  const { explorationSchedule: schedule, explorationDecay: decay, exploration } = config;
  const { explorationInitialEps: initial, explorationFinalEps: final } = config;
  if (exploration === "greedy") return;
  if (config.noisy && initial === 1) {
    throw new RangeError(
      `noisy with exploration "${exploration}" and an explorationInitialEps of 1: the noise would ` +
        "not act while all actions are random; leave exploration out (noisy alone makes it " +
        '"greedy"), or set explorationInitialEps below 1',
    );
  }
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

function checkLearningRate(config: ResolvedConfig): void {
  const { learningRate, learningRateSchedule: schedule, learningRateFinal: final } = config;
  if (schedule === "constant") return;
  if (typeof learningRate === "function") {
    throw new RangeError(
      `learningRate is a function of the progress, and learningRateSchedule "${schedule}" goes from ` +
        "a number to learningRateFinal: set learningRate to a number, or leave the schedule out",
    );
  }
  if (schedule === "exponential" && (learningRate === 0 || final === 0)) {
    throw new RangeError(
      'learningRateSchedule "exponential" multiplies, and so needs a learningRate and a ' +
        `learningRateFinal above 0 (such as 1e-5), got ${learningRate} and ${final}`,
    );
  }
}

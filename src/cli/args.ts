/**
 * The command line of a training program: text in, checked arguments out.
 *
 * @module
 */

import { type DQNConfig, resolveConfig, type ResolvedConfig } from "../dqn/config.ts";
import { suggestion } from "../nearest.ts";
import { OPTION_NAMES, type OptionName } from "../dqn/options.ts";
import { combineAlgorithms } from "../dqn/algorithms/by_name.ts";
import { configure } from "../dqn/algorithms/configure.ts";
import type { Presets } from "../dqn/presets/preset.ts";
import { UsageError } from "./flag_values.ts";
import { idleOptions, type MayLeaveOut } from "./idle_options.ts";
import { checkPlaces } from "./places.ts";
import type { Program } from "./program.ts";
import { readFlags, type Typed } from "./typed_flags.ts";

export { UsageError } from "./flag_values.ts";

/** Arguments, checked. What was not given is undefined. */
export interface Arguments {
  /** The preset's name. */
  readonly preset: string;
  /** Presets of the environment, that one among them. */
  readonly presets: Presets;
  /** Algorithms that stand in for the preset's parts, joined by "+". */
  readonly algorithm?: string;
  /** Their options, and over them those that were given as flags. */
  readonly overrides: DQNConfig;
  /** Options that were given, play no part, and so were left out; undefined where that is an error. */
  readonly leftOut?: readonly OptionName[];
  /** The preset's options with these on top, resolved; the preset's alone for an agent that is loaded. */
  readonly config: ResolvedConfig;
  /** Environments side by side. */
  readonly numEnvs?: number;
  /** Environments on the GPU; null for none, whatever the preset has. */
  readonly gpuEnvs?: number | null;
  /** Environment steps to train. */
  readonly steps?: number;
  /** Episodes to train. */
  readonly episodes?: number;
  /** Whether to test, episode by episode. */
  readonly test: boolean;
  /** Whether a loaded agent is trained, and not only tested; without --test it is anyway. */
  readonly train: boolean;
  /** The Python to start, where the environments are Python's. */
  readonly python?: string;
  /** Greedy episodes after training. */
  readonly evalEpisodes?: number;
  /** Steps between evaluations while training; null for none. */
  readonly checkEvery?: number | null;
  /** Episodes in each of these. */
  readonly checkEpisodes?: number;
  /** Mean return that ends training; null for none. */
  readonly stopAt?: number | null;
  /** Where to save the agent. */
  readonly save?: string;
  /** Steps between checkpoints while training. */
  readonly saveEvery?: number;
  /** Whether the replay buffer is saved too; it is when left out. */
  readonly saveReplay?: boolean;
  /** Where to load it from. */
  readonly load?: string;
  /** Where to draw the learning curve. */
  readonly plot?: string;
  /** Where to write the episodes. */
  readonly csv?: string;
  /** Where to write a picture of an episode after training. */
  readonly gif?: string;
  /** Whether to print the result as JSON. */
  readonly json: boolean;
  /** Whether to print each episode. */
  readonly logEpisodes?: boolean;
  /** Whether to print, at the end, where an update's time goes. */
  readonly profile: boolean;
  /** Whether to print the help text and do nothing else. */
  readonly help: boolean;
  /** All flags by name, as they were typed. */
  readonly typed: Readonly<Record<string, string>>;
  /** Whether a loaded agent goes on with the run that its file tells of. */
  readonly continues?: boolean;
}

/** Names beyond which an error does not list them all. */
const MANY = 20;

/** What flags change of a configuration that is there already: their algorithms' options and their own. */
export function overridesOf(flags: ReadonlyMap<string, Typed>): DQNConfig {
  const values = new Map([...flags].map(([name, { value }]) => [name, value]));
  const algorithm = values.get("algorithm") as string | undefined;
  const names: readonly string[] = OPTION_NAMES;
  const options = [...values].filter(([name]) => names.includes(name));
  return {
    ...algorithm && combineAlgorithms(algorithm.split("+")),
    ...Object.fromEntries(options),
  };
}

/**
 * Reads a command line.
 *
 * @param args What was typed after the program's name.
 * @param program The program.
 * @param mayLeaveOut Which options may be given where they play no part, and are then left out; none when
 *   left out.
 * @throws {UsageError} When a flag is unknown, a value wrong, or values contradict each other.
 */
export function parseArguments(
  args: readonly string[],
  program: Program,
  mayLeaveOut?: MayLeaveOut,
): Arguments {
  const flags = readFlags(args, program);
  const values = new Map([...flags].map(([name, { value }]) => [name, value]));
  const presets = takeEnvironment(values, program);
  const names = Object.keys(presets);
  const preset = (values.get("preset") as string | undefined) ?? names[0];
  checkName("--preset", preset, names);
  const options: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, value] of values) {
    const isOption = (OPTION_NAMES as readonly string[]).includes(name);
    (isOption ? options : rest)[name] = value;
  }
  const algorithm = rest.algorithm as string | undefined;
  const algorithms = algorithm?.split("+");
  const { env, config: under } = presets[preset];
  let config: ResolvedConfig;
  let overrides: DQNConfig;
  let leftOut: readonly OptionName[] | undefined;
  try {
    leftOut = mayLeaveOut && idleOptions({ env, preset: under, algorithms, options }, mayLeaveOut);
    for (const name of leftOut ?? []) {
      delete options[name];
      flags.delete(name);
    }
    overrides = overridesOf(flags);
    // Options that change a loaded agent's own are checked against these, when it is loaded.
    const own = rest.load === undefined ? { algorithms, options } : {};
    config = resolveConfig(configure({ env, preset: under, ...own }));
  } catch (error) {
    const name = algorithm === undefined ? preset : `${preset} and algorithm ${algorithm}`;
    throw new UsageError(`with preset ${name}: ${(error as Error).message}`);
  }
  checkPlaces(rest, presets[preset], config);
  const { play = false, ...own } = rest;
  if (play) checkPlay(rest);
  checkFiles(rest);
  const test = play === true || rest.test === true;
  const { evalEpisodes } = program;
  const checked: Arguments = {
    ...{
      train: false,
      json: false,
      profile: false,
      help: false,
      ...evalEpisodes && { evalEpisodes },
    },
    ...own,
    ...{ test, preset, presets, overrides, ...leftOut && { leftOut }, config },
    typed: Object.fromEntries([...flags].map(([name, { text }]) => [name, text])),
  };
  if (checked.profile && onlyTests(checked)) {
    throw new UsageError(
      "--profile times updates, and without training there are none: add --train",
    );
  }
  return checked;
}

/** Whether there is nothing to train: a loaded agent is only to be tested. */
export function onlyTests({ test, train, load }: Arguments): boolean {
  return test && !train && load !== undefined;
}

/** The presets of the environment that is named, whose flag is taken out, or of the program's own. */
function takeEnvironment(
  values: Map<string, unknown>,
  { presets, environments }: Program,
): Presets {
  if (!environments) return presets;
  const { flag = "env", ids } = environments;
  const given = values.get(flag) as string | undefined;
  values.delete(flag);
  if (given === undefined) return environments.presetsFor(environments.default);
  if (flag === "env") {
    checkName("--env", given, ids);
    return environments.presetsFor(given);
  }
  const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const game = ids.find((id) => plain(id) === plain(given));
  if (game !== undefined) return environments.presetsFor(game);
  throw new UsageError(
    `--game: there is no "${given}"${suggestion(given, ids)}; ` +
      (ids.length > MANY ? "--help lists the games" : `there are ${ids.join(", ")}`),
  );
}

function checkName(label: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  throw new UsageError(
    `${label} must be one of ${names.join(", ")}, got "${name}"${suggestion(name, names)}`,
  );
}

/** Playing needs an agent, and is all that is done. */
function checkPlay({ load, train }: Readonly<Record<string, unknown>>): void {
  if (train) throw new UsageError("--train and --play: one of them only; --train --test does both");
  if (load === undefined) {
    throw new UsageError("--play needs an agent that plays: name its file with --load");
  }
}

/** What is saved how needs a file; and two outputs in one file would leave only the later one. */
function checkFiles(values: Readonly<Record<string, unknown>>): void {
  const needsSave = values.saveEvery !== undefined
    ? "--save-every"
    : values.saveReplay === false
    ? "--no-save-replay"
    : undefined;
  if (needsSave && values.save === undefined) {
    throw new UsageError(`${needsSave} needs --save, which names the file`);
  }
  const outputs = ["save", "plot", "csv", "gif"].filter((name) => values[name] !== undefined);
  for (const [i, name] of outputs.entries()) {
    const same = outputs.slice(0, i).find((other) => values[other] === values[name]);
    if (same) throw new UsageError(`--${same} and --${name} name the same file, "${values[name]}"`);
  }
}

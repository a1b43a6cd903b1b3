/**
 * The command line of a training program: text in, checked arguments out.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { type DQNConfig, resolveConfig, type ResolvedConfig } from "../dqn/config.ts";
import { suggestion } from "../nearest.ts";
import { type Option, OPTION_NAMES } from "../dqn/options.ts";
import { algorithmNames, combineAlgorithms } from "../dqn/algorithms/by_name.ts";
import { configure } from "../dqn/algorithms/configure.ts";
import type { Presets } from "../dqn/presets/preset.ts";
import { checkOption } from "../dqn/validate.ts";
import { findFlag, type Flag, FLAGS, isSwitch } from "./flags.ts";

/** A program: its name and what it can run. */
export interface Program {
  /** How it is started, such as "deno run examples/cartpole.ts". */
  readonly command: string;
  /** What it does, in a sentence. */
  readonly summary: string;
  /** The presets by name; the first is taken when none is named. */
  readonly presets: Presets;
  /** For a program that takes --env: its environments, whose presets stand in for the above. */
  readonly environments?: Environments;
}

export type { Presets } from "../dqn/presets/preset.ts";

/** What --env may name. */
export interface Environments {
  /** Taken when none is named. */
  readonly default: string;
  /** All of them. */
  readonly ids: readonly string[];
  /** Those of one. */
  presetsFor(id: string): Presets;
}

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
  /** The preset's options with these on top, resolved. */
  readonly config: ResolvedConfig;
  /** Environments side by side. */
  readonly numEnvs?: number;
  /** Environment steps to train. */
  readonly steps?: number;
  /** Episodes to train. */
  readonly episodes?: number;
  /** Whether to test, episode by episode. */
  readonly test: boolean;
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
  /** Whether to print the help text and do nothing else. */
  readonly help: boolean;
}

/** A mistake in the command line. */
export class UsageError extends Error {
  /** The kind of error. */
  override readonly name = "UsageError";
}

const NUMBER = /^[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A number if the text is one; else the text itself, for the check to complain about. */
function toNumber(text: string): number | string {
  return NUMBER.test(text) ? Number(text.replaceAll("_", "")) : text;
}

/** Reads an option's value as its flag takes it; what is none of its kind stays text. */
function readValue(text: string, option: Option): unknown {
  const isNone = text === "none" || text === "null";
  switch (option.kind) {
    case "number":
    case "integer":
      return option.nullable && isNone ? null : toNumber(text);
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "widths":
      return isNone ? [] : text.split(",").map((width) => toNumber(width.trim()));
    case "interval": {
      const [every, unit, ...rest] = text.split(":");
      if (unit === undefined || rest.length > 0) return toNumber(text);
      return { every: toNumber(every), unit: unit.replace(/s$/, "") };
    }
    case "updates": {
      const epochs = /^(.*):epochs?$/.exec(text);
      return epochs ? { epochs: toNumber(epochs[1]) } : toNumber(text);
    }
    case "init": {
      const bound = /^uniform:(.*)$/.exec(text);
      return bound ? { uniform: toNumber(bound[1]) } : text;
    }
    default:
      return text;
  }
}

/** How an option's value is written, where the error of a wrong one would not show it. */
const NOTATION: Readonly<Partial<Record<Option["kind"], string>>> = {
  interval: "on the command line: 4, or 1:episode",
  updates: "on the command line: 4, -1, or 3:epochs",
  init: "on the command line: orthogonal, or uniform:0.1",
  widths: "on the command line: 64,64",
};

function readFlag(flag: Flag, text: string): unknown {
  const label = `--${flag.flag}`;
  if (flag.value === "path") {
    if (text === "") throw new UsageError(`${label} must name a file, got ""`);
    return text;
  }
  if (flag.value === "switch") {
    if (text === "true" || text === "false") return text === "true";
    throw new UsageError(`${label} takes no value, got "${text}"`);
  }
  if (flag.value === "algorithm") {
    try {
      return algorithmNames(text).join("+");
    } catch (error) {
      throw new UsageError(`${label} ${(error as Error).message}`);
    }
  }
  // Which presets there are depends on the environment, which may stand further on.
  if (flag.value === "preset" || flag.value === "environment") return text;
  const value = readValue(text, flag.value);
  try {
    checkOption(label, value, flag.value);
  } catch (error) {
    const notation = NOTATION[flag.value.kind];
    throw new UsageError((error as Error).message + (notation ? ` (${notation})` : ""));
  }
  return value;
}

/** Every spelling, so that the parser knows which flags take a value. */
function parserOptions(): Record<string, { type: "boolean" | "string"; short?: string }> {
  const options: Record<string, { type: "boolean" | "string"; short?: string }> = {
    h: { type: "boolean", short: "h" },
  };
  for (const flag of FLAGS) {
    const type = isSwitch(flag) ? "boolean" : "string";
    for (const name of [flag.flag, flag.name]) options[name] = { type };
  }
  return options;
}

function unknownFlag(rawName: string): UsageError {
  const names = FLAGS.map(({ flag }) => `--${flag}`);
  return new UsageError(
    `unknown flag ${rawName}${suggestion(rawName, names)}; --help lists them all`,
  );
}

/** Takes the command line apart into flag and text. */
function readTokens(args: readonly string[]): Map<string, unknown> {
  const values = new Map<string, unknown>();
  const { tokens } = parseArgs({
    args: [...args],
    options: parserOptions(),
    // The parser's own complaints know neither suggestions nor negative numbers.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      throw new UsageError(
        `unexpected argument "${token.value}": flags start with --, and lists are written 64,64`,
      );
    }
    const { name, rawName, value, inlineValue } = token;
    if (name === "h") {
      values.set("help", true);
      continue;
    }
    const negated = name.startsWith("no-") ? findFlag(name.slice(3)) : undefined;
    if (negated && isSwitch(negated) && value === undefined) {
      values.set(negated.name, false);
      continue;
    }
    const flag = findFlag(name);
    if (!flag) throw unknownFlag(rawName);
    if (isSwitch(flag)) {
      values.set(flag.name, readFlag(flag, value ?? "true"));
      continue;
    }
    if (value === undefined) throw new UsageError(`${rawName} needs a value; --help says which`);
    if (!inlineValue && value.startsWith("--")) {
      throw new UsageError(`${rawName} needs a value, got the flag ${value}`);
    }
    values.set(flag.name, readFlag(flag, value));
  }
  return values;
}

/**
 * Reads a command line.
 *
 * @param args What was typed after the program's name.
 * @param program The program.
 * @throws {UsageError} When a flag is unknown, a value wrong, or values contradict each other.
 */
export function parseArguments(args: readonly string[], program: Program): Arguments {
  const values = readTokens(args);
  const presets = readEnvironment(values.get("env") as string | undefined, program);
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
  let overrides: DQNConfig = options;
  try {
    if (algorithms) overrides = { ...combineAlgorithms(algorithms), ...options };
    config = resolveConfig(configure({ env, preset: under, algorithms, options }));
  } catch (error) {
    const name = algorithm === undefined ? preset : `${preset} and algorithm ${algorithm}`;
    throw new UsageError(`with preset ${name}: ${(error as Error).message}`);
  }
  checkFiles(rest);
  return { test: false, json: false, help: false, ...rest, preset, presets, overrides, config };
}

/** The presets of the environment that is named, or of the program's own. */
function readEnvironment(env: string | undefined, { presets, environments }: Program): Presets {
  if (!environments) {
    if (env === undefined) return presets;
    throw new UsageError(
      "--env is a flag of examples/train.ts; this program has its environments in its presets",
    );
  }
  const id = env ?? environments.default;
  checkName("--env", id, environments.ids);
  return environments.presetsFor(id);
}

function checkName(label: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  throw new UsageError(
    `${label} must be one of ${names.join(", ")}, got "${name}"${suggestion(name, names)}`,
  );
}

/** Two outputs in one file would leave only the later one. */
function checkFiles(values: Readonly<Record<string, unknown>>): void {
  const outputs = ["save", "plot", "csv", "gif"].filter((name) => values[name] !== undefined);
  for (const [i, name] of outputs.entries()) {
    const same = outputs.slice(0, i).find((other) => values[other] === values[name]);
    if (same) throw new UsageError(`--${same} and --${name} name the same file, "${values[name]}"`);
  }
}

/**
 * The command line of a comparison: algorithms by name, flags of its own, and flags that go to all
 * runs, which are read as the training program reads them.
 *
 * @module
 */

import { parseArgs } from "node:util";
import type { DQNConfig } from "../../dqn/config.ts";
import type { OptionName } from "../../dqn/options.ts";
import { suggestion } from "../../nearest.ts";
import { type Arguments, UsageError } from "../args.ts";
import { findFlag, type Flag, FLAGS, SPECIAL_FLAGS } from "../flags.ts";
import type { MayLeaveOut } from "../idle_options.ts";
import { placesOf } from "../places.ts";
import { testsExploring } from "../testing.ts";
import { type ParserOption, parserOptions } from "../typed_flags.ts";
import { pathsOf, type Settings } from "./record.ts";
import type { RunPlan } from "./run.ts";
import type { CurveKind, Statistic } from "./summary.ts";

/** Flags of a comparison, and whether each takes a value. */
const OWN_FLAGS = {
  seeds: true,
  jobs: true,
  out: true,
  curve: true,
  statistic: true,
  json: false,
  help: false,
} as const;

type OwnFlag = keyof typeof OWN_FLAGS;

/** Flags of the training program that have no place here, and what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  seed: "every algorithm runs with each of --seeds",
  algorithm: "algorithms are named as they are, such as: dqn double per",
  episodes: "runs are compared step by step: use --steps",
  stopAt: "every run goes on to the end of its curve",
  test: "every run is tested after training",
  train: "every run is trained",
  play: "every run is tested after training",
  profile: "runs side by side slow each other down: profile one by examples/train.ts",
  logEpisodes: "runs side by side have no place for it",
  saveEvery: "runs keep where they are in --out by themselves",
  saveReplay: "runs that are stopped go on exactly",
  save: "runs keep their files in --out",
  load: "a comparison goes on by itself from what lies in --out",
  plot: "curves are drawn in --out",
  csv: "curves are tabled in --out",
  gif: "examples/render.ts draws episodes",
};

/** Whether a flag of the training program goes to the runs. */
export function isShared({ name }: Flag): boolean {
  return !Object.hasOwn(REFUSED, name) && !Object.hasOwn(OWN_FLAGS, name);
}

/** Points of a curve, unless --check-every says otherwise. */
const POINTS = 25;
const CHECK_EPISODES = 10;
const TEST_EPISODES = 100;
const MOST_RUNS = 1_000;
const MAX_SEED = 2 ** 32 - 1;

/** What a comparison needs to know of the training program. */
export interface RunParser {
  /** Algorithms by name, for suggestions. */
  readonly algorithms: readonly string[];
  /** What is compared, where the command line does not say: "algorithms" of other names. */
  readonly fixed?: readonly string[];
  /** Where the runs go unless --out says so; a folder named after the environment when left out. */
  readonly folder?: string;
  /**
   * Reads one algorithm's command line. A parser may leave the last parameter alone where an option plays
   * its part in all that is compared or in nothing of it.
   *
   * @param mayLeaveOut Which options are left out where they play no part.
   * @throws {UsageError} When a flag is wrong, or the options contradict each other.
   */
  parse(algorithm: string, argv: readonly string[], mayLeaveOut: MayLeaveOut): Arguments;
}

/** An algorithm's options. */
export interface Contender {
  readonly name: string;
  /** Checked, and filled in; the seed is each run's own. */
  readonly config: DQNConfig;
  readonly testsExploring: boolean;
  /** Options that were given, and were left out for it. */
  readonly leftOut?: readonly OptionName[];
}

/** A comparison to make. */
export interface Comparison {
  readonly contenders: readonly Contender[];
  /** The Python to start, where the environment is Python's. */
  readonly python?: string;
  readonly seeds: readonly number[];
  readonly settings: Settings;
  /** Runs side by side; undefined leaves it to the machine. */
  readonly jobs?: number;
  /** The folder of its files. */
  readonly out: string;
  readonly curve: CurveKind;
  readonly statistic: Statistic;
  readonly json: boolean;
}

/** A command line, taken apart. */
interface Split {
  readonly algorithms: string[];
  readonly own: Map<OwnFlag, string>;
  /** What goes to all runs. */
  readonly shared: string[];
}

function split(argv: readonly string[]): Split {
  const own = Object.entries(OWN_FLAGS).map(([name, takes]): [string, ParserOption] => [
    name,
    { type: takes ? "string" : "boolean" },
  ]);
  const { tokens } = parseArgs({
    args: [...argv],
    options: { ...parserOptions(), ...Object.fromEntries(own) },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const result: Split = { algorithms: [], own: new Map(), shared: [] };
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      result.algorithms.push(token.value);
      continue;
    }
    const { name, rawName, value, inlineValue } = token;
    if (name === "h") result.own.set("help", "");
    else if (Object.hasOwn(OWN_FLAGS, name)) {
      const own = name as OwnFlag;
      if (OWN_FLAGS[own] && (value === undefined || !inlineValue && value.startsWith("--"))) {
        throw new UsageError(`${rawName} needs a value; --help says which`);
      }
      if (!OWN_FLAGS[own] && value !== undefined) {
        throw new UsageError(`${rawName} takes no value, got "${value}"`);
      }
      result.own.set(own, value ?? "");
    } else {
      const flag = findFlag(name) ?? findFlag(name.replace(/^no-/, ""));
      if (!flag) {
        const known = [...Object.keys(OWN_FLAGS), "env"].concat(
          FLAGS.filter(({ name }) => !Object.hasOwn(SPECIAL_FLAGS, name)).map(({ flag }) => flag),
        );
        const hint = suggestion(rawName, known.map((flag) => `--${flag}`));
        throw new UsageError(`unknown flag ${rawName}${hint}; --help lists them all`);
      }
      if (Object.hasOwn(REFUSED, flag.name)) {
        throw new UsageError(`${rawName} has no place in a comparison: ${REFUSED[flag.name]}`);
      }
      result.shared.push(...inlineValue ? [`${rawName}=${value}`] : [rawName]);
      if (!inlineValue && value !== undefined) result.shared.push(value);
    }
  }
  return result;
}

/** Seeds: "5" are the first five; "1-5", or "1,4-6". */
function readSeeds(text: string): number[] {
  const wrong = new UsageError(
    `--seeds must be a number of seeds such as 5, or a list such as 1-5 or 1,4-6, got "${text}"`,
  );
  const parts = /^\d+$/.test(text) ? [`1-${text}`] : text.split(",");
  const seeds = new Set<number>();
  for (const part of parts) {
    const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(part.trim());
    if (!match) throw wrong;
    const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (last < first || last > MAX_SEED || last - first >= MOST_RUNS) throw wrong;
    for (let seed = first; seed <= last; seed++) seeds.add(seed);
  }
  return [...seeds];
}

function oneOf<Name extends string>(
  flag: string,
  text: string | undefined,
  names: readonly Name[],
): Name {
  if (text === undefined) return names[0];
  const found = names.find((name) => name === text);
  if (found) return found;
  throw new UsageError(
    `--${flag} must be one of ${names.join(", ")}, got "${text}"${suggestion(text, names)}`,
  );
}

/** What is compared. */
function readContenders(named: readonly string[], { algorithms, fixed }: RunParser): string[] {
  if (fixed) {
    if (named.length === 0) return [...fixed];
    throw new UsageError(`unexpected argument "${named[0]}": compared are ${fixed.join(" and ")}`);
  }
  if (named.length === 0) {
    throw new UsageError(
      "name the algorithms to compare, such as: dqn double per; --help lists them",
    );
  }
  named.forEach((name) => checkAlgorithm(name, algorithms));
  const twice = named.find((name, i) => named.indexOf(name) < i);
  if (twice !== undefined) throw new UsageError(`${twice} is named twice`);
  return [...named];
}

function checkAlgorithm(name: string, known: readonly string[]): void {
  const wrong = name.split("+").find((part) => !known.includes(part));
  if (wrong === undefined) return;
  throw new UsageError(
    `"${wrong}" is no algorithm${suggestion(wrong, known)}; there are ${known.join(", ")}, and ` +
      "combinations such as double+dueling",
  );
}

/**
 * Reads each algorithm's command line. An option that belongs to one of them is left out for the others;
 * one that plays no part in any is refused as it is where there is only one.
 */
function readRuns(
  algorithms: readonly string[],
  argv: readonly string[],
  parser: RunParser,
): Arguments[] {
  const read = (mayLeaveOut: MayLeaveOut) =>
    algorithms.map((name) => parser.parse(name, argv, mayLeaveOut));
  const runs = read(() => true);
  const [first, ...others] = runs.map(({ leftOut = [] }) => leftOut);
  const useless = first.filter((name) => others.every((leftOut) => leftOut.includes(name)));
  return useless.length === 0 ? runs : read((name) => !useless.includes(name));
}

/**
 * Reads a command line.
 *
 * @param argv What was typed after the program's name.
 * @param parser Reads what goes to the runs.
 * @returns undefined for --help.
 * @throws {UsageError} When something is unknown, wrong or contradicts itself.
 */
export function parseComparison(
  argv: readonly string[],
  parser: RunParser,
): Comparison | undefined {
  const { algorithms: named, own, shared } = split(argv);
  if (own.has("help")) return undefined;
  const algorithms = readContenders(named, parser);
  const seeds = readSeeds(own.get("seeds") ?? "5");
  const jobsText = own.get("jobs");
  const jobs = jobsText === undefined ? undefined : Number(jobsText);
  if (jobsText !== undefined && !/^[1-9]\d{0,2}$/.test(jobsText)) {
    throw new UsageError(`--jobs must be an integer from 1 to 999, got "${jobsText}"`);
  }
  if (algorithms.length * seeds.length > MOST_RUNS) {
    throw new UsageError(
      `${algorithms.length} algorithms with ${seeds.length} seeds each are more than ${MOST_RUNS} runs`,
    );
  }

  const read = readRuns(algorithms, shared, parser);
  const [first] = read;
  const preset = first.presets[first.preset];
  const length = "steps" in preset.length ? preset.length.steps : undefined;
  const steps = first.steps ?? length;
  if (steps === undefined) {
    throw new UsageError(
      `preset ${first.preset} is counted in episodes: say how long with --steps`,
    );
  }
  if (first.checkEvery === null) {
    throw new UsageError("--check-every none leaves no points for the curve");
  }
  const every = first.checkEvery ?? Math.max(1, Math.round(steps / POINTS));
  if (every > steps) {
    throw new UsageError(`--check-every (${every}) must not be larger than --steps (${steps})`);
  }
  const out = own.get("out") ?? parser.folder ??
    `compare/${preset.env.replaceAll(/[^\w.-]/g, "-")}`;
  if (out === "") throw new UsageError('--out must name a folder, got ""');
  return {
    contenders: read.map((args, i) => ({
      name: algorithms[i],
      config: args.config,
      testsExploring: testsExploring(args.presets[args.preset], args.config),
      leftOut: args.leftOut ?? [],
    })),
    seeds,
    ...first.python !== undefined && { python: first.python },
    settings: {
      env: preset.env,
      preset: first.preset,
      ...placesOf(first, preset),
      steps,
      every,
      checkEpisodes: first.checkEpisodes ?? CHECK_EPISODES,
      testEpisodes: first.evalEpisodes ?? TEST_EPISODES,
    },
    jobs,
    out: out.replace(/(?<=.)\/+$/, ""),
    curve: oneOf("curve", own.get("curve"), ["evaluation", "training"]),
    statistic: oneOf("statistic", own.get("statistic"), ["mean", "iqm"]),
    json: own.has("json"),
  };
}

/** All runs, seed by seed, so that a comparison that is stopped has as many of each algorithm. */
export function runsOf({ contenders, seeds, settings, out, python }: Comparison): RunPlan[] {
  return seeds.flatMap((seed) =>
    contenders.map(({ name, config, testsExploring }) => ({
      algorithm: name,
      seed,
      settings,
      config: { ...config, seed },
      testsExploring,
      ...python !== undefined && { python },
      paths: pathsOf(out, name, seed),
    }))
  );
}

/**
 * Starts a comparison: reads its command line, runs it with the real library, files and terminal, and
 * turns errors into messages and exit codes. The same program is the worker that makes a single run.
 *
 * @module
 */

import { DQN } from "../../agent/dqn.ts";
import { evaluate } from "../../agent/evaluation.ts";
import { readFeed } from "../../agent/feed.ts";
import { UsageError } from "../args.ts";
import { Interrupt } from "../interrupt.ts";
import { registeredStage } from "../registered_stage.ts";
import { type OpenStage, spacesOf } from "../stage.ts";
import { openTerminal } from "../terminal.ts";
import { type Comparison, parseComparison, type RunParser, runsOf } from "./arguments.ts";
import { Board } from "./board.ts";
import { currentCommit } from "./commit.ts";
import { comparisonHelp } from "./help.ts";
import { compare } from "./main.ts";
import { makeRun, type RunLibrary } from "./run.ts";
import { type Assignment, processWorkers, serveWorker, WORKER_FLAG } from "./worker.ts";

const FAILED = 1;
const MISUSED = 2;

/** The library as it is, with the program's environments. */
function realLibrary({ open = registeredStage }: ComparisonProgram): RunLibrary {
  return {
    open: (request) => open(request),
    create: (env, config) => DQN.create(env, config),
    load: (path, env, overrides) => DQN.load(path, env, overrides),
    evaluate,
  };
}

/** A program that compares. */
export interface ComparisonProgram {
  /** How it is started, such as "deno run -A examples/compare.ts". */
  readonly command: string;
  /** Its file, which workers start again. */
  readonly entry: string;
  /** What reads the options of runs. */
  readonly parser: RunParser;
  /** Names of algorithms and what they are, for the help text. */
  readonly algorithms: readonly (readonly [name: string, description: string])[];
  /** Environments, for the help text. */
  readonly environments: readonly string[];
  /** What is compared, in place of algorithms and their heading, where the command line names none. */
  readonly heading?: string;
  /** Opens environments; those that are registered here when left out. */
  readonly open?: OpenStage;
  /** Switches of the program that starts this one: they go on to the runs, and mean nothing here. */
  readonly switches?: readonly string[];
  /** Permissions that a run needs beside its folder's, such as "--allow-run=python3". */
  readonly permissions?: readonly string[];
}

/** A word of a command as a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Runs side by side. A run waits for its updates while it steps, and for its steps while it updates, so
 * that even two cores have room for two; with more, a software adapter's threads want some too.
 */
function usualJobs(): number {
  const cores = navigator.hardwareConcurrency;
  return Math.max(Math.min(2, cores), Math.floor(cores / 2));
}

/** Makes the one run that a worker is for. */
async function work(
  comparison: Comparison,
  assigned: string,
  program: ComparisonProgram,
): Promise<number> {
  const { algorithm, seed }: Assignment = JSON.parse(assigned);
  const run = runsOf(comparison).find((run) => run.algorithm === algorithm && run.seed === seed);
  if (!run) throw new Error(`there is no run of ${algorithm} with seed ${seed}`);
  return await serveWorker((signal, tell) => makeRun(run, realLibrary(program), signal, tell));
}

/**
 * Looks at the environment before any run: refuses what no run could learn in, such as actions that are
 * not discrete.
 *
 * @returns The mean return at which it counts as solved, if it says.
 */
async function lookAt(
  { settings: { env }, python }: Comparison,
  { open = registeredStage }: ComparisonProgram,
): Promise<number | undefined> {
  await using stage = open({ env, numEnvs: 1, ...python !== undefined && { python } });
  const judge = await stage.judges(1);
  readFeed(spacesOf(judge));
  return judge.spec?.rewardThreshold;
}

/**
 * Runs a program that compares.
 *
 * @param argv What was typed after its name.
 * @param program What it is.
 * @returns The exit code: 0, 1 when a run failed, 2 for a wrong command line, 130 after Ctrl-C.
 */
export async function runComparison(
  argv: readonly string[],
  program: ComparisonProgram,
): Promise<number> {
  const isWorker = argv[0] === WORKER_FLAG;
  const given = isWorker ? argv.slice(2) : argv;
  const stdout = openTerminal(Deno.stdout);
  const stderr = openTerminal(Deno.stderr);
  const fail = (error: unknown): number => {
    stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? MISUSED : FAILED;
  };
  try {
    const { switches = [] } = program;
    const comparison = parseComparison(
      given.filter((one) => !switches.includes(one)),
      program.parser,
    );
    if (!comparison) {
      stdout.write(comparisonHelp(program, stdout.columns()) + "\n");
      return 0;
    }
    if (isWorker) return await work(comparison, argv[1], program);
    const threshold = await lookAt(comparison, program);
    // With --json, standard output is for scripts.
    const board = new Board(comparison.json ? stderr : stdout);
    using interrupt = new Interrupt(() => {
      board.line("stopping: each run writes down where it is; Ctrl-C again exits at once");
    });
    return await compare(comparison, {
      startWorker: processWorkers(program.entry, given, comparison.out, program.permissions),
      board,
      printResult: (line) => stdout.write(line + "\n"),
      signal: interrupt.signal,
      command: [program.command, ...given.map(quoted)].join(" "),
      commit: await currentCommit(),
      threshold,
      jobs: usualJobs(),
    });
  } catch (error) {
    return fail(error);
  }
}

/**
 * The run that a saved agent is from: its file keeps the flags that said what to run, so that --load alone
 * goes on with that run, and not with another preset's length, schedules and evaluations.
 *
 * @module
 */

import { readHead } from "../io/fs.ts";
import { decodeMetadata, headerEnd } from "../io/safetensors.ts";
import { type Arguments, overridesOf, parseArguments } from "./args.ts";
import { findFlag, type FlagGroup, FLAGS } from "./flags.ts";
import type { Program } from "./program.ts";
import { readFlags, type Typed } from "./typed_flags.ts";

/** The entry of the file's metadata. */
const KEY = "run";
/** Bytes that the length of the header is found in. */
const LENGTH_BYTES = 8;

/** Groups of flags that are about a program's outputs, not about the run. */
const OUTER_GROUPS: readonly FlagGroup[] = ["files", "output"];
/** Flags of the other groups that say what to do with a run, or where this machine has something. */
const OUTER_FLAGS: readonly string[] = ["env", "game", "preset", "train", "play", "test", "python"];
/** Of these one stands in for the other. */
const RIVALS: readonly (readonly string[])[] = [["steps", "episodes"], ["numEnvs", "gpuEnvs"]];

/** A run as its agent's file tells of it. */
export interface SavedRun {
  /** The environment's registered name. */
  readonly env: string;
  readonly preset: string;
  /** Other flags by name, as they were typed. */
  readonly flags: Readonly<Record<string, string>>;
}

/** Whether a flag is one that says what a run is. */
function isOfRun(name: string): boolean {
  const flag = FLAGS.find((one) => one.name === name);
  return flag !== undefined && !OUTER_GROUPS.includes(flag.group) && !OUTER_FLAGS.includes(name);
}

/** What the file of a run's agent is to hold about it. */
export function runMetadata({ preset, presets, typed }: Arguments): Record<string, string> {
  const flags = Object.entries(typed).filter(([name]) => isOfRun(name));
  const run: SavedRun = { env: presets[preset].env, preset, flags: Object.fromEntries(flags) };
  return { [KEY]: JSON.stringify(run) };
}

/**
 * Reads which run an agent is from.
 *
 * @param path Its file.
 * @returns undefined where the file does not say, or can't be read: whoever loads it says why.
 */
export async function readSavedRun(path: string): Promise<SavedRun | undefined> {
  try {
    const end = headerEnd(await readHead(path, LENGTH_BYTES + 1));
    const { env, preset, flags } = JSON.parse(decodeMetadata(await readHead(path, end))[KEY]);
    const isText = (value: unknown) => typeof value === "string";
    return isText(env) && isText(preset) && Object.values(flags).every(isText)
      ? { env, preset, flags }
      : undefined;
  } catch {
    return undefined;
  }
}

/** What a program calls an environment; undefined where it has not got it. */
function nameOf(env: string, { environments }: Program): string | undefined {
  return environments?.ids.find((id) => {
    const [first] = Object.values(environments.presetsFor(id));
    return id === env || first.env === env;
  });
}

/**
 * The saved run as a command line of a program; undefined where that has not got its environment or preset.
 *
 * @param stale Flags that something else was typed in place of.
 */
function lineOf(
  { env, preset, flags }: SavedRun,
  program: Program,
  stale: readonly string[],
): string[] | undefined {
  const line = [`--preset=${preset}`];
  if (program.environments) {
    const name = nameOf(env, program);
    if (name === undefined || !program.environments.presetsFor(name)[preset]) return undefined;
    line.push(`--${program.environments.flag ?? "env"}=${name}`);
  } else if (program.presets[preset]?.env !== env) return undefined;
  for (const [name, text] of Object.entries(flags)) {
    // A flag of a later version, or of another program, is none of this one.
    if (isOfRun(name) && !stale.includes(name)) line.push(`--${findFlag(name)!.flag}=${text}`);
  }
  return line;
}

/** Whether what was typed leaves it the same run. */
function isSame(flags: ReadonlyMap<string, Typed>, saved: SavedRun, program: Program): boolean {
  const { flag = "env" } = program.environments ?? {};
  const preset = flags.get("preset");
  if (preset !== undefined && preset.text !== saved.preset) return false;
  if (!flags.has(flag)) return true;
  const { presets } = parseArguments([`--${flag}=${flags.get(flag)!.text}`], program);
  return Object.values(presets)[0].env === saved.env;
}

/**
 * Reads a command line; where it loads an agent, what it leaves open is as in the run that the agent is
 * from. Of what was said then, all that concerns the learner is in the agent already.
 *
 * @param argv What was typed.
 * @param program The program.
 * @throws {UsageError} When a flag is unknown, a value wrong, or values contradict each other.
 */
export async function readCommandLine(
  argv: readonly string[],
  program: Program,
): Promise<Arguments> {
  const flags = readFlags(argv, program);
  const load = flags.get("load");
  const saved = load && await readSavedRun(load.text);
  // "None" takes nothing's place.
  const says = (name: string) => (flags.get(name)?.value ?? null) !== null;
  const stale = RIVALS.filter((rivals) => rivals.some(says)).flat();
  const line = saved && isSame(flags, saved, program) ? lineOf(saved, program, stale) : undefined;
  if (!line) return parseArguments(argv, program);
  const args = parseArguments([...line, ...argv], program);
  return { ...args, overrides: overridesOf(flags), continues: true };
}

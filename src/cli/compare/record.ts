/**
 * What a run leaves behind, and where: its curve in a file of its own, so that a comparison can be
 * stopped at any time and goes on from there.
 *
 * A run that is going on keeps its curve so far, its agent and the best network beside it; the curve
 * is written first, so it is never behind the agent, and what it is ahead is cut off when it is read.
 *
 * @module
 */

import { isUsed } from "../../dqn/combinations.ts";
import { defaultOf } from "../../dqn/defaults.ts";
import { OPTION_NAMES, type OptionName } from "../../dqn/options.ts";

/** A point of a learning curve. */
export interface CurvePoint {
  /** Environment steps made. */
  readonly steps: number;
  /** Mean return of the evaluation's episodes. */
  readonly mean: number;
  /** Their standard deviation. */
  readonly std: number;
  /** Mean return of the training episodes that ended since the point before; null without any. */
  readonly training: number | null;
}

/** Returns of the episodes after training, summed up. */
export interface Score {
  readonly mean: number;
  readonly std: number;
}

/** What runs must have in common to be comparable. */
export interface Settings {
  readonly env: string;
  readonly preset: string;
  readonly numEnvs: number;
  /** Whether they are on the GPU; they are not when left out. */
  readonly isOnGpu?: boolean;
  readonly steps: number;
  /** Steps between points of the curve. */
  readonly every: number;
  /** Episodes for each point. */
  readonly checkEpisodes: number;
  /** Episodes after training. */
  readonly testEpisodes: number;
}

/** A run as its file has it. */
export interface RunRecord {
  readonly algorithm: string;
  readonly seed: number;
  readonly settings: Settings;
  /** The learner's options, the seed left out. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly adapter: string;
  /** Training alone: evaluations and compilation left out. */
  readonly seconds: number;
  readonly episodes: number;
  readonly updates: number;
  readonly curve: readonly CurvePoint[];
  /** How good the last network is; null while the run goes on. */
  readonly final: Score | null;
  /** The network that was best on the curve, on the same fresh episodes as the last one. */
  readonly best: Score & { readonly steps: number } | null;
}

/** The files of a run. */
export interface RunPaths {
  /** The record of a finished run. */
  readonly record: string;
  /** The record of one that is going on. */
  readonly partial: string;
  /** Its agent. */
  readonly checkpoint: string;
  /** The parameters of its best network. */
  readonly best: string;
}

/** Where a run's files lie. */
export function pathsOf(folder: string, algorithm: string, seed: number): RunPaths {
  const stem = `${folder}/${algorithm}-${seed}`;
  return {
    record: `${stem}.json`,
    partial: `${stem}.unfinished.json`,
    checkpoint: `${stem}.unfinished.safetensors`,
    best: `${stem}.best.safetensors`,
  };
}

/** The name of a record's file: that of a finished or of an unfinished run. */
const RECORD_NAME = /-\d+(\.unfinished)?\.json$/;

/**
 * Reads a record.
 *
 * @returns undefined when there is none.
 * @throws {Error} When the file is something else.
 */
export async function readRecord(path: string): Promise<RunRecord | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  try {
    const record: RunRecord = JSON.parse(text);
    if (typeof record.settings === "object" && Array.isArray(record.curve)) return record;
  } catch {
    // Told below, with the file's name.
  }
  throw new Error(`"${path}" is no record of a run: move it away, or choose another folder`);
}

/** All records in a folder, by their file's name; none when there is no such folder. */
export async function readRecords(folder: string): Promise<Map<string, RunRecord>> {
  const records = new Map<string, RunRecord>();
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (!RECORD_NAME.test(name)) continue;
      const record = await readRecord(`${folder}/${name}`);
      if (record) records.set(name, record);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return records;
}

/** Removes what lies there, if anything does. */
export async function removeFile(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** A configuration as a record keeps it: JSON, without what each run has of its own. */
export function configRecord(config: object): Record<string, unknown> {
  const { seed: _, device: __, ...rest } = config as Record<string, unknown>;
  return JSON.parse(
    JSON.stringify(rest, (_, value) => typeof value === "function" ? "a schedule" : value),
  );
}

/** The first name that counts and whose values differ, told as "name was A and is B". */
function difference(
  was: Readonly<Record<string, unknown>>,
  is: Readonly<Record<string, unknown>>,
  counts: (name: string) => boolean = () => true,
): string | undefined {
  for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
    if (!counts(name)) continue;
    const [before, now] = [was[name], is[name]].map((value) => JSON.stringify(value) ?? "not set");
    if (before !== now) return `${name} was ${before} and is ${now}`;
  }
  return undefined;
}

/** The first option that counts and differs. */
function configDifference(
  was: Readonly<Record<string, unknown>>,
  is: Readonly<Record<string, unknown>>,
): string | undefined {
  // Records of before lack options that came later; these then had their defaults.
  const added = OPTION_NAMES.filter((name) => is[name] !== undefined && was[name] === undefined);
  const before = { ...was };
  for (const name of added) before[name] = defaultOf(name, was);
  // What plays no part in either made no difference.
  return difference(
    before,
    is,
    (name) => [before, is].some((config) => isUsed(name as OptionName, config)),
  );
}

/**
 * Why a record does not belong to a comparison with these settings; undefined when it does.
 *
 * @param record What lies in the folder.
 * @param settings What is asked for.
 * @param config The options of the record's algorithm, where it is asked for.
 */
export function mismatch(
  record: RunRecord,
  settings: Settings,
  config: Readonly<Record<string, unknown>> | undefined,
): string | undefined {
  return difference({ ...record.settings }, { ...settings }) ??
    (config && configDifference(record.config, config));
}

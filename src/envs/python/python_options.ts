/**
 * What `makePython` can be told, and the checks on it.
 *
 * @module
 */

import type { JsonValue } from "../json.ts";
import { suggestion } from "../../nearest.ts";
import type { AutoresetMode } from "../vector/vector_env.ts";
import { checkMode } from "../vector/vector_guard.ts";
import type { PythonWrappers } from "./python_wrappers.ts";

/** What `makePython` can be told. */
export interface PythonOptions {
  /** How many environments; 1 if left out. */
  readonly numEnvs?: number;
  /** The environment's own arguments, named as in Python; `max_episode_steps` too. */
  readonly kwargs?: Readonly<Record<string, JsonValue>>;
  /** What they are wrapped in; nothing if left out. */
  readonly wrappers?: PythonWrappers;
  /** The interpreter, by name or path; `"python3"` if left out, `"python"` on Windows. */
  readonly python?: string;
  /** How many processes; as many as environments or processors if left out, whichever are fewer. */
  readonly workers?: number;
  /** What happens to an environment whose episode has ended; `"next_step"` if left out. */
  readonly autoresetMode?: AutoresetMode;
  /** Environment variables for the processes, on top of this one's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether what Python writes to its stderr (and stdout) is shown on stderr; true if left out. */
  readonly showsOutput?: boolean;
  /** How long the start may take, in ms; 120,000 if left out. */
  readonly startTimeout?: number;
  /** How long a reset or a step may take, in ms; Infinity if left out. */
  readonly callTimeout?: number;
}

const OPTIONS: readonly (keyof PythonOptions)[] = [
  "numEnvs",
  "kwargs",
  "wrappers",
  "python",
  "workers",
  "autoresetMode",
  "env",
  "showsOutput",
  "startTimeout",
  "callTimeout",
];

/** The options that have a default, with it. */
export type Checked = Required<
  Pick<
    PythonOptions,
    "numEnvs" | "workers" | "kwargs" | "autoresetMode" | "startTimeout" | "callTimeout"
  >
>;

/** The options with their defaults, each checked. */
export function checkOptions(who: string, id: unknown, options: PythonOptions): Checked {
  if (typeof id !== "string" || id === "") {
    throw new TypeError(`makePython: id must be an environment's name, got ${JSON.stringify(id)}`);
  }
  for (const name of Object.keys(options)) {
    if (!(OPTIONS as readonly string[]).includes(name)) {
      throw new RangeError(
        `${who}: unknown option "${name}"${suggestion(name, OPTIONS)}. It takes: ${
          OPTIONS.join(", ")
        }; the environment's own arguments go into kwargs`,
      );
    }
  }
  const { numEnvs = 1, kwargs = {}, autoresetMode = "next_step" } = options;
  const { startTimeout = 120_000, callTimeout = Infinity } = options;
  integer(who, "numEnvs", numEnvs, Infinity);
  const { workers = Math.min(numEnvs, navigator.hardwareConcurrency) } = options;
  integer(who, "workers", workers, numEnvs);
  checkMode(who, autoresetMode);
  for (const [name, ms] of Object.entries({ startTimeout, callTimeout })) {
    if (typeof ms !== "number" || !(ms > 0)) {
      throw new RangeError(`${who}: ${name} must be a number of ms above 0, got ${ms}`);
    }
  }
  checkJson(who, "kwargs", kwargs);
  checkJson(who, "wrappers", options.wrappers ?? []);
  return { numEnvs, workers, kwargs, autoresetMode, startTimeout, callTimeout };
}

function integer(who: string, name: string, value: unknown, most: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > most) {
    const limit = most === Infinity ? "of at least 1" : `from 1 to numEnvs (${most})`;
    throw new RangeError(`${who}: ${name} must be an integer ${limit}, got ${value}`);
  }
}

/** Throws when JSON would lose a part of what Python is to be told. */
export function checkJson(who: string, path: string, value: unknown): void {
  if (value === null || typeof value === "boolean" || typeof value === "string") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (Array.isArray(value)) return value.forEach((one, i) => checkJson(who, `${path}[${i}]`, one));
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    for (const [key, inner] of Object.entries(value)) checkJson(who, `${path}.${key}`, inner);
    return;
  }
  throw new TypeError(
    `${who}: ${path} must be JSON (finite numbers, strings, booleans, null, lists, objects) to get to ` +
      `Python, got ${typeof value} ${String(value)}`,
  );
}

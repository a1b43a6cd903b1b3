/**
 * The value of a flag: text in, what it stands for out, checked.
 *
 * @module
 */

import type { Option } from "../dqn/options.ts";
import { algorithmNames } from "../dqn/algorithms/by_name.ts";
import { checkOption } from "../dqn/validate.ts";
import { readNetwork } from "./network_text.ts";
import type { Flag } from "./flags.ts";

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
    case "network":
      return readNetwork(text);
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
  network: "on the command line: nature-cnn, or 32@8x8/4,64@4x4/2,64@3x3",
};

/**
 * Reads the value of a flag.
 *
 * @param flag Which flag.
 * @param text What was typed; "true" for a switch that stands alone.
 * @throws {UsageError} When it is none that the flag takes.
 */
export function readFlag(flag: Flag, text: string): unknown {
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
  // What there is of these depends on the program, and on the environment, which may stand further on.
  if (flag.value === "preset" || flag.value === "environment" || flag.value === "game") return text;
  const value = readValue(text, flag.value);
  try {
    checkOption(label, value, flag.value);
  } catch (error) {
    const notation = NOTATION[flag.value.kind];
    throw new UsageError((error as Error).message + (notation ? ` (${notation})` : ""));
  }
  return value;
}

/**
 * Checks single values against the table of options. Each message says what was wanted and what was
 * given.
 *
 * @module
 */

import { suggestion } from "../nearest.ts";
import { networkProblem } from "./networks.ts";
import type { NumberOption, Option } from "./options.ts";

/** A value as it may stand in a message. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    try {
      return JSON.stringify(value);
    } catch {
      return "an object";
    }
  }
  return String(value);
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

/** What a number option wants, in words. */
function numberRange(option: NumberOption): string {
  const { kind, min, max, above, also } = option;
  const parts: string[] = [];
  if (min !== undefined && max !== undefined) parts.push(`from ${min} to ${max}`);
  else if (above !== undefined && max !== undefined) parts.push(`above ${above}, at most ${max}`);
  else if (min !== undefined) parts.push(`of at least ${min}`);
  else if (above !== undefined) parts.push(`greater than ${above}`);
  else if (max !== undefined) parts.push(`of at most ${max}`);
  let text = [kind === "integer" ? "an integer" : "a number", ...parts].join(" ");
  if (also !== undefined) text += `, or ${also}`;
  if (option.schedule) text += ", or a function of the progress from 0 to 1";
  if (option.nullable) text += ", or null for none";
  return text;
}

function checkNumber(label: string, value: unknown, option: NumberOption): void {
  if (value === null && option.nullable) return;
  if (typeof value === "function" && option.schedule) return;
  const wanted = `${label} must be ${numberRange(option)}, got ${show(value)}`;
  if (typeof value !== "number") throw new TypeError(wanted);
  if (value === option.also) return;
  const { kind, min = -Infinity, max = Infinity, above = -Infinity } = option;
  const whole = kind !== "integer" || Number.isSafeInteger(value);
  if (!Number.isFinite(value) || !whole || value < min || value > max || value <= above) {
    throw new RangeError(wanted);
  }
}

function checkChoice(label: string, value: unknown, choices: readonly string[], or = ""): void {
  if (typeof value === "string" && choices.includes(value)) return;
  const hint = typeof value === "string" ? suggestion(value, choices) : "";
  const message = `${label} must be one of ${quoted(choices)}${or}, got ${show(value)}${hint}`;
  throw typeof value === "string" ? new RangeError(message) : new TypeError(message);
}

/** Whether a value is an object with exactly these keys. */
function hasKeys(value: unknown, keys: readonly string[]): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    Object.keys(value).length === keys.length && keys.every((key) => key in value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

/**
 * Checks one option's value.
 *
 * @param label What the message calls the option, such as "batchSize" or "--batch-size".
 * @param value The value given.
 * @param option The option's entry in the table.
 * @throws {TypeError} When the value is of another type.
 * @throws {RangeError} When it is of the right type but out of range.
 */
export function checkOption(label: string, value: unknown, option: Option): void {
  switch (option.kind) {
    case "number":
    case "integer":
      return checkNumber(label, value, option);
    case "boolean":
      if (typeof value === "boolean") return;
      throw new TypeError(`${label} must be true or false, got ${show(value)}`);
    case "choice":
      return checkChoice(label, value, option.choices);
    case "init":
      if (hasKeys(value, ["uniform"])) {
        const { uniform } = value;
        if (typeof uniform === "number" && Number.isFinite(uniform) && uniform > 0) return;
        throw new RangeError(
          `${label}: uniform must be a number greater than 0, got ${show(uniform)}`,
        );
      }
      return checkChoice(label, value, option.choices, " or { uniform: x }");
    case "network": {
      if (!Array.isArray(value)) {
        return checkChoice(label, value, option.choices, " or a list of layers");
      }
      const problem = networkProblem(value);
      if (problem) throw new RangeError(`${label}: ${problem}; got ${show(value)}`);
      return;
    }
    case "widths": {
      if (Array.isArray(value) && value.every(isCount)) return;
      const message = `${label} must be a list of integers of at least 1, got ${show(value)}`;
      throw Array.isArray(value) ? new RangeError(message) : new TypeError(message);
    }
    case "interval": {
      if (isCount(value)) return;
      const message = `${label} must be an integer of at least 1 (environment steps) or ` +
        `{ every, unit } with a unit of ${quoted(option.units)}, got ${show(value)}`;
      if (typeof value === "number") throw new RangeError(message);
      if (!hasKeys(value, ["every", "unit"])) throw new TypeError(message);
      if (isCount(value.every) && option.units.includes(String(value.unit))) return;
      throw new RangeError(message);
    }
    case "updates": {
      if (isCount(value) || value === -1) return;
      const message = `${label} must be an integer of at least 1, -1 (as many as steps were ` +
        `collected) or { epochs } with an integer of at least 1, got ${show(value)}`;
      if (typeof value === "number") throw new RangeError(message);
      if (!hasKeys(value, ["epochs"])) throw new TypeError(message);
      if (isCount(value.epochs)) return;
      throw new RangeError(message);
    }
    case "object":
      if (typeof value === "object" && value !== null) return;
      throw new TypeError(`${label} must be an object, got ${show(value)}`);
  }
}

/**
 * A command line taken apart: which flags were typed, and what each stands for.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { suggestion } from "../nearest.ts";
import { readFlag, UsageError } from "./flag_values.ts";
import { findFlag, type Flag, FLAGS, isSwitch, SPECIAL_FLAGS, spellings } from "./flags.ts";
import { type Program, takesFlag } from "./program.ts";

/** What the parser is to know of a flag's spelling. */
export interface ParserOption {
  readonly type: "boolean" | "string";
  readonly short?: string;
}

/** Every spelling, so that the parser knows which flags take a value. */
export function parserOptions(): Record<string, ParserOption> {
  const options: Record<string, ParserOption> = {
    h: { type: "boolean", short: "h" },
  };
  for (const flag of FLAGS) {
    const type = isSwitch(flag) ? "boolean" : "string";
    for (const name of spellings(flag)) options[name] = { type };
  }
  return options;
}

function unknownFlag(rawName: string, program: Program): UsageError {
  const flags = FLAGS.filter(({ name }) => takesFlag(program, name));
  const names = [
    ...flags.flatMap(({ flag, also = [] }) => [flag].concat(also)).map((name) => `--${name}`),
    ...(program.switches ?? []).map(([name]) => name),
  ];
  return new UsageError(
    `unknown flag ${rawName}${suggestion(rawName, names)}; --help lists them all`,
  );
}

/** A flag as it was typed, and what that stands for. */
export interface Typed {
  readonly text: string;
  readonly value: unknown;
}

/**
 * Takes a command line apart into flags; of one that is given twice the last counts.
 *
 * @throws {UsageError} When a flag is unknown, or a value none that it takes.
 */
export function readFlags(args: readonly string[], program: Program): Map<string, Typed> {
  const flags = new Map<string, Typed>();
  const put = (flag: Flag, text: string) =>
    flags.set(flag.name, { text, value: readFlag(flag, text) });
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
      put(findFlag("help")!, "true");
      continue;
    }
    const negated = name.startsWith("no-") ? findFlag(name.slice(3)) : undefined;
    if (negated && isSwitch(negated) && value === undefined) {
      put(negated, "false");
      continue;
    }
    const flag = findFlag(name);
    if (!flag) throw unknownFlag(rawName, program);
    if (!takesFlag(program, flag.name)) throw new UsageError(SPECIAL_FLAGS[flag.name]);
    if (isSwitch(flag)) {
      put(flag, value ?? "true");
      continue;
    }
    if (value === undefined) throw new UsageError(`${rawName} needs a value; --help says which`);
    if (!inlineValue && value.startsWith("--")) {
      throw new UsageError(`${rawName} needs a value, got the flag ${value}`);
    }
    put(flag, value);
  }
  return flags;
}

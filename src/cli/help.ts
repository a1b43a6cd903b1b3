/**
 * The help text, made from the table of flags and a preset's values.
 *
 * @module
 */

import { ALGORITHMS } from "../dqn/algorithms/by_name.ts";
import { resolveConfig } from "../dqn/config.ts";
import type { Option } from "../dqn/options.ts";
import type { Preset } from "../dqn/presets/preset.ts";
import type { Arguments } from "./args.ts";
import { type Flag, FLAGS, isSwitch } from "./flags.ts";
import { optionText } from "./format.ts";
import { TEST_EPISODES } from "./plan.ts";
import { type Program, takesFlag } from "./program.ts";

const MIN_COLUMNS = 50;
const MAX_COLUMNS = 100;
const FLAG_COLUMN = 34;
const PRESET_COLUMN = 20;
const NAME_COLUMN = 14;

/** Permissions, as far as files: the text goes on with those. */
const PERMISSIONS = {
  none: "Without file flags no permission is needed; with them",
  python: "Python needs --allow-run=python3 (or what --python names); with file flags",
};

/** What stands for a value of an option. */
function optionPlaceholder(option: Option): string {
  switch (option.kind) {
    case "number":
      return option.nullable ? "X|none" : "X";
    case "integer":
      return option.nullable ? "N|none" : "N";
    case "choice":
      return option.choices.join("|");
    case "network":
      return `${option.choices.join("|")}|LAYERS`;
    case "widths":
      return "N,N,...";
    case "interval":
      return `N|N:${option.units.filter((unit) => unit !== "step").join("|N:")}`;
    case "updates":
      return "N|-1|N:epochs";
    case "init":
      return `${option.choices.join("|")}|uniform:X`;
    default:
      return "";
  }
}

function placeholder({ value }: Flag): string {
  if (value === "switch") return "";
  if (value === "path") return "FILE";
  if (value === "preset") return "NAME";
  if (value === "algorithm") return "NAME+...";
  if (value === "environment") return "ID";
  if (value === "game") return "NAME";
  return optionPlaceholder(value);
}

/** Breaks text into lines of at most `width` characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}

/** A term and its explanation side by side; a long term has lines of its own. */
function entry(term: string, text: string, column: number, columns: number): string[] {
  const indent = " ".repeat(column);
  const lines = wrap(text, columns - column).map((line) => indent + line);
  const head = `  ${term}`;
  if (head.length + 2 <= column) {
    return [head.padEnd(column) + lines[0].trimStart(), ...lines.slice(1)];
  }
  // Choices may be broken where they are separated.
  const parts = wrap(term.replaceAll("|", "| "), columns - 6).map((part) =>
    part.replaceAll("| ", "|")
  );
  return [...parts.map((part, i) => (i === 0 ? "  " : "      ") + part), ...lines];
}

/** What a flag is when it isn't given. */
function defaultText(
  flag: Flag,
  preset: Preset,
  values: Readonly<Record<string, unknown>>,
  program: Program,
): string {
  const { length, evaluation, testEpisodes } = preset;
  switch (flag.name) {
    case "env":
      return preset.env;
    case "game":
      return program.environments!.default;
    case "python":
      return "python3";
    case "saveReplay":
      return "true";
    case "numEnvs":
      return String(preset.gpuEnvs === undefined ? preset.numEnvs ?? 1 : "none");
    case "gpuEnvs":
      return String(preset.gpuEnvs ?? "none");
    case "steps":
      return "steps" in length ? String(length.steps) : "";
    case "episodes":
      return "episodes" in length ? String(length.episodes) : "";
    case "evalEpisodes":
      return (program.evalEpisodes ?? TEST_EPISODES) +
        (testEpisodes === undefined || program.evalEpisodes ? "" : `; with --test ${testEpisodes}`);
    case "checkEvery":
      return evaluation ? String(evaluation.every) : "none";
    case "checkEpisodes":
      return String(evaluation?.episodes ?? 20);
    case "stopAt":
      return optionText(evaluation?.stopAt);
    case "logEpisodes":
      return preset.logsEpisodes ? "true" : "false";
    case "powerPreference":
      return "";
    default:
      return flag.name in values ? optionText(values[flag.name]) : "";
  }
}

/**
 * The help text.
 *
 * @param program The program.
 * @param args Which preset's values are shown (with an algorithm's and flags over them, where the
 * configuration is given), and its environment's other presets.
 * @param terminalColumns Characters that fit in a line.
 */
export function helpText(
  program: Program,
  args: Pick<Arguments, "presets" | "preset"> & Partial<Pick<Arguments, "algorithm" | "config">>,
  terminalColumns: number,
): string {
  const columns = Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, terminalColumns - 1));
  const column = Math.min(FLAG_COLUMN, Math.floor(columns / 2.2));
  const { presets, preset: presetName, algorithm } = args;
  const preset = presets[presetName];
  const values: Record<string, unknown> = {
    ...(args.config ?? resolveConfig(preset.config)),
    preset: presetName,
    algorithm: algorithm ?? "the preset's",
  };
  const lines = [...wrap(program.summary, columns), "", `Usage: ${program.command} [flags]`, ""];

  if (program.environments) {
    lines.push(
      program.environments.flag === "game" ? "Games" : "Environments",
      ...wrap(program.environments.ids.join(", "), columns - 2).map((line) => `  ${line}`),
      "",
    );
  }
  lines.push("Presets");
  for (const [name, { description, env, length }] of Object.entries(presets)) {
    const long = "steps" in length ? `${length.steps} steps` : `${length.episodes} episodes`;
    lines.push(...entry(name, `${description} (${env}, ${long})`, PRESET_COLUMN, columns));
  }
  lines.push("", "Algorithms");
  for (const { name, title, description } of Object.values(ALGORITHMS)) {
    lines.push(...entry(name, `${title}: ${description}`, NAME_COLUMN, columns));
  }

  let group = "";
  for (const flag of FLAGS) {
    if (!takesFlag(program, flag.name)) continue;
    if (flag.group !== group) {
      // What a program reads by itself says what to run, too.
      const own = group === "what to run" ? program.switches ?? [] : [];
      for (const [term, help] of own) lines.push(...entry(term, help, column, columns));
      group = flag.group;
      lines.push("", group[0].toUpperCase() + group.slice(1));
    }
    const value = placeholder(flag);
    const no = isSwitch(flag) && flag.value !== "switch" ? `, --no-${flag.flag}` : "";
    const term = `--${flag.flag}${value ? " " + value : ""}${no}`;
    const also = flag.also === undefined ? "" : `; also --${flag.also}`;
    const text = defaultText(flag, preset, values, program);
    lines.push(...entry(term, flag.help + also + (text ? ` [${text}]` : ""), column, columns));
  }
  lines.push(
    "",
    ...wrap(
      `In brackets: the values of preset ${presetName}` +
        `${algorithm === undefined ? "" : ` with algorithm ${algorithm}`}. ${
          PERMISSIONS[takesFlag(program, "python") ? "python" : "none"]
        }` +
        ", --allow-read and --allow-write for their folders. Ctrl-C stops cleanly: what was asked for is " +
        "still saved.",
      columns,
    ),
  );
  return lines.join("\n");
}

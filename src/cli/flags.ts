/**
 * All flags of a training program: its own, and one for each option of the learner.
 *
 * @module
 */

import { type Option, OPTION_NAMES, OPTION_TABLE, type OptionGroup } from "../dqn/options.ts";
import { kebab } from "./format.ts";

/** Groups that flags are listed under. */
export type FlagGroup = "what to run" | "evaluation" | "files" | "output" | OptionGroup;

/** What a flag takes: nothing (it switches something on), a file's path, or a value to be checked. */
export type FlagValue =
  | "switch"
  | "path"
  | "preset"
  | "algorithm"
  | "environment"
  | "game"
  | Option;

/** One flag. */
export interface Flag {
  /** In camelCase, which is accepted too. */
  readonly name: string;
  /** As it is typed, without the dashes. */
  readonly flag: string;
  readonly group: FlagGroup;
  readonly help: string;
  readonly value: FlagValue;
  /** What it may be called too, as it is typed. */
  readonly also?: string;
}

type Entry = readonly [name: string, group: FlagGroup, value: FlagValue, help: string];

/** An integer of at least 1 that belongs to the program, not to the learner. */
function count(nullable = false): Option {
  return { kind: "integer", min: 1, nullable, default: undefined, group: "run", help: "" };
}

const PROGRAM_FLAGS: readonly Entry[] = [
  ["env", "what to run", "environment", "which environment to learn in, by its registered id"],
  ["game", "what to run", "game", "which game; upper and lower case are the same"],
  [
    "preset",
    "what to run",
    "preset",
    "which preset to start from; other flags change single options",
  ],
  [
    "algorithm",
    "what to run",
    "algorithm",
    "which algorithm, in place of the preset's parts; several are joined: double+dueling",
  ],
  ["numEnvs", "what to run", count(), "environments side by side, which act in one forward pass"],
  [
    "gpuEnvs",
    "what to run",
    count(true),
    "environments on the GPU instead, so many at once: nothing of a step crosses to the host",
  ],
  ["steps", "what to run", count(), "environment steps to train, all parts of a run together"],
  ["episodes", "what to run", count(), "train this many episodes instead"],
  [
    "train",
    "what to run",
    "switch",
    "train, which it does anyway; with --load and --test both train and test",
  ],
  [
    "play",
    "what to run",
    "switch",
    "train nothing: let a loaded agent play, each episode printed (as --test with --load)",
  ],
  [
    "test",
    "what to run",
    "switch",
    "test the agent, each episode printed; with --load without training it",
  ],
  [
    "python",
    "what to run",
    "path",
    "the Python that has the games, by name or path",
  ],
  ["evalEpisodes", "evaluation", count(), "greedy episodes after training"],
  [
    "checkEvery",
    "evaluation",
    count(true),
    "also evaluate after every N steps while training, and keep the best network",
  ],
  ["checkEpisodes", "evaluation", count(), "greedy episodes in each of these evaluations"],
  [
    "stopAt",
    "evaluation",
    { kind: "number", nullable: true, default: undefined, group: "run", help: "" },
    "stop training when one of them reaches this mean return",
  ],
  ["save", "files", "path", "save the whole agent here when training ends (.safetensors)"],
  [
    "saveEvery",
    "files",
    count(),
    "also save after every N steps while training, and write --plot and --csv as they stand",
  ],
  [
    "saveReplay",
    "files",
    { kind: "boolean", default: true, group: "run", help: "" },
    "save the replay buffer too; an agent without it is small, and collects anew when it goes on",
  ],
  [
    "load",
    "files",
    "path",
    "go on from a saved agent, for the steps that remain of its run; other flags change it",
  ],
  ["plot", "files", "path", "draw the learning curve of this run (.svg)"],
  ["csv", "files", "path", "write a table of this run's episodes"],
  ["gif", "files", "path", "play an episode after training and write it as an animation (.gif)"],
  ["json", "output", "switch", "print the result as one line of JSON; all else goes to stderr"],
  [
    "logEpisodes",
    "output",
    { kind: "boolean", default: false, group: "run", help: "" },
    "print a line for each episode",
  ],
  [
    "profile",
    "output",
    "switch",
    "when all else is done, make 20 more updates and print where their time goes, kernel by kernel",
  ],
  ["help", "output", "switch", "print this; with --preset it shows that preset's values"],
];

/** Flags of only some programs; the others refuse them with these words. */
export const SPECIAL_FLAGS: Readonly<Record<string, string>> = {
  env: "--env is a flag of examples/train.ts; this program has its environments in its presets",
  game: "--game is a flag of examples/minatar.ts and examples/atari.ts",
  python: "--python is for games that run in Python, as in examples/atari.ts",
};

/** What flags may be called too. */
const ALSO: Readonly<Record<string, string>> = {
  load: "pretrained",
  explorationInitialEps: "exploration-max",
};

function flag(name: string, group: FlagGroup, value: FlagValue, help: string): Flag {
  return {
    ...{ name, flag: kebab(name), group, value, help },
    ...name in ALSO && { also: ALSO[name] },
  };
}

/** Every flag, in the order of `--help`. An object can't be typed, so `device` has none. */
export const FLAGS: readonly Flag[] = [
  ...PROGRAM_FLAGS.map(([name, group, value, help]) => flag(name, group, value, help)),
  ...OPTION_NAMES.filter((name) => OPTION_TABLE[name].kind !== "object")
    .map((name) =>
      flag(name, OPTION_TABLE[name].group, OPTION_TABLE[name], OPTION_TABLE[name].help)
    ),
];

/** All that a flag may be called: in kebab-case, in camelCase, and by its other name. */
export function spellings({ name, flag, also }: Flag): string[] {
  const camel = also?.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase());
  return [...new Set([flag, name, also, camel])].filter((one) => one !== undefined);
}

/** The flag of a name, however it is spelt. */
export function findFlag(name: string): Flag | undefined {
  return FLAGS.find((one) => spellings(one).includes(name));
}

/** Whether a flag stands alone. */
export function isSwitch({ value }: Flag): boolean {
  return value === "switch" || (typeof value === "object" && value.kind === "boolean");
}

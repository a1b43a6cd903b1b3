/**
 * The help text of a comparison.
 *
 * @module
 */

import { OPTION_TABLE } from "../../dqn/options.ts";
import { FLAGS } from "../flags.ts";
import { wrap } from "../help.ts";
import { isShared } from "./arguments.ts";

const MIN_COLUMNS = 50;
const MAX_COLUMNS = 100;
const COLUMN = 24;

const OWN: readonly (readonly [term: string, text: string])[] = [
  ["--env ID", "where to learn [CartPole-v1]"],
  ["--seeds LIST", "5 are the seeds 1 to 5; or 1-5, or 1,4-6 [5]"],
  ["--steps N", "environment steps of each run [the preset's]"],
  ["--preset NAME", "options that all start from [the environment's first]"],
  ["--num-envs N", "environments side by side in each run [the preset's, or 1]"],
  ["--gpu-envs N", "environments on the GPU instead, so many at once [the preset's, or none]"],
  ["--jobs N", "runs side by side, each a process of its own [half of the cores, or 2]"],
  ["--out FOLDER", "where runs, curves and the table go [compare/ID]"],
  ["--check-every N", "steps between points of the curves [a 25th of --steps]"],
  ["--check-episodes N", "greedy episodes for each point [10]"],
  ["--eval-episodes N", "greedy episodes after training [100]"],
  [
    "--curve WHICH",
    "evaluation: greedy episodes, in an environment of their own; training: mean return of the " +
    "training episodes between two points [evaluation]",
  ],
  [
    "--statistic WHICH",
    "mean, with 95 % bands by Student's t; or iqm, the interquartile mean, bootstrapped [mean]",
  ],
  ["--json", "print the result as one line of JSON; all else goes to stderr"],
  ["--help", "print this"],
];

/** Flags of options by their group, in the order of the training program's help. */
const OPTION_GROUPS = Map.groupBy(
  FLAGS.filter((flag) => Object.hasOwn(OPTION_TABLE, flag.name) && isShared(flag)),
  ({ group }) => group,
);

const OF_ONE =
  "An option that plays no part in one of the algorithms, as --quantiles in all but qr, is left out there.";

const AFTER = [
  "Every run's curve is in FOLDER/ALGORITHM-SEED.json as soon as it is finished, and curves.svg, " +
  "curves.csv and table.md are made of those there are. Ctrl-C stops cleanly: the same command goes on " +
  "where it was, in the middle of runs too. More seeds or algorithms may be added; a folder of other " +
  "settings is refused.",
  "The bands are of the mean over seeds, cut off where no run went. Solved is what the environment " +
  "itself calls so.",
];

/** What the help text is about. */
export interface HelpSubject {
  /** How the program is started. */
  readonly command: string;
  /** Names of algorithms, or of what else is compared, and what they are. */
  readonly algorithms: readonly (readonly [name: string, description: string])[];
  /** The environments there are. */
  readonly environments: readonly string[];
  /** What is compared, where that is not named on the command line. */
  readonly heading?: string;
}

/**
 * The help text.
 *
 * @param subject The program.
 * @param terminalColumns Characters that fit in a line.
 */
export function comparisonHelp(
  { command, algorithms, environments, heading }: HelpSubject,
  terminalColumns: number,
): string {
  const columns = Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, terminalColumns - 1));
  const paragraph = (text: string, indent = "") =>
    wrap(text, columns - indent.length).map((line) => indent + line);
  const entries = (terms: readonly (readonly [string, string])[]) =>
    terms.flatMap(([term, text]) => {
      const [first, ...rest] = wrap(text, columns - COLUMN);
      return [`  ${term}`.padEnd(COLUMN) + first, ...rest.map((line) => " ".repeat(COLUMN) + line)];
    });
  const options = [...OPTION_GROUPS].flatMap(([group, flags]) =>
    paragraph(`${group}: ${flags.map(({ flag }) => `--${flag}`).join(" ")}`, "  ")
  );
  return [
    ...paragraph(
      `Trains ${heading ?? "several algorithms"} with several seeds each in one environment, and ` +
        "draws their learning curves with confidence bands.",
    ),
    "",
    `Usage: ${command} ${heading === undefined ? "ALGORITHM... " : ""}[flags]`,
    "",
    heading === undefined ? "Algorithms, which combine with +, as in double+dueling" : "Compared",
    ...entries(algorithms),
    "",
    "Flags",
    ...entries(OWN),
    "",
    "Options for all runs (what each is: deno run examples/train.ts --help)",
    ...options,
    ...heading === undefined ? paragraph(OF_ONE) : [],
    "",
    "Environments",
    ...paragraph(environments.join(", "), "  "),
    "",
    ...AFTER.flatMap((text) => paragraph(text)),
  ].join("\n");
}

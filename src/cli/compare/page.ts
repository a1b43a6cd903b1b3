/**
 * What a comparison shows: the learning curves, the table, and the numbers for other programs.
 *
 * @module
 */

import { toCsv } from "../../io/csv.ts";
import { lineChart, lookOf, type Series } from "../../io/svg.ts";
import { score, whole } from "../format.ts";
import type { RunRecord, Settings } from "./record.ts";
import { type CurveKind, curveOf, type Statistic, type Summary } from "./summary.ts";

/** All that a page is made of. */
export interface Results {
  readonly settings: Settings;
  /** The mean return at which the environment counts as solved, if it says. */
  readonly threshold?: number;
  readonly statistic: Statistic;
  readonly kind: CurveKind;
  /** The command that makes it again. */
  readonly command: string;
  readonly commit?: string;
  /** Runs that were asked for, of each algorithm. */
  readonly seeds: number;
  /** Algorithms that are evaluated as they behave while learning, and not greedily. */
  readonly exploring: readonly string[];
  /** Each algorithm's finished runs, in the order of the command. */
  readonly runs: ReadonlyMap<string, readonly RunRecord[]>;
  readonly summaries: readonly Summary[];
}

/** A colour for what is no algorithm. */
const GRAY = "#7c8794";

/** What the curves' centre and band are, in words. */
function bandText(statistic: Statistic, seeds: number): string {
  const center = statistic === "mean" ? "mean" : "interquartile mean";
  if (seeds < 2) return "one seed";
  const how = statistic === "mean" ? "Student's t" : "bootstrap";
  return `${center} of ${seeds} seeds; bands: 95 % (${how}), cut off where no run went`;
}

/** What kind of episodes evaluations are of. */
function episodeKind({ runs, exploring }: Results): string {
  if (exploring.length === 0) return "greedy";
  return exploring.length === runs.size
    ? "exploring"
    : `greedy (${exploring.join(", ")}: exploring)`;
}

/** The learning curves as SVG. */
export function chart(results: Results): string {
  const { settings, threshold, statistic, kind, runs } = results;
  const { env, steps, checkEpisodes } = settings;
  const lines = [...runs].map(([algorithm, records], i): Series => {
    const curve = curveOf(records, kind, statistic);
    return {
      label: algorithm,
      x: curve.steps,
      y: curve.center,
      ...lookOf(i),
      ...records.length > 1 && { band: { low: curve.low, high: curve.high } },
    };
  });
  const all = lines.flatMap(({ y }) => Array.from(y)).filter(Number.isFinite);
  const solved: Series[] = threshold === undefined ? [] : [{
    label: `solved (${threshold})`,
    x: [0, steps],
    y: [threshold, threshold],
    style: "dashed",
    color: GRAY,
  }];
  const what = kind === "evaluation"
    ? `${checkEpisodes} ${episodeKind(results)} episodes a point`
    : "training episodes, as they explore";
  return lineChart({
    title: env,
    subtitle: `${what}; ${bandText(statistic, results.seeds)}; preset ${settings.preset}`,
    xLabel: "environment steps",
    yLabel: "return",
    // Many lines need room, and returns above 0 are compared with none at all.
    height: lines.length > 6 ? 580 : 460,
    ...(all.every((value) => value >= 0) ? { yRange: [0, 0] as const } : {}),
    series: [...solved, ...lines],
  });
}

/** A table in Markdown that is readable as plain text: the first column flush left, others right. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((cell, i) =>
    Math.max(3, ...[cell, ...rows.map((r) => r[i])].map(length))
  );
  const pad = (cell: string, i: number) => {
    const space = " ".repeat(widths[i] - length(cell));
    return i === 0 ? cell + space : space + cell;
  };
  const rule = widths.map((width, i) => i === 0 ? "-".repeat(width) : "-".repeat(width - 1) + ":");
  return [header.map(pad), rule, ...rows.map((row) => row.map(pad))]
    .map((cells) => `| ${cells.join(" | ")} |`);
}

/** Characters of a text. */
function length(text: string): number {
  return [...text].length;
}

function row(summary: Summary, threshold: number | undefined): string[] {
  const { algorithm, seeds, final, std, best, solved, bestSolved, reached, stepsToThreshold } =
    summary;
  const { updatesPerSecond } = summary;
  const n = seeds.length;
  const cells = [
    algorithm,
    String(n),
    score(final) + (std === null ? "" : ` ± ${score(std)}`),
    score(summary.median),
    score(best),
  ];
  if (threshold !== undefined) {
    const steps = stepsToThreshold === null ? "-" : whole(stepsToThreshold);
    cells.push(`${solved} of ${n}`, `${bestSolved} of ${n}`, `${steps} (${reached} of ${n})`);
  }
  cells.push(updatesPerSecond === null ? "-" : whole(updatesPerSecond));
  return cells;
}

/** The table's lines. */
export function tableLines({ summaries, threshold }: Results): string[] {
  const header = ["algorithm", "seeds", "final mean ± std", "median", "best"];
  if (threshold !== undefined) header.push("solved", "best solved", "steps to threshold");
  header.push("updates/s");
  return table(header, summaries.map((summary) => row(summary, threshold)));
}

/** The table as a Markdown page, with where its numbers are from. */
export function page(results: Results): string {
  const { settings, threshold, command, commit, runs, seeds } = results;
  const { env, preset, steps, every, checkEpisodes, testEpisodes, numEnvs, isOnGpu } = settings;
  const records = [...runs.values()].flat();
  const adapters = [...new Set(records.map(({ adapter }) => adapter))];
  const asked = runs.size * seeds;
  const lines = [
    `# ${env}: ${[...runs.keys()].join(", ")}`,
    "",
    "![Learning curves](curves.svg)",
    "",
    ...tableLines(results),
    "",
    `Final: mean return over ${testEpisodes} fresh ${
      episodeKind(results)
    } episodes with the last ` +
    "network of each run, then mean, standard deviation and median over seeds. Best: the same with the " +
    `network that was best on the run's curve (${checkEpisodes} episodes every ${
      whole(every)
    } steps).`,
  ];
  if (threshold !== undefined) {
    lines.push(
      `Solved: seeds whose final (best) mean is ${threshold} or more, the environment's threshold. ` +
        "Steps to threshold: when the curve of the median seed first reached it, and how many did.",
    );
  }
  lines.push(
    "Updates/s: the median seed's while training, with as many runs side by side as the command says.",
    "",
    `- command: \`${command}\``,
    `- preset ${preset}, ${whole(steps)} steps${
      numEnvs > 1 || isOnGpu ? `, ${numEnvs} environments${isOnGpu ? " on the GPU" : ""}` : ""
    }`,
    ...(commit === undefined ? [] : [`- commit: ${commit}`]),
    `- adapter: ${adapters.join("; ")}; Deno ${Deno.version.deno}`,
  );
  if (records.length < asked) {
    lines.push(`- unfinished: ${records.length} of ${asked} runs are done`);
  }
  return lines.join("\n") + "\n";
}

/** Every point of every curve, for a spreadsheet. */
export function curvesCsv({ runs }: Results): string {
  return toCsv(
    ["algorithm", "seed", "steps", "mean", "std", "training"],
    [...runs.values()].flat().flatMap(({ algorithm, seed, curve }) =>
      curve.map(({ steps, mean, std, training }) => [algorithm, seed, steps, mean, std, training])
    ),
  );
}

/** The result as one line of JSON. */
export function resultsJson(results: Results): string {
  const { settings, threshold, command, commit, summaries } = results;
  return JSON.stringify({
    ...settings,
    threshold: threshold ?? null,
    command,
    commit: commit ?? null,
    algorithms: summaries,
  });
}

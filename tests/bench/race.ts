/**
 * A race to a greedy mean of 475 on CartPole-v1: Stable-Baselines3 with the zoo's preset against
 * examples/cartpole.ts with the same preset and with DinoQ's own, in turn on this machine.
 *
 *     deno run -A tests/bench/race.ts --python .venv/bin/python --seeds 1-5
 *
 * All times begin with the process. DinoQ's are until the process has exited: compilation, evaluations
 * on the grid and the last one over 100 episodes count. Stable-Baselines3's are until training has
 * ended, with neither kind of evaluation in them. A run that ends short of 475 over 100 fresh episodes
 * has not arrived, whatever its evaluations on the grid said.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { type EvaluationRecord, runTraining, type TrainingRecord } from "./training_run.ts";
import { runChild } from "./child.ts";
import {
  positiveNumber,
  runMain,
  seedList,
  typedCommand,
  warnWhenBusy,
  wholeNumber,
} from "./command_line.ts";
import { commit, fromFileUrl } from "./repository.ts";
import { median } from "./statistics.ts";
import { fixed, markdownTable, ratio } from "./table.ts";

const HELP = `Times Stable-Baselines3 and DinoQ on CartPole-v1 to a greedy mean of 475, in turn.

  --seeds LIST      1-5, or 1,4-6 [1-3]
  --python PATH     the Python that has stable-baselines3 [python3]
  --threads N       PyTorch's threads [its own choice]
  --threshold X     the mean to reach [475]
  --check-every N   steps between evaluations on the grid, for SB3 and for zoo [2000]
  --only LIST       of sb3, zoo, zoo-stop, default [all]
  --json FILE       write all results here
  --help            print this

  sb3       Stable-Baselines3, zoo preset, 50,000 steps; and when its grid first showed the mean
  zoo       DinoQ, the same preset and steps
  zoo-stop  the same, stopping when its grid shows the mean
  default   DinoQ, its own preset, which does so too`;

/** A run by either side. */
interface Entry {
  readonly seconds: number;
  readonly steps: number;
  readonly evaluation: EvaluationRecord;
  /** Of sb3: when its grid first showed the mean. */
  readonly reached?: { readonly steps: number; readonly seconds: number } | null;
}

interface Options {
  readonly python: string;
  readonly threads?: string;
  readonly threshold: number;
  readonly checkEvery: number;
}

const RUNNERS: Record<string, (seed: number, options: Options) => Promise<Entry>> = {
  async sb3(seed, { python, threads, threshold, checkEvery }) {
    const script = fromFileUrl(new URL("peers/sb3_run.py", import.meta.url));
    const { result } = await runChild(python, [
      "-B",
      script,
      "--seed",
      String(seed),
      "--check-every",
      String(checkEvery),
      "--stop-at",
      String(threshold),
      ...(threads === undefined ? [] : ["--threads", threads]),
    ]);
    return result as unknown as Entry;
  },
  zoo: async (seed) => entry(await runTraining(undefined, "zoo", seed)),
  "zoo-stop": async (seed, { threshold, checkEvery }) =>
    entry(
      await runTraining(undefined, "zoo", seed, [
        "--check-every",
        String(checkEvery),
        "--stop-at",
        String(threshold),
      ]),
    ),
  default: async (seed) => entry(await runTraining(undefined, "default", seed)),
};

function entry({ wallSeconds, steps, evaluation }: TrainingRecord): Entry {
  return { seconds: wallSeconds, steps, evaluation };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "1-3" },
      python: { type: "string", default: "python3" },
      threads: { type: "string" },
      threshold: { type: "string", default: "475" },
      "check-every": { type: "string", default: "2000" },
      only: { type: "string", default: Object.keys(RUNNERS).join(",") },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const seeds = seedList(values.seeds);
  const options: Options = {
    python: values.python,
    threads: values.threads,
    threshold: positiveNumber("threshold", values.threshold),
    checkEvery: wholeNumber("check-every", values["check-every"]),
  };
  const names = values.only.split(",");
  for (const name of names) {
    if (!(name in RUNNERS)) {
      throw new RangeError(
        `--only wants some of ${Object.keys(RUNNERS).join(", ")}, got "${name}"`,
      );
    }
  }

  warnWhenBusy();
  const results: Record<string, Entry>[] = [];
  for (const seed of seeds) {
    const entries: Record<string, Entry> = {};
    for (const name of names) {
      const run = entries[name] = await RUNNERS[name](seed, options);
      console.error(
        `seed ${seed}, ${name}: ${fixed(run.seconds)} s, ${run.steps} steps, ` +
          `mean ${fixed(run.evaluation.mean)}`,
      );
    }
    results.push(entries);
  }

  console.log(report(seeds, names, results, options.threshold));
  if (values.json !== undefined) {
    const record = {
      command: typedCommand("race.ts"),
      commit: await commit(),
      threshold: options.threshold,
      checkEvery: options.checkEvery,
      results: seeds.map((seed, i) => ({ seed, ...results[i] })),
    };
    await Deno.writeTextFile(values.json, JSON.stringify(record, null, 2) + "\n");
  }
}

/** The table, medians, ratios and who has not arrived. */
function report(
  seeds: readonly number[],
  names: readonly string[],
  results: readonly Record<string, Entry>[],
  threshold: number,
): string {
  const rows = seeds.map((seed, i) => [
    String(seed),
    ...names.flatMap((name) => {
      const run = results[i][name];
      const cells = [fixed(run.seconds), fixed(run.evaluation.mean)];
      if (name === "sb3") cells.push(fixed(run.reached?.seconds));
      return cells;
    }),
  ]);
  const header = [
    "seed",
    ...names.flatMap((name) =>
      name === "sb3"
        ? ["sb3 s", "sb3 mean", `sb3 first ${threshold} s`]
        : [`${name} s`, `${name} mean`]
    ),
  ];
  const lines = [markdownTable(header, rows), ""];
  const times = (name: string) => results.map((entries) => entries[name].seconds);
  // A run that has not arrived took longer than any.
  const arrivals = (name: string) =>
    results.map(({ [name]: run }) => run.evaluation.mean >= threshold ? run.seconds : Infinity);
  for (const name of names) {
    const late = seeds.filter((_, i) => arrivals(name)[i] === Infinity);
    lines.push(
      `${name}: median ${fixed(median(times(name)))} s, ${seeds.length - late.length} of ` +
        `${seeds.length} seeds end at ${threshold} or more` +
        (late.length > 0 ? `; not: seed ${late.join(", ")}` : ""),
    );
  }
  if (names.includes("sb3")) {
    const first = results.map(({ sb3 }) => sb3.reached?.seconds ?? Infinity);
    lines.push(`sb3's first ${threshold} on the grid: median ${fixed(median(first))} s`, "");
    for (const name of names.filter((each) => each !== "sb3")) {
      // With a given number of steps the time is the time; else only those that arrived have one.
      const ours = median(name === "zoo" ? times(name) : arrivals(name));
      lines.push(
        `${name} ÷ sb3's 50,000 steps: ${ratio(ours / median(times("sb3")))}; ` +
          `÷ sb3's first ${threshold}: ${ratio(ours / median(first))}`,
      );
    }
  }
  return lines.join("\n");
}

if (import.meta.main) await runMain(main);

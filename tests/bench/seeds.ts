/**
 * Runs a preset of examples/cartpole.ts, or with --env of examples/train.ts, over several seeds and writes the table of results, with the
 * command, the commit and the adapter that it is from, as docs/results/ keeps it.
 *
 *     deno run -A tests/bench/seeds.ts --preset default --out docs/results/cartpole_default
 *     deno run -A tests/bench/seeds.ts --preset zoo --against docs/results/sb3_zoo.json
 *     deno run -A tests/bench/seeds.ts --env Acrobot-v1 --preset zoo --against docs/results/sb3_acrobot.json
 *
 * @module
 */

import { parseArgs } from "node:util";
import { presetsFor } from "../../src/dqn/presets/by_environment.ts";
import { make } from "../../src/envs/registry.ts";
import { type EvaluationRecord, runTraining, type TrainingRecord } from "./training_run.ts";
import { ChildError, inTurn } from "./child.ts";
import { runMain, seedList, typedCommand, wholeNumber } from "./command_line.ts";
import { commit } from "./repository.ts";
import { countReaching, type Difference, differenceOfMeans, mean, median } from "./statistics.ts";
import { fixed, markdownTable } from "./table.ts";

/** What a preset is held to. */
interface Goal {
  /** Greedy evaluation after training, or the best mean over 100 training episodes. */
  readonly metric: "evaluation" | "average";
  readonly threshold: number;
}

const GOALS: Record<string, Goal> = {
  default: { metric: "evaluation", threshold: 475 },
  zoo: { metric: "evaluation", threshold: 475 },
  cleanrl: { metric: "evaluation", threshold: 475 },
  notes: { metric: "average", threshold: 195 },
  joyrl: { metric: "evaluation", threshold: 190 },
  gpu: { metric: "evaluation", threshold: 475 },
};

const HELP = `Runs a preset of examples/cartpole.ts over several seeds and prints a table.

  --env ID          run examples/train.ts in this environment instead
  --preset NAME     ${Object.keys(GOALS).join(", ")} [default; with --env, its first]
  --seeds LIST      1-10, or 1,4-6 [1-10]
  --jobs N          runs at a time, 1 or 2 [2]
  --threshold X     what a seed should reach [the preset's: ${
  Object.entries(GOALS).map(([name, { threshold }]) => `${name} ${threshold}`).join(", ")
}]
  --metric NAME     evaluation: greedy mean after training; average: best mean over 100 episodes
                    while training [the preset's: average for notes]
  --against FILE    compare with these results (peers/sb3_seeds.py writes them)
  --out PATH        write PATH.md and PATH.json; finished seeds are kept in PATH.partial.json until
                    then, and the same command goes on from there after Ctrl-C
  --help            print this
  -- FLAGS          flags for cartpole.ts`;

/** A peer's record, as sb3_seeds.py writes it. */
interface PeerRecord {
  readonly name: string;
  readonly command: string;
  readonly versions: Record<string, string>;
  readonly runs: readonly { readonly seed: number; readonly evaluation: EvaluationRecord }[];
}

/** A seed's run, or why there is none. */
type Outcome = { readonly seed: number; readonly run?: TrainingRecord; readonly error?: string };

/** The seeds that are done, beside what they must have in common with the ones to come. */
interface Partial {
  readonly command: string;
  readonly commit: string;
  readonly outcomes: Outcome[];
}

/** What an interrupted run of the same command at the same commit has left, or an empty start. */
async function partial(path: string | undefined, start: Partial): Promise<Partial> {
  if (path === undefined) return start;
  try {
    const left: Partial = JSON.parse(await Deno.readTextFile(path));
    return left.command === start.command && left.commit === start.commit ? left : start;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return start;
    throw error;
  }
}

/** All that the table is made of. */
interface Results {
  readonly env: string;
  readonly preset: string;
  readonly command: string;
  readonly commit: string;
  readonly adapter: string;
  readonly deno: string;
  readonly goal: Goal;
  readonly outcomes: readonly Outcome[];
  readonly peer?: PeerRecord;
}

/** An environment counts as solved at its registered threshold. */
function goalOf(env: string): Goal {
  const threshold = make(env).spec?.rewardThreshold;
  return { metric: "evaluation", threshold: threshold ?? NaN };
}

function metricOf(goal: Goal, run: TrainingRecord): number {
  return goal.metric === "evaluation" ? run.evaluation.mean : run.bestAverage ?? NaN;
}

function compare(results: Results): Difference | undefined {
  const { peer, outcomes } = results;
  if (!peer) return undefined;
  const seeds = new Set(outcomes.filter(({ run }) => run).map(({ seed }) => seed));
  const theirs = peer.runs.filter(({ seed }) => seeds.has(seed)).map((run) => run.evaluation.mean);
  return differenceOfMeans(outcomes.flatMap(({ run }) => run ? [run.evaluation.mean] : []), theirs);
}

/** The page: where the numbers are from, the table, and what it comes to. */
function page(results: Results): string {
  const { env, preset, goal, outcomes, peer } = results;
  const finished = outcomes.flatMap(({ run }) => run ? [run] : []);
  const values = finished.map((run) => metricOf(goal, run));
  const what = goal.metric === "evaluation"
    ? "greedy mean"
    : "best mean over 100 episodes while training";
  const header = [
    "seed",
    "steps",
    "episodes",
    "updates",
    "seconds",
    "mean",
    "std",
    "min",
    "max",
    "best average",
  ];
  if (peer) header.push("peer's mean");
  const rows = outcomes.map(({ seed, run }) => [
    String(seed),
    ...(run
      ? [
        String(run.steps),
        String(run.episodes),
        String(run.updates),
        fixed(run.wallSeconds),
        fixed(run.evaluation?.mean),
        fixed(run.evaluation?.std),
        fixed(run.evaluation?.min, 0),
        fixed(run.evaluation?.max, 0),
        fixed(run.bestAverage),
      ]
      : new Array(9).fill("failed")),
    ...(peer ? [fixed(peer.runs.find((each) => each.seed === seed)?.evaluation.mean)] : []),
  ]);
  const short = finished.filter((run) => !(metricOf(goal, run) >= goal.threshold))
    .map((run) => `seed ${run.seed} (${fixed(metricOf(goal, run))})`);
  const failed = outcomes.filter(({ error }) => error).map(({ seed, error }) =>
    `seed ${seed}: ${error}`
  );
  const lines = [
    `# ${env}, preset ${preset}`,
    "",
    `- command: \`${results.command}\``,
    `- commit: ${results.commit}`,
    `- adapter: ${results.adapter}; Deno ${results.deno}`,
  ];
  if (peer) {
    const versions = Object.entries(peer.versions).map(([name, version]) => `${name} ${version}`);
    lines.push(`- peer: ${peer.name} (${versions.join(", ")}): \`${peer.command}\``);
  }
  lines.push(
    "",
    "Means, deviations and extremes are of episodes after training (greedy ones, unless the preset is",
    "tested as it explores), best average is over 100 training episodes in a row, seconds are the whole",
    "process's.",
    "",
    markdownTable(header, rows),
    "",
    `${countReaching(values, goal.threshold)} of ${outcomes.length} seeds reach a ${what} of ` +
      `${goal.threshold}; mean of all ${fixed(mean(values))}, median ${fixed(median(values))}; ` +
      `median time ${fixed(median(finished.map((run) => run.wallSeconds)))} s.`,
  );
  if (short.length > 0) lines.push(`Short of it: ${short.join(", ")}.`);
  if (failed.length > 0) lines.push(`Failed: ${failed.join("; ")}.`);
  const difference = compare(results);
  if (difference) {
    lines.push(
      `Against the peer over the same seeds: mean ${difference.difference >= 0 ? "+" : ""}${
        fixed(difference.difference)
      }, 95 % interval ${fixed(difference.low)} to ${fixed(difference.high)} (Welch).`,
    );
  }
  return lines.join("\n") + "\n";
}

async function main(): Promise<void> {
  const split = Deno.args.indexOf("--");
  const own = split < 0 ? Deno.args : Deno.args.slice(0, split);
  const flags = split < 0 ? [] : Deno.args.slice(split + 1);
  const { values } = parseArgs({
    args: [...own],
    options: {
      env: { type: "string" },
      preset: { type: "string" },
      seeds: { type: "string", default: "1-10" },
      jobs: { type: "string", default: "2" },
      threshold: { type: "string" },
      metric: { type: "string" },
      against: { type: "string" },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const { env, metric } = values;
  const preset = values.preset ?? Object.keys(env === undefined ? GOALS : presetsFor(env))[0];
  const usual = env === undefined ? GOALS[preset] ?? GOALS.default : goalOf(env);
  if (metric !== undefined && metric !== "evaluation" && metric !== "average") {
    throw new RangeError(`--metric must be evaluation or average, got "${metric}"`);
  }
  const jobs = wholeNumber("jobs", values.jobs);
  if (jobs > 2) throw new RangeError(`--jobs must be 1 or 2, got ${jobs}`);
  const seeds = seedList(values.seeds);
  const peer: PeerRecord | undefined = values.against === undefined
    ? undefined
    : JSON.parse(await Deno.readTextFile(values.against));

  const kept = values.out === undefined ? undefined : `${values.out}.partial.json`;
  const done = await partial(kept, {
    command: typedCommand("seeds.ts"),
    commit: await commit(),
    outcomes: [],
  });
  const outcomes = await inTurn(seeds, jobs, async (seed): Promise<Outcome> => {
    const earlier = done.outcomes.find((outcome) => outcome.seed === seed && outcome.run);
    if (earlier) return earlier;
    try {
      const run = await runTraining(env, preset, seed, flags);
      console.error(
        `seed ${seed}: mean ${fixed(run.evaluation?.mean)}, best average ${
          fixed(run.bestAverage)
        }, ` +
          `${run.steps} steps in ${fixed(run.wallSeconds)} s`,
      );
      done.outcomes.push({ seed, run });
      if (kept !== undefined) {
        await Deno.writeTextFile(`${kept}.tmp`, JSON.stringify(done));
        await Deno.rename(`${kept}.tmp`, kept);
      }
      return { seed, run };
    } catch (error) {
      if (!(error instanceof ChildError)) throw error;
      console.error(`seed ${seed}: ${error.message}`);
      return { seed, error: error.message };
    }
  });
  const results: Results = {
    env: env ?? "CartPole",
    preset,
    command: done.command,
    commit: done.commit,
    adapter: outcomes.find(({ run }) => run)?.run?.adapter ?? "unknown",
    deno: Deno.version.deno,
    goal: {
      metric: metric ?? usual.metric,
      threshold: values.threshold === undefined ? usual.threshold : Number(values.threshold),
    },
    outcomes,
    peer,
  };
  const text = page(results);
  console.log(text.trimEnd());
  if (values.out !== undefined) {
    await Deno.writeTextFile(`${values.out}.md`, text);
    const { peer: _, ...record } = results;
    const json = JSON.stringify({ ...record, difference: compare(results) }, null, 2);
    await Deno.writeTextFile(`${values.out}.json`, json + "\n");
  }
  if (kept !== undefined && outcomes.every(({ run }) => run)) {
    await Deno.remove(kept).catch(() => {});
  }
  if (outcomes.some(({ error }) => error)) Deno.exit(1);
}

if (import.meta.main) await runMain(main);

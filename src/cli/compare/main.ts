/**
 * Makes a comparison: starts its runs, shows how far they are, and writes what they come to.
 *
 * @module
 */

import { holdFolder, makeFolder, writeText } from "../../io/fs.ts";
import { UsageError } from "../args.ts";
import { elapsed, kebab, score, whole } from "../format.ts";
import { INTERRUPTED } from "../interrupt.ts";
import { type Comparison, runsOf } from "./arguments.ts";
import type { Board } from "./board.ts";
import { chart, curvesCsv, page, type Results, resultsJson, tableLines } from "./page.ts";
import { ComparisonProgress } from "./progress.ts";
import { configRecord, mismatch, readRecords, type RunRecord } from "./record.ts";
import type { RunPlan } from "./run.ts";
import { summarize } from "./summary.ts";
import type { StartWorker, Worker } from "./worker.ts";

/** The world around a comparison. */
export interface ComparisonWorld {
  readonly startWorker: StartWorker;
  /** What people read. */
  readonly board: Board;
  /** Takes the line of JSON. */
  readonly printResult: (line: string) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The command that makes it again. */
  readonly command: string;
  readonly commit?: string;
  /** The mean return at which the environment counts as solved, if it says. */
  readonly threshold?: number;
  /** Runs side by side where the command does not say. */
  readonly jobs: number;
}

/** Milliseconds between redraws. */
const REDRAW_MS = 500;

/**
 * Reads the finished runs that are asked for.
 *
 * @throws {UsageError} When what lies in the folder was made with other settings.
 */
async function readFinished(
  comparison: Comparison,
  runs: readonly RunPlan[],
): Promise<Map<RunPlan, RunRecord>> {
  const { out, settings } = comparison;
  const records = await readRecords(out);
  const finished = new Map<RunPlan, RunRecord>();
  for (const [name, record] of records) {
    const run = runs.find(({ algorithm, seed }) =>
      algorithm === record.algorithm && seed === record.seed
    );
    const wrong = mismatch(record, settings, run && configRecord(run.config));
    if (wrong) {
      throw new UsageError(
        `${out}/${name} was made with other settings (${wrong}): choose another folder with --out, ` +
          "or remove that one",
      );
    }
    if (run && record.final) finished.set(run, record);
  }
  return finished;
}

/** A finished run in a line. */
function finishedText(record: RunRecord, seconds: number | undefined, count: string): string {
  const { algorithm, seed, final, best, settings } = record;
  const time = seconds === undefined ? "" : ` in ${elapsed(seconds)}`;
  return `${algorithm} seed ${seed}: final ${score(final!.mean)} ± ${score(final!.std)}, ` +
    `best ${score(best!.mean)} at step ${whole(best!.steps)}; ` +
    `${whole(settings.steps)} steps${time} (${count})`;
}

/** Puts the finished runs together. */
function resultsOf(
  comparison: Comparison,
  finished: ReadonlyMap<RunPlan, RunRecord>,
  { threshold, command, commit }: ComparisonWorld,
): Results {
  const { contenders, seeds, settings, statistic, curve } = comparison;
  const bySeed = [...finished.values()].sort((a, b) => a.seed - b.seed);
  const runs = new Map(
    contenders.map(({ name }) => [name, bySeed.filter(({ algorithm }) => algorithm === name)]),
  );
  return {
    settings,
    threshold,
    statistic,
    kind: curve,
    command,
    commit,
    seeds: seeds.length,
    exploring: contenders.filter((one) => one.testsExploring).map(({ name }) => name),
    runs,
    summaries: [...runs.values()].filter((records) => records.length > 0)
      .map((records) => summarize(records, threshold)),
  };
}

/** Writes what there is, so that it can be looked at while other runs go on. */
async function writeResults(out: string, results: Results): Promise<void> {
  await writeText(`${out}/curves.svg`, chart(results));
  await writeText(`${out}/curves.csv`, curvesCsv(results));
  await writeText(`${out}/table.md`, page(results));
}

/**
 * Makes a comparison, or what is left of it.
 *
 * @param comparison What to compare.
 * @param world The world around it.
 * @returns The exit code: 0, 1 when a run failed, 130 after Ctrl-C.
 * @throws {UsageError} When the folder holds runs of other settings, or another comparison is at work there.
 */
export async function compare(comparison: Comparison, world: ComparisonWorld): Promise<number> {
  const { board, signal } = world;
  const { out, contenders, seeds, settings } = comparison;
  const jobs = comparison.jobs ?? world.jobs;
  const runs = runsOf(comparison);
  await makeFolder(out);
  await using hold = await holdFolder(out);
  if (!hold) {
    throw new UsageError(
      `another comparison is at work in ${out}: wait until it is done, or choose another folder with --out`,
    );
  }
  const finished = await readFinished(comparison, runs);
  const queue = runs.filter((run) => !finished.has(run));
  const had = finished.size > 0 ? `, ${finished.size} of them finished before` : "";
  board.line(
    `${settings.env}, preset ${settings.preset}: ${
      contenders.map(({ name }) => name).join(", ")
    }; ` +
      `${seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds`}, ` +
      `${whole(settings.steps)} steps: ${runs.length} runs${had}, ${jobs} at a time, in ${out}`,
  );
  for (const { name, leftOut = [] } of contenders) {
    if (leftOut.length === 0) continue;
    board.line(
      `${name}: without ${leftOut.map((option) => `--${kebab(option)}`).join(", ")}, ` +
        `which ${leftOut.length === 1 ? "plays" : "play"} no part in it`,
    );
  }
  const progress = new ComparisonProgress(runs.length, queue, settings.steps, jobs);
  const failures = await makeRuns(queue, jobs, progress, finished, comparison, world);

  const results = resultsOf(comparison, finished, world);
  if (finished.size > 0) {
    await writeResults(out, results);
    board.line();
    for (const line of tableLines(results)) board.line(line);
    board.line();
    board.line(`wrote curves.svg, table.md and curves.csv to ${out}`);
  }
  if (failures > 0) {
    board.line(`${failures} of ${runs.length} runs failed; the same command tries them again`);
  }
  if (comparison.json) world.printResult(resultsJson(results));
  const left = runs.length - finished.size;
  if (signal.aborted && left > 0) {
    board.line(
      `stopped by Ctrl-C: ${finished.size} of ${runs.length} runs are finished; to go on:\n` +
        `  ${world.command}`,
    );
    return INTERRUPTED;
  }
  return failures > 0 ? 1 : 0;
}

/** Makes the runs, some at a time; returns how many failed. */
async function makeRuns(
  queue: readonly RunPlan[],
  jobs: number,
  progress: ComparisonProgress,
  finished: Map<RunPlan, RunRecord>,
  comparison: Comparison,
  world: ComparisonWorld,
): Promise<number> {
  const { board, signal, startWorker } = world;
  let failures = 0;
  const workers = new Set<Worker>();
  const stop = () => workers.forEach((worker) => worker.stop());
  signal.addEventListener("abort", stop);
  const redraw = () => board.draw(progress.lines(performance.now()));
  const timer = board.isTerminal ? setInterval(redraw, REDRAW_MS) : undefined;

  const makeOne = async (run: RunPlan) => {
    const { algorithm, seed } = run;
    const began = performance.now();
    progress.start(run, began);
    const worker = startWorker({ algorithm, seed }, (event) => {
      if (event.kind === "note") board.line(`${algorithm} seed ${seed}: ${event.text}`);
      else progress.update(run, event.steps, event.meanReturn, performance.now());
    });
    workers.add(worker);
    // Told at once where Ctrl-C came while it was being started.
    if (signal.aborted) worker.stop();
    try {
      const record = await worker.done;
      progress.end(run, record, performance.now());
      if (!record) return;
      finished.set(run, record);
      const seconds = (performance.now() - began) / 1000;
      board.line(finishedText(record, seconds, `${progress.done} of ${progress.total} runs`));
      await writeResults(comparison.out, resultsOf(comparison, finished, world));
    } catch (error) {
      progress.end(run, undefined, performance.now());
      failures++;
      board.line(`failed: ${algorithm} seed ${seed}: ${(error as Error).message}`);
    } finally {
      workers.delete(worker);
    }
  };
  let next = 0;
  const lane = async () => {
    while (next < queue.length && !signal.aborted) await makeOne(queue[next++]);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, queue.length) }, lane));
  } finally {
    clearInterval(timer);
    signal.removeEventListener("abort", stop);
    workers.forEach((worker) => worker.kill());
    board.clear();
  }
  return failures;
}

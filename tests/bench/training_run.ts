/**
 * One run of examples/cartpole.ts or examples/train.ts as a process of its own, as a user would start it.
 *
 * @module
 */

import { fromFileUrl, REPOSITORY } from "./repository.ts";
import { runChild } from "./child.ts";

/** A greedy evaluation, as the program and sb3_run.py print it. */
export interface EvaluationRecord {
  readonly episodes: number;
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** The program's result, and what was seen from outside. */
export interface TrainingRecord {
  readonly seed: number;
  readonly steps: number;
  readonly episodes: number;
  readonly updates: number;
  /** Of training, as the program measured it. */
  readonly seconds: number;
  /** From before the process was started until it had exited: compilation and evaluation count. */
  readonly wallSeconds: number;
  readonly evaluation: EvaluationRecord;
  /** The best mean return over 100 training episodes in a row; null when there were fewer. */
  readonly bestAverage: number | null;
  readonly adapter: string;
}

/** Episodes of a moving average. */
const WINDOW = 100;

/**
 * Runs the program.
 *
 * @param env The environment; undefined for examples/cartpole.ts, whose presets say where they train.
 * @param preset The preset's name.
 * @param seed The seed.
 * @param flags More flags, as on its command line.
 */
export async function runTraining(
  env: string | undefined,
  preset: string,
  seed: number,
  flags: readonly string[] = [],
): Promise<TrainingRecord> {
  const folder = await Deno.makeTempDir({ prefix: "training-" });
  try {
    const csv = `${folder}/episodes.csv`;
    const { result, seconds } = await runChild(Deno.execPath(), [
      "run",
      `--allow-read=${folder}`,
      `--allow-write=${folder}`,
      fromFileUrl(
        new URL(env === undefined ? "examples/cartpole.ts" : "examples/train.ts", REPOSITORY),
      ),
      ...(env === undefined ? [] : ["--env", env]),
      "--preset",
      preset,
      "--seed",
      String(seed),
      "--json",
      "--csv",
      csv,
      ...flags,
    ]);
    return {
      seed,
      steps: Number(result.steps),
      episodes: Number(result.episodes),
      updates: Number(result.updates),
      seconds: Number(result.seconds),
      wallSeconds: seconds,
      evaluation: result.evaluation as EvaluationRecord,
      bestAverage: bestAverage(await Deno.readTextFile(csv)),
      adapter: String(result.adapter),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The highest mean over 100 returns in a row, from the program's table of episodes. */
function bestAverage(csv: string): number | null {
  const [header, ...rows] = csv.trim().split("\n").map((line) => line.split(","));
  const column = header.indexOf("return");
  if (column < 0) throw new Error(`the table of episodes has no column "return": ${header}`);
  const returns = rows.map((row) => Number(row[column]));
  let best: number | null = null;
  for (let end = WINDOW; end <= returns.length; end++) {
    const window = returns.slice(end - WINDOW, end);
    const mean = window.reduce((sum, value) => sum + value, 0) / WINDOW;
    if (best === null || mean > best) best = mean;
  }
  return best;
}

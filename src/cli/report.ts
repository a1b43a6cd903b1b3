/**
 * What a run says in words and tables: its hyper-parameters before, what it reached after.
 *
 * @module
 */

import type { Evaluation } from "../agent/evaluation.ts";
import { isUsed } from "../dqn/combinations.ts";
import type { ResolvedConfig } from "../dqn/config.ts";
import { OPTION_NAMES } from "../dqn/options.ts";
import type { Arguments } from "./args.ts";
import { elapsed, optionText, score, whole } from "./format.ts";

/** Lines of a table with two columns. */
export function table(rows: readonly (readonly [name: string, value: string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`);
}

/** What a run was made from: its preset, and the algorithm over it. */
export function runName({ preset, algorithm }: Pick<Arguments, "preset" | "algorithm">): string {
  return `preset ${preset}${algorithm === undefined ? "" : `, algorithm ${algorithm}`}`;
}

/** The table of hyper-parameters that play a part, between rules. */
export function configTable(
  config: ResolvedConfig,
  before: readonly (readonly [name: string, value: string])[],
): string[] {
  const options = config as unknown as Readonly<Record<string, unknown>>;
  const rows = OPTION_NAMES
    .filter((name) => name !== "device" && options[name] !== undefined && isUsed(name, options))
    .map((name) => [name, optionText(options[name])] as const);
  const lines = table([...before, ...rows]);
  const rule = "  " + "-".repeat(Math.max(...lines.map((line) => line.length)) - 2);
  return ["hyper-parameters", rule, ...lines, rule];
}

/** Mean ± deviation, and the extremes, of episodes that were greedy or not. */
export function evaluationText(
  { episodes, mean, std, min, max }: Evaluation,
  isGreedy = true,
): string {
  return `mean ${score(mean)} ± ${score(std)}, min ${score(min)}, max ${score(max)} ` +
    `over ${whole(episodes)} ${isGreedy ? "greedy" : "exploring"} episodes`;
}

/** What a run reached. */
export interface Reached {
  readonly steps: number;
  readonly episodes: number;
  readonly updates: number;
  readonly seconds: number;
  readonly stepsPerSecond: number;
  readonly updatesPerSecond: number;
}

/** Amount and speed of training in two rows. */
export function reachedRows(
  reached: Reached & { readonly framesPerStep?: number },
): [name: string, value: string][] {
  const { steps, episodes, updates, seconds, stepsPerSecond, updatesPerSecond } = reached;
  const { framesPerStep = 1 } = reached;
  const frames = framesPerStep === 1 ? "" : ` (${whole(framesPerStep * stepsPerSecond)} frames/s)`;
  return [
    [
      "trained",
      `${whole(steps)} steps, ${whole(episodes)} episodes, ${whole(updates)} updates ` +
      `in ${elapsed(seconds)}`,
    ],
    ["speed", `${whole(stepsPerSecond)} steps/s${frames}, ${whole(updatesPerSecond)} updates/s`],
  ];
}

/** The result as one line of JSON, with exactly the fields that scripts may rely on. */
export function resultJson(
  run: { env: string; preset: string; algorithm?: string; seed: number; adapter: string },
  reached: Reached,
  evaluation: Evaluation | undefined,
): string {
  const { env, preset, algorithm = null, seed, adapter } = run;
  const { steps, episodes, updates, seconds, stepsPerSecond, updatesPerSecond } = reached;
  const summary = evaluation && {
    episodes: evaluation.episodes,
    mean: evaluation.mean,
    std: evaluation.std,
    min: evaluation.min,
    max: evaluation.max,
  };
  return JSON.stringify({
    env,
    preset,
    // null where the preset's own parts learnt.
    algorithm,
    seed,
    steps,
    episodes,
    updates,
    seconds,
    stepsPerSecond,
    updatesPerSecond,
    // null when the run was interrupted before it.
    evaluation: summary ?? null,
    adapter,
  });
}

/** An episode as the beginning of a line. */
export function episodeText(
  episode: number,
  of: number | undefined,
  { return: reward, length }: { return: number; length: number },
): string {
  const digits = String(of ?? 1000).length;
  const number = String(episode).padStart(digits) + (of === undefined ? "" : `/${of}`);
  return `episode ${number}  reward ${score(reward).padStart(6)}  steps ${
    String(length).padStart(4)
  }`;
}

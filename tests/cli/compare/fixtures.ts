/** Records, settings and runs that tests of comparisons are made of. @module */

import { pathsOf, type RunRecord, type Settings } from "../../../src/cli/compare/record.ts";

export const SETTINGS: Settings = {
  env: "CartPole-v1",
  preset: "default",
  numEnvs: 1,
  steps: 300,
  every: 100,
  checkEpisodes: 2,
  testEpisodes: 3,
};

/** A finished run whose curve has these means. */
export function recordOf(
  algorithm: string,
  seed: number,
  means: readonly number[],
  more: Partial<RunRecord> = {},
): RunRecord {
  const last = means.at(-1)!;
  const best = Math.max(...means);
  return {
    algorithm,
    seed,
    settings: SETTINGS,
    config: {},
    adapter: "a test",
    seconds: 2,
    episodes: 10,
    updates: 1_000,
    curve: means.map((mean, i) => ({ steps: 100 * (i + 1), mean, std: 1, training: mean / 2 })),
    final: { mean: last, std: 1 },
    best: { mean: best, std: 1, steps: 100 * (means.indexOf(best) + 1) },
    ...more,
  };
}

/** Runs something with a folder of its own. */
export async function inFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Puts a record where a comparison looks for it. */
export async function putRecord(folder: string, record: RunRecord): Promise<void> {
  const { record: path } = pathsOf(folder, record.algorithm, record.seed);
  await Deno.writeTextFile(path, JSON.stringify(record));
}

/**
 * The files that a run leaves behind: the table of episodes and the learning curve.
 *
 * @module
 */

import type { EpisodeLog } from "./episodes.ts";
import { whole } from "./format.ts";
import { runName } from "./report.ts";
import type { Run } from "./run.ts";

/** Writes the table and the curve of what was trained. */
export async function writeCurves(run: Run): Promise<void> {
  const { args, preset, plan, agent, log, checks } = run;
  await writeLog(run, log, args.csv, args.plot, () =>
    log.curve({
      title: `DQN on ${preset.env}`,
      subtitle: `${runName(args)}, seed ${agent.config.seed}, ${whole(agent.steps)} steps`,
      over: plan.episodes === undefined ? "steps" : "episodes",
      smoothing: preset.smoothing,
      checks,
      epsilon: true,
    }));
}

/** Writes a log's table and its curve where flags name files; without episodes they stay as they are. */
export async function writeLog(
  run: Run,
  log: EpisodeLog,
  csv: string | undefined,
  plot: string | undefined,
  curve: () => string,
): Promise<void> {
  const { screen, files } = run.around;
  const paths = [csv, plot].filter((path) => path !== undefined);
  if (log.count === 0) {
    if (paths.length > 0) screen.line(`no episode ended, so ${paths.join(" and ")} is not written`);
    return;
  }
  if (csv !== undefined) {
    await attempt(run, async () => {
      await files.writeText(csv, log.csv());
      screen.line(`wrote ${whole(log.count)} episodes to ${csv}`);
    });
  }
  if (plot !== undefined) {
    await attempt(run, async () => {
      await files.writeText(plot, curve());
      screen.line(`drew ${whole(log.count)} episodes in ${plot}`);
    });
  }
}

/** One output that fails must not take the others with it. */
export async function attempt(run: Run, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    run.failures++;
    run.around.screen.line(`error: ${(error as Error).message}`);
  }
}

/**
 * The files that a run leaves behind: the table of episodes and the learning curve.
 *
 * @module
 */

import type { EpisodeLog } from "./episodes.ts";
import { whole } from "./format.ts";
import { runName } from "./report.ts";
import type { Run } from "./run.ts";

/**
 * Writes the table and the curve of what was trained so far.
 *
 * @param isFinal Whether that is all, and said; else it is written without a word.
 */
export async function writeCurves(run: Run, isFinal = true): Promise<void> {
  const { args, preset, plan, agent, log, checks, stage } = run;
  const curve = () =>
    log.curve({
      title: `DQN on ${preset.env}`,
      subtitle: `${runName(args)}, seed ${agent.config.seed}, ${whole(agent.steps)} steps`,
      over: plan.episodes === undefined ? "steps" : "episodes",
      smoothing: preset.smoothing,
      ...stage.takeGames && { of: "game" as const },
      checks,
      epsilon: true,
    });
  if (isFinal || log.count > 0) await writeLog(run, log, args.csv, args.plot, curve, isFinal);
}

/**
 * Writes a log's table and its curve where flags name files; without episodes they stay as they are.
 *
 * @param says Whether that is said.
 */
export async function writeLog(
  run: Run,
  log: EpisodeLog,
  csv: string | undefined,
  plot: string | undefined,
  curve: () => string,
  says = true,
): Promise<void> {
  const { screen, files } = run.around;
  const paths = [csv, plot].filter((path) => path !== undefined);
  if (log.count === 0) {
    if (paths.length > 0) {
      const what = run.stage.takeGames ? "game" : "episode";
      const verb = paths.length > 1 ? "are" : "is";
      screen.line(`no ${what} ended, so ${paths.join(" and ")} ${verb} not written`);
    }
    return;
  }
  if (csv !== undefined) {
    await attempt(run, async () => {
      await files.writeText(csv, log.csv());
      if (says) screen.line(`wrote ${whole(log.count)} episodes to ${csv}`);
    });
  }
  if (plot !== undefined) {
    await attempt(run, async () => {
      await files.writeText(plot, curve());
      if (says) screen.line(`drew ${whole(log.count)} episodes in ${plot}`);
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

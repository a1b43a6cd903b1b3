/**
 * Training: what remains of the plan, everything that watches it, and the files it leaves.
 *
 * @module
 */

import type { LearnResult } from "../agent/learn.ts";
import type { Episode } from "../agent/recorder.ts";
import { Checkpoints, saveAgent } from "./checkpoints.ts";
import type { EpisodeRecord } from "./episodes.ts";
import { score, whole } from "./format.ts";
import { attempt, writeCurves } from "./outputs.ts";
import { ProgressReport } from "./progress.ts";
import { episodeText } from "./report.ts";
import { checkSeed, type Run } from "./run.ts";

/** Trains for what remains of the plan, and writes the files; the curves also when training fails. */
export async function trainAgent(run: Run): Promise<LearnResult | undefined> {
  const { args, plan, agent, around: { screen, signal } } = run;
  if (signal.aborted) {
    // Nothing was learnt, so nothing that lies where files should go is worth replacing.
    screen.line("stopped by Ctrl-C before training");
    return undefined;
  }
  const { steps, episodes } = plan.remaining(agent);
  let result: LearnResult | undefined;
  if (steps <= 0 || (episodes ?? 1) <= 0) {
    screen.line(`nothing is left to train of ${plan.text}; --steps sets a new length`);
  } else {
    try {
      result = await learn(run, steps);
    } catch (error) {
      await writeCurves(run);
      throw error;
    }
    sayHowItEnded(run, result);
  }
  if (args.save !== undefined) {
    screen.live(`saving ${args.save}`);
    await attempt(run, () => saveAgent(run));
    screen.clear();
  }
  await writeCurves(run);
  return result;
}

/** An episode as the log has it: where an episode is less than a game, the games that ended with it. */
function recordsOf({ stage, log }: Run, episode: Episode): readonly EpisodeRecord[] {
  if (!stage.takeGames) return [episode];
  const games = stage.takeGames(episode.lane);
  return games.map((game, i) => ({ ...episode, ...game, episode: log.count + 1 + i }));
}

/** Calls the agent's learn with everything that watches it. */
async function learn(run: Run, steps: number): Promise<LearnResult> {
  const { args, preset, plan, agent, log, stage, around: { screen, signal } } = run;
  const progress = new ProgressReport(screen);
  const checkpoints = new Checkpoints(run, args.saveEvery ?? Infinity, agent.steps + steps);
  const logsEpisodes = args.logEpisodes ?? preset.logsEpisodes ?? false;
  const { check } = plan;
  try {
    return await agent.learn(steps, {
      horizon: plan.horizon,
      signal,
      episodes: plan.remaining(agent).episodes,
      onProgress(now) {
        checkpoints.look();
        const { lastReturn, meanLength } = log;
        const { episodes } = plan;
        const games = stage.takeGames && { episodes: log.count, meanReturn: log.average };
        progress.show(
          { ...now, ...games },
          episodes === undefined ? undefined : { episodes, lastReturn, meanLength },
        );
      },
      onEpisode(episode) {
        checkpoints.look();
        for (const record of recordsOf(run, episode)) {
          log.add(record);
          if (!logsEpisodes) continue;
          screen.line(
            episodeText(record.episode, plan.episodes, record) +
              `  average ${score(log.average).padStart(5)}  epsilon ${episode.epsilon.toFixed(3)}`,
          );
        }
      },
      evaluation: check && {
        every: check.every,
        episodes: check.episodes,
        stopAt: check.stopAt,
        keepBest: true,
        env: await stage.judges(check.episodes),
        seed: checkSeed(agent.config.seed),
        onEvaluation({ steps, mean, best }) {
          run.checks.push({ steps, mean });
          const note = best ? ", the best so far" : "";
          screen.line(`evaluation at step ${whole(steps)}: mean ${score(mean)}${note}`);
        },
      },
    });
  } finally {
    screen.clear();
    await checkpoints.finished();
  }
}

/** Says why training ended and which network is left. */
function sayHowItEnded(
  { plan, agent, around: { screen, signal } }: Run,
  result: LearnResult,
): void {
  const { stoppedBy, best } = result;
  if (signal.aborted) {
    screen.line(
      `stopped by Ctrl-C at step ${whole(agent.steps)}, episode ${whole(agent.episodes)}`,
    );
  } else if (stoppedBy === "solved") {
    screen.line(
      `solved at step ${whole(agent.steps)}: an evaluation reached ${plan.check?.stopAt}, ` +
        "so training stops early",
    );
  }
  if (best && stoppedBy !== "signal" && best.steps !== agent.steps) {
    screen.line(
      `put back the best network, of step ${whole(best.steps)} (evaluation mean ${
        score(best.mean)
      })`,
    );
  }
}

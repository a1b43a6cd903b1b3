/**
 * The one training program: make or load an agent, train it, write its files, evaluate it, say what came
 * of it. Examples call it with their presets.
 *
 * @module
 */

import type { Evaluation } from "../agent/evaluation.ts";
import type { LearnResult } from "../agent/learn.ts";
import type { DQNConfig } from "../dqn/config.ts";
import type { Preset } from "../dqn/presets/preset.ts";
import type { Arguments } from "./args.ts";
import { EpisodeLog } from "./episodes.ts";
import type { FileRequest } from "./files.ts";
import { score, whole } from "./format.ts";
import { INTERRUPTED } from "./interrupt.ts";
import { writeAnimation } from "./animation.ts";
import { attempt, writeCurves } from "./outputs.ts";
import { partsText } from "./parts.ts";
import { planRun } from "./plan.ts";
import { ProgressReport } from "./progress.ts";
import {
  configTable,
  episodeText,
  evaluationText,
  type Reached,
  reachedRows,
  resultJson,
  runName,
  table,
} from "./report.ts";
import { checkSeed, type Run, type Surroundings } from "./run.ts";
import { testAgent } from "./testing.ts";

/** The files that the flags name. */
function fileRequests({ load, save, plot, csv, gif }: Arguments): FileRequest[] {
  const requests: FileRequest[] = [];
  if (load !== undefined) requests.push({ flag: "--load", path: load, access: "read" });
  for (const [name, path] of Object.entries({ save, plot, csv, gif })) {
    if (path !== undefined) requests.push({ flag: `--${name}`, path, access: "write" });
  }
  return requests;
}

/** What no file holds of a preset: a learning rate that is a function. */
function unsaved({ config: { learningRate } }: Preset): DQNConfig {
  return typeof learningRate === "function" ? { learningRate } : {};
}

/**
 * Runs the program.
 *
 * @param args Its arguments.
 * @param preset The preset that they name.
 * @param around The world around it.
 * @returns The exit code.
 * @throws {Error} When a file can't be used, there is no GPU, or training fails.
 */
export async function train(
  args: Arguments,
  preset: Preset,
  around: Surroundings,
): Promise<number> {
  const { library, files, screen, signal } = around;
  await files.check(fileRequests(args));
  const env = library.make(preset.env);
  const plan = planRun(args, preset, env.spec?.maxEpisodeSteps);
  const numEnvs = args.numEnvs ?? preset.numEnvs ?? 1;
  const others = Array.from({ length: numEnvs - 1 }, () => library.make(preset.env));
  const lanes = others.length > 0 ? [env, ...others] : env;
  // Said before the GPU is opened, which takes a moment and may fail.
  const from = args.load === undefined ? "" : `, going on from ${args.load}`;
  screen.line(`DQN on ${preset.env}, ${runName(args)}: ${plan.text}${from}`);
  const agent = args.load === undefined
    ? await library.create(lanes, args.config)
    : await library.load(args.load, lanes, { ...unsaved(preset), ...args.overrides });
  const log = new EpisodeLog();
  const run: Run = { args, preset, plan, around, agent, log, checks: [], failures: 0 };
  try {
    announce(run);
    const onlyTest = args.test && args.load !== undefined;
    const result = onlyTest ? undefined : await trainAgent(run);
    const evaluation = signal.aborted ? undefined : await testAgent(run, onlyTest);
    if (args.gif !== undefined && !signal.aborted) await writeAnimation(run, args.gif);
    conclude(run, result, evaluation);
    if (signal.aborted) return INTERRUPTED;
    return run.failures > 0 ? 1 : 0;
  } finally {
    agent.close();
  }
}

/** Says what is about to happen. */
function announce({ args, preset, plan, around: { screen }, agent }: Run): void {
  const { load } = args;
  screen.line(`learner: ${partsText(agent.config)}`);
  screen.line(`seed ${agent.config.seed}, adapter ${agent.adapter}`);
  if (load !== undefined) {
    screen.line(
      `loaded ${load}: ${whole(agent.steps)} steps, ${whole(agent.episodes)} episodes, ` +
        `${whole(agent.updates)} updates`,
    );
  }
  if (preset.showsTable) {
    const before = [["env", preset.env], ["length", plan.text]] as const;
    for (const line of configTable(agent.config, before)) screen.line(line);
  }
  const { check } = plan;
  if (check && !(args.test && load !== undefined)) {
    const stop = check.stopAt === undefined ? "" : `, stops at a mean of ${check.stopAt}`;
    screen.line(
      `every ${whole(check.every)} steps a greedy evaluation over ${check.episodes} episodes: ` +
        `keeps the best network${stop}`,
    );
  }
}

/** Trains for what remains of the plan, and writes the files; the curves also when training fails. */
async function trainAgent(run: Run): Promise<LearnResult | undefined> {
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
    await attempt(run, async () => {
      await agent.save(args.save!);
      screen.line(`saved the agent to ${args.save}`);
    });
  }
  await writeCurves(run);
  return result;
}

/** Calls the agent's learn with everything that watches it. */
async function learn(run: Run, steps: number): Promise<LearnResult> {
  const { args, preset, plan, agent, log, around: { screen, library, signal } } = run;
  const progress = new ProgressReport(screen);
  const logsEpisodes = args.logEpisodes ?? preset.logsEpisodes ?? false;
  const { check } = plan;
  try {
    return await agent.learn(steps, {
      horizon: plan.horizon,
      signal,
      episodes: plan.remaining(agent).episodes,
      onProgress(now) {
        const { lastReturn, meanLength } = log;
        const { episodes } = plan;
        progress.show(
          now,
          episodes === undefined ? undefined : { episodes, lastReturn, meanLength },
        );
      },
      onEpisode(episode) {
        log.add(episode);
        if (logsEpisodes) {
          screen.line(
            episodeText(episode.episode, plan.episodes, episode) +
              `  average ${score(log.average).padStart(5)}  epsilon ${episode.epsilon.toFixed(3)}`,
          );
        }
      },
      evaluation: check && {
        every: check.every,
        episodes: check.episodes,
        stopAt: check.stopAt,
        keepBest: true,
        env: library.make(preset.env),
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

/** Says what was reached, for people and for scripts. */
function conclude(
  { args, preset, agent, log, around }: Run,
  result: LearnResult | undefined,
  evaluation: Evaluation | undefined,
): void {
  const { steps, episodes, updates } = agent;
  const { seconds = 0, stepsPerSecond = 0, updatesPerSecond = 0 } = result ?? {};
  const reached: Reached = { steps, episodes, updates, seconds, stepsPerSecond, updatesPerSecond };
  const rows: [string, string][] = result ? reachedRows({ ...reached, ...result }) : [];
  const best = log.bestAverage();
  if (best) {
    rows.push([
      "best average",
      `${score(best.mean)} over 100 episodes, at episode ${best.episode}`,
    ]);
  }
  if (evaluation) {
    rows.push([
      args.test ? "test" : "evaluation",
      evaluationText(evaluation, !preset.testsExploring),
    ]);
  }
  if (rows.length > 0) {
    around.screen.line();
    for (const line of table(rows)) around.screen.line(line);
  }
  if (args.json) {
    const { seed } = agent.config;
    const { preset: name, algorithm } = args;
    const run = { env: preset.env, preset: name, algorithm, seed, adapter: agent.adapter };
    around.printResult(resultJson(run, reached, evaluation));
  }
}

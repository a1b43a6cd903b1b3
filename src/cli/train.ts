/**
 * The one training program: make or load an agent, train it, write its files, evaluate it, say what came
 * of it. Examples call it with their presets.
 *
 * @module
 */

import type { Evaluation } from "../agent/evaluation.ts";
import type { LearnResult } from "../agent/learn.ts";
import type { Preset } from "../dqn/presets/preset.ts";
import { writeAnimation } from "./animation.ts";
import { type Arguments, onlyTests } from "./args.ts";
import { EpisodeLog } from "./episodes.ts";
import type { FileRequest } from "./files.ts";
import { score, whole } from "./format.ts";
import { INTERRUPTED } from "./interrupt.ts";
import { partsText } from "./parts.ts";
import { planRun } from "./plan.ts";
import { placesOf } from "./places.ts";
import { printProfile } from "./profile.ts";
import {
  configTable,
  evaluationText,
  type Reached,
  reachedRows,
  resultJson,
  runName,
  table,
} from "./report.ts";
import type { Run, Surroundings } from "./run.ts";
import { testAgent, testsExploring } from "./testing.ts";
import { openTrainee } from "./trainee.ts";
import { trainAgent } from "./training.ts";

/** The files that the flags name. */
function fileRequests({ load, save, plot, csv, gif }: Arguments): FileRequest[] {
  const requests: FileRequest[] = [];
  if (load !== undefined) requests.push({ flag: "--load", path: load, access: "read" });
  for (const [name, path] of Object.entries({ save, plot, csv, gif })) {
    if (path !== undefined) requests.push({ flag: `--${name}`, path, access: "write" });
  }
  return requests;
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
  const { env } = preset;
  const { python } = args;
  const places = placesOf(args, preset);
  await using stage = library.open({ env, ...places, ...python !== undefined && { python } });
  const plan = planRun(args, preset, stage.maxEpisodeSteps);
  // Said before Python and the GPU are started, which takes a moment and may fail.
  const from = args.load === undefined ? "" : `, going on from ${args.load}`;
  screen.line(
    onlyTests(args)
      ? `DQN on ${env}: ${args.load} plays`
      : `DQN on ${env}, ${runName(args)}: ${plan.text}${from}`,
  );
  const agent = await openTrainee({ args, preset, plan, stage, around });
  const log = new EpisodeLog();
  const run: Run = { args, preset, plan, around, stage, agent, log, checks: [], failures: 0 };
  try {
    announce(run);
    const onlyTest = onlyTests(args);
    const result = onlyTest ? undefined : await trainAgent(run);
    const evaluation = signal.aborted ? undefined : await testAgent(run, onlyTest);
    if (args.gif !== undefined && !signal.aborted) await writeAnimation(run, args.gif);
    conclude(run, result, evaluation);
    if (signal.aborted) return INTERRUPTED;
    if (args.profile) await printProfile(run);
    return run.failures > 0 ? 1 : 0;
  } finally {
    agent.close();
  }
}

/** Says what is about to happen. */
function announce({ args, preset, plan, around: { screen }, stage, agent }: Run): void {
  const { load, continues } = args;
  for (const line of stage.notes?.() ?? []) screen.line(line);
  screen.line(`learner: ${partsText(agent.config)}`);
  screen.line(`seed ${agent.config.seed}, adapter ${agent.adapter}`);
  if (load !== undefined) {
    screen.line(
      `loaded ${load}: ${whole(agent.steps)} steps, ${whole(agent.episodes)} episodes, ` +
        `${whole(agent.updates)} updates`,
    );
    if (!continues && !onlyTests(args)) {
      screen.line(
        `options are the file's; length, schedules' length and evaluations are preset ${args.preset}'s`,
      );
    }
  }
  if (preset.showsTable) {
    const before = [["env", preset.env], ["length", plan.text]] as const;
    for (const line of configTable(agent.config, before)) screen.line(line);
  }
  const { check } = plan;
  if (check && !onlyTests(args)) {
    const stop = check.stopAt === undefined ? "" : `, stops at a mean of ${check.stopAt}`;
    screen.line(
      `every ${whole(check.every)} steps a greedy evaluation over ${check.episodes} episodes: ` +
        `keeps the best network${stop}`,
    );
  }
}

/** Says what was reached, for people and for scripts. */
function conclude(
  { args, preset, agent, log, stage, around }: Run,
  result: LearnResult | undefined,
  evaluation: Evaluation | undefined,
): void {
  const { steps, episodes, updates } = agent;
  const { seconds = 0, stepsPerSecond = 0, updatesPerSecond = 0 } = result ?? {};
  const reached: Reached = { steps, episodes, updates, seconds, stepsPerSecond, updatesPerSecond };
  const rows: [string, string][] = result
    ? reachedRows({ ...reached, ...result, framesPerStep: stage.framesPerStep })
    : [];
  if (stage.takeGames && log.count > 0) {
    rows.push(["games", `${whole(log.count)}, mean score of the last 100: ${score(log.average)}`]);
  }
  const unit = stage.takeGames ? "game" : "episode";
  const best = log.bestAverage();
  if (best) {
    rows.push([
      "best average",
      `${score(best.mean)} over 100 ${unit}s, at ${unit} ${best.episode}`,
    ]);
  }
  if (evaluation) {
    rows.push([
      args.test ? "test" : "evaluation",
      evaluationText(evaluation, !testsExploring(preset, agent.config)),
    ]);
  }
  if (rows.length > 0) {
    around.screen.line();
    for (const line of table(rows)) around.screen.line(line);
  }
  // A first run leaves nothing behind: what could be had is what one asks next.
  if (result && evaluation && fileRequests(args).length === 0) {
    around.screen.line();
    around.screen.line(
      "nothing was written: --save agent.safetensors keeps the agent, --plot curve.svg draws how it learnt; " +
        "--help lists all flags",
    );
  }
  if (args.json) {
    const { seed } = agent.config;
    const { preset: name, algorithm } = args;
    const run = { env: preset.env, preset: name, algorithm, seed, adapter: agent.adapter };
    around.printResult(resultJson(run, reached, evaluation));
  }
}

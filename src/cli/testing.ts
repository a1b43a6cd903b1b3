/**
 * What comes after training: episodes without learning, summed up, or told one by one in test mode.
 *
 * @module
 */

import type { Evaluation } from "../agent/evaluation.ts";
import type { ResolvedConfig } from "../dqn/config.ts";
import type { Preset } from "../dqn/presets/preset.ts";
import { EpisodeLog } from "./episodes.ts";
import { withSuffix } from "./files.ts";
import { whole } from "./format.ts";
import { writeLog } from "./outputs.ts";
import { episodeText, runName } from "./report.ts";
import { type Run, testSeed } from "./run.ts";

/**
 * Whether a preset's agent is tested as it behaves while learning, and not greedily. With another target
 * than the preset's the values are no longer those of the policy that explores, and its reason is gone.
 *
 * @param preset The preset.
 * @param config What the agent learns with.
 */
export function testsExploring(
  preset: Pick<Preset, "testsExploring">,
  { target }: Pick<ResolvedConfig, "target">,
): boolean {
  return preset.testsExploring === true && target === "sarsa";
}

/** Evaluates greedily, or as the preset wants it; in test mode each episode is told, drawn and tabled. */
export async function testAgent(run: Run, onlyTest: boolean): Promise<Evaluation | undefined> {
  const { args, preset, plan, agent, stage, around: { library, screen, signal } } = run;
  const { testEpisodes: episodes } = plan;
  let done = 0;
  const evaluation = await library.evaluate(agent, await stage.judges(episodes), {
    episodes,
    seed: testSeed(agent.config.seed),
    deterministic: !testsExploring(preset, agent.config),
    signal,
    onEpisode: () => screen.live(`evaluating: episode ${++done}/${episodes}`),
  });
  screen.clear();
  if (signal.aborted) {
    screen.line(`evaluation stopped by Ctrl-C after ${done} of ${episodes} episodes`);
    return undefined;
  }
  if (args.test) await reportTest(run, evaluation, onlyTest);
  return evaluation;
}

/** Tells each episode of a test. Its files stand beside those of the training before it. */
async function reportTest(run: Run, evaluation: Evaluation, onlyTest: boolean): Promise<void> {
  const { args, preset, agent, around: { screen } } = run;
  const { returns, lengths } = evaluation;
  const log = new EpisodeLog();
  let steps = 0;
  const explores = testsExploring(preset, agent.config);
  screen.line(explores ? "test, exploring as while learning:" : "test, without exploration:");
  returns.forEach((reward, i) => {
    steps += lengths[i];
    const epsilon = explores ? agent.epsilon : 0;
    const episode = { episode: i + 1, return: reward, length: lengths[i], steps, epsilon };
    log.add(episode);
    screen.line(episodeText(i + 1, returns.length, episode));
  });
  const place = (path: string | undefined) =>
    path === undefined || onlyTest ? path : withSuffix(path, "-test");
  await writeLog(run, log, place(args.csv), place(args.plot), () =>
    log.curve({
      title: `DQN on ${preset.env}: test`,
      subtitle: `${runName(args)}, seed ${agent.config.seed}, after ${whole(agent.steps)} steps`,
      over: "episodes",
      smoothing: preset.smoothing ?? 0.9,
      epsilon: false,
    }));
}

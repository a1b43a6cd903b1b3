/**
 * How long a run is, and when it evaluates: the preset's answers, changed by flags.
 *
 * @module
 */

import type { Preset, PresetEvaluation } from "../dqn/presets/preset.ts";
import { type Arguments, UsageError } from "./args.ts";
import { whole } from "./format.ts";

/** Greedy episodes after training, unless a preset or a flag says otherwise. */
export const TEST_EPISODES = 100;
/** Episodes of an evaluation while training, likewise. */
const CHECK_EPISODES = 20;

/** What a run is to do. All its parts count: a loaded agent has some of it behind it. */
export interface Plan {
  /** Environment steps to train. */
  readonly steps: number;
  /** Episodes to train; undefined when steps alone decide. */
  readonly episodes?: number;
  /** Steps over which schedules run. */
  readonly horizon: number;
  /** Evaluations while training. */
  readonly check?: PresetEvaluation;
  /** Greedy episodes after training. */
  readonly testEpisodes: number;
  /** Its length in words. */
  readonly text: string;
  /** What is left for an agent that has come so far. */
  remaining(agent: { steps: number; episodes: number }): { steps: number; episodes?: number };
}

/**
 * Plans a run. `--steps` and `--episodes` each replace the preset's length; given together, the run ends
 * with whichever is reached first. Schedules run over the steps that are named, by flag or preset; where
 * only episodes are, over the most steps that those can take.
 *
 * @param args The arguments.
 * @param preset The preset that they name.
 * @param maxEpisodeSteps Steps of an episode at most, which a run counted in episodes needs.
 */
export function planRun(args: Arguments, preset: Preset, maxEpisodeSteps?: number): Plan {
  const given = args.steps !== undefined || args.episodes !== undefined;
  const length = preset.length;
  const episodes = given ? args.episodes : "episodes" in length ? length.episodes : undefined;
  const named = args.steps ?? ("steps" in length ? length.steps : undefined);
  if (episodes !== undefined && maxEpisodeSteps === undefined) {
    throw new UsageError(`${preset.env} has no limit on an episode's steps: use --steps`);
  }
  const most = (episodes ?? 0) * (maxEpisodeSteps ?? 0);
  const steps = args.steps ?? (episodes === undefined ? named! : most);
  const texts: string[] = [];
  if (episodes !== undefined) texts.push(`${whole(episodes)} episodes`);
  if (episodes === undefined || args.steps !== undefined) texts.push(`${whole(steps)} steps`);
  return {
    steps,
    episodes,
    horizon: named ?? most,
    check: planChecks(args, preset),
    testEpisodes: args.evalEpisodes ??
      ((args.test ? preset.testEpisodes : undefined) ?? TEST_EPISODES),
    text: texts.join(" or "),
    remaining: (agent) => ({
      steps: steps - agent.steps,
      ...episodes !== undefined && { episodes: episodes - agent.episodes },
    }),
  };
}

/** Evaluations while training; a flag alone switches them on. */
function planChecks(
  { checkEvery, checkEpisodes, stopAt }: Arguments,
  { evaluation }: Preset,
): PresetEvaluation | undefined {
  const every = checkEvery === undefined ? evaluation?.every : checkEvery ?? undefined;
  if (every === undefined) {
    if (checkEvery === undefined && (checkEpisodes !== undefined || typeof stopAt === "number")) {
      throw new UsageError(
        "--check-episodes and --stop-at need --check-every: this preset has none",
      );
    }
    return undefined;
  }
  return {
    every,
    episodes: checkEpisodes ?? evaluation?.episodes ?? CHECK_EPISODES,
    stopAt: stopAt === undefined ? evaluation?.stopAt : stopAt ?? undefined,
  };
}

/**
 * What the agents of a population may differ in. They share their programs, so all that shapes a program
 * or says when it runs is the same in all of them; what is a number in the table is each one's own.
 */

import { withSupport } from "../dqn/algorithms/support.ts";
import { layered } from "../dqn/combinations.ts";
import { type DQNConfig, resolveConfig, type ResolvedConfig } from "../dqn/config.ts";
import { show } from "../dqn/validate.ts";

/** Options that each agent may have a value of its own for. */
const OWN_OPTIONS = [
  "seed",
  "learningRate",
  "learningRateSchedule",
  "learningRateFinal",
  "gamma",
  "rewardScale",
  "rewardClip",
  "maxGradNorm",
  "maxGradValue",
  "init",
  "noisySigma",
  "adamBeta1",
  "adamBeta2",
  "adamEps",
  "weightDecay",
  "momentum",
  "rmspropAlpha",
  "priorityAlpha",
  "priorityBeta",
  "priorityBetaEnd",
  "priorityEps",
  "munchausenTau",
  "munchausenAlpha",
  "munchausenClip",
  "exploration",
  "explorationSchedule",
  "explorationInitialEps",
  "explorationFinalEps",
  "explorationFraction",
  "explorationDecay",
  "temperature",
  "temperatureFinal",
] as const;

/**
 * Each agent's configuration.
 *
 * @param agents Their seeds, or of each what is its own.
 * @param common What all of them have.
 * @param envId The environment's registered name, which C51's support depends on.
 * @throws {TypeError} When there is none.
 * @throws {RangeError} When they differ in what must be the same.
 */
export function populationConfigs(
  agents: readonly number[] | readonly DQNConfig[],
  common: DQNConfig,
  envId: string | null,
): ResolvedConfig[] {
  if (!Array.isArray(agents) || agents.length === 0) {
    throw new TypeError(
      "DQN.population wants the agents' seeds, or a configuration for each, at least one; " +
        `got ${show(agents)}`,
    );
  }
  const configs = agents.map((agent: number | DQNConfig) => {
    const own = typeof agent === "number" ? { seed: agent } : agent;
    return resolveConfig(withSupport(layered(common, own), envId));
  });
  const [first] = configs;
  const own: readonly string[] = OWN_OPTIONS;
  for (const name of Object.keys(first) as (keyof ResolvedConfig)[]) {
    if (own.includes(name)) continue;
    const at = configs.findIndex((config) => !isSame(config[name], first[name]));
    if (at < 0) continue;
    throw new RangeError(
      `the agents of a population share their programs and must have the same ${name}: agent 0 has ` +
        `${show(first[name])}, agent ${at} ${show(configs[at][name])}` +
        (name === "vMin" || name === "vMax"
          ? " (C51's range follows from gamma and what becomes of rewards: give vMin and vMax to all)"
          : "") +
        ". They may differ in " +
        OWN_OPTIONS.join(", "),
    );
  }
  // Without a limit an update takes fewer dispatches, which all agents share.
  const hasLimit = configs.map(({ maxGradNorm }) => maxGradNorm !== null);
  if (hasLimit.includes(true) && hasLimit.includes(false)) {
    throw new RangeError(
      "maxGradNorm must be a number for all agents of a population, or null for all: a huge number " +
        "does what null does",
    );
  }
  return configs;
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

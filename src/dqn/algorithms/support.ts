/**
 * Which returns an environment has: C51's atoms must span them.
 *
 * @module
 */

import type { DQNConfig } from "../config.ts";
import { OPTIONS } from "../options.ts";

/** The lowest and the highest return that is learnt. */
export interface Support {
  /** The lowest atom. */
  readonly vMin: number;
  /** The highest atom. */
  readonly vMax: number;
}

/** What changes the rewards before they are learnt from. */
export interface RewardOptions {
  /** Discount factor. */
  readonly gamma: number;
  /** Factor on every reward. */
  readonly rewardScale: number;
  /** Rewards are then clipped to ± this; null: not. */
  readonly rewardClip: number | null;
}

/**
 * Discounted returns, as their bounds follow from each environment's documented rewards. Time limits are
 * not in it: a truncated episode goes on in its value.
 */
const RETURNS: Readonly<Record<string, (gamma: number) => Support>> = {
  // 1 each step for as long as the pole stands.
  "CartPole-v0": (gamma) => ({ vMin: 0, vMax: 1 / (1 - gamma) }),
  "CartPole-v1": (gamma) => ({ vMin: 0, vMax: 1 / (1 - gamma) }),
  // −1 each step until the goal.
  "MountainCar-v0": (gamma) => ({ vMin: -1 / (1 - gamma), vMax: 0 }),
  "Acrobot-v1": (gamma) => ({ vMin: -1 / (1 - gamma), vMax: 0 }),
  // Not bounds: 200 counts as solved and the best landings reach 300, a crash costs 100 and the worst
  // flights more than 300 before it. What lies below −300 is equally bad, and atoms for it would make all
  // others coarser.
  "LunarLander-v2": () => ({ vMin: -300, vMax: 300 }),
  "LunarLander-v3": () => ({ vMin: -300, vMax: 300 }),
  // 1 at the goal, and nothing else.
  "FrozenLake-v1": () => ({ vMin: 0, vMax: 1 }),
  "FrozenLake8x8-v1": () => ({ vMin: 0, vMax: 1 }),
  // A point won or lost, at least eight steps after the last.
  "DinoQ/Pong-v0": (gamma) => ({ vMin: -1 / (1 - gamma ** 8), vMax: 1 / (1 - gamma ** 8) }),
  // No bounds: rewards are 0 and more, and Dopamine's highest atom for these games is 100.
  ...Object.fromEntries(
    ["Asterix", "Breakout", "Freeway", "Seaquest", "SpaceInvaders"].flatMap((game) =>
      ["v0", "v1"].map((version) => [`MinAtar/${game}-${version}`, () => ({ vMin: 0, vMax: 100 })])
    ),
  ),
  // Won, lost or drawn.
  "Blackjack-v1": () => ({ vMin: -1, vMax: 1 }),
};

/** Environments whose returns are known. */
export const SUPPORT_IDS: readonly string[] = Object.keys(RETURNS);

/**
 * The support for an environment.
 *
 * @param envId Its registered name.
 * @param options What becomes of its rewards.
 * @returns The range of returns that are learnt; undefined where it is not known, or where without a
 * discount there is none.
 */
export function supportFor(
  envId: string,
  { gamma, rewardScale, rewardClip }: RewardOptions,
): Support | undefined {
  // Atari's range with clipped rewards, as the papers on C51 and Rainbow have it.
  if (envId.startsWith("ALE/")) return rewardClip === 1 ? { vMin: -10, vMax: 10 } : undefined;
  if (!Object.hasOwn(RETURNS, envId)) return undefined;
  const { vMin, vMax } = RETURNS[envId](gamma);
  if (!Number.isFinite(vMin) || !Number.isFinite(vMax)) return undefined;
  // Clipped rewards can't sum to more than this.
  const most = rewardClip === null ? Infinity : rewardClip / (1 - gamma);
  // Rounded, since 1 / (1 − 0.99) is 99.99999999999991. Adding 0 makes −0 plain 0.
  const bound = (value: number) =>
    Number(Math.max(-most, Math.min(most, value * rewardScale)).toPrecision(12)) + 0;
  return { vMin: bound(vMin), vMax: bound(vMax) };
}

/**
 * A configuration with the environment's support where C51 needs one and none is named.
 *
 * @param config Options, not resolved yet.
 * @param envId The environment's registered name; null where it has none.
 * @throws {RangeError} When the environment's returns are not known.
 */
export function withSupport(config: DQNConfig, envId: string | null): DQNConfig {
  const { distribution, vMin, vMax } = config;
  if (distribution !== "c51" || (vMin !== undefined && vMax !== undefined)) return config;
  const {
    gamma = OPTIONS.gamma.default,
    rewardScale = OPTIONS.rewardScale.default,
    rewardClip = OPTIONS.rewardClip.default,
  } = config;
  const support = envId === null
    ? undefined
    : supportFor(envId, { gamma, rewardScale, rewardClip });
  if (!support) {
    throw new RangeError(
      `C51 needs the range of returns, and for ${envId ?? "this environment"} at a gamma of ` +
        `${gamma} it is not known: give vMin and vMax (on a command line --v-min and --v-max)`,
    );
  }
  return { ...config, vMin: vMin ?? support.vMin, vMax: vMax ?? support.vMax };
}

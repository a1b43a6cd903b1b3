/**
 * The classic control environments' ids, limits and thresholds, as in Gymnasium.
 *
 * @module
 */

import type { Registration } from "../registration.ts";
import { CartPole } from "./cartpole.ts";

/** What `register` would have been called with. */
export const CLASSIC: readonly Registration[] = [
  {
    id: "CartPole-v0",
    entryPoint: (options) => new CartPole(options),
    options: { suttonBartoReward: false },
    maxEpisodeSteps: 200,
    rewardThreshold: 195,
  },
  {
    id: "CartPole-v1",
    entryPoint: (options) => new CartPole(options),
    options: { suttonBartoReward: false },
    maxEpisodeSteps: 500,
    rewardThreshold: 475,
  },
];

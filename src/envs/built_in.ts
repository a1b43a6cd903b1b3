/**
 * The environments that are registered from the start: Gymnasium's ids, limits and thresholds.
 *
 * @module
 */

import { CartPole } from "./classic/cartpole.ts";
import type { Registration } from "./registration.ts";

/** What {@linkcode register} would have been called with. */
export const BUILT_IN: readonly Registration[] = [
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

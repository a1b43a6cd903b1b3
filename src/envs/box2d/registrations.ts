/**
 * The Box2D environments' ids, limits and thresholds.
 *
 * @module
 */

import type { Registration } from "../registration.ts";
import { LunarLander } from "./lunar_lander.ts";
import { LunarLanderContinuous } from "./lunar_lander_continuous.ts";

const OPTIONS = { gravity: -10, enableWind: false, windPower: 15, turbulencePower: 1.5 };
const LIMITS = { maxEpisodeSteps: 1000, rewardThreshold: 200 };

/** What `register` would have been called with. v2 is v3 here: Gymnasium has retired it. */
export const BOX2D: readonly Registration[] = [
  ...["LunarLander-v2", "LunarLander-v3"].map((id): Registration => ({
    id,
    entryPoint: ({ continuous, ...options }) =>
      continuous ? new LunarLanderContinuous(options) : new LunarLander(options),
    options: { continuous: false, ...OPTIONS },
    ...LIMITS,
  })),
  {
    id: "LunarLanderContinuous-v3",
    entryPoint: (options) => new LunarLanderContinuous(options),
    options: OPTIONS,
    ...LIMITS,
  },
];

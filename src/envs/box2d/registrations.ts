/**
 * The Box2D environments' ids, limits and thresholds.
 *
 * @module
 */

import type { Registration } from "../registration.ts";
import { LunarLander } from "./lunar_lander.ts";

const OPTIONS = {
  continuous: false,
  gravity: -10,
  enableWind: false,
  windPower: 15,
  turbulencePower: 1.5,
};

/** What `register` would have been called with. v2 is v3 here: Gymnasium has retired it. */
export const BOX2D: readonly Registration[] = ["LunarLander-v2", "LunarLander-v3"].map((id) => ({
  id,
  entryPoint: (options) => new LunarLander(options),
  options: OPTIONS,
  maxEpisodeSteps: 1000,
  rewardThreshold: 200,
}));

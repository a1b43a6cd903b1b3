/**
 * Box2D: environments on a physics engine.
 *
 * @module
 */

export { lunarLanderPilot } from "./lander_pilot.ts";
export {
  LanderBase,
  LunarLander,
  LunarLanderContinuous,
  type LunarLanderOptions,
} from "./lunar_lander.ts";
export type { Thrust } from "./engines.ts";

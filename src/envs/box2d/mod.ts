/**
 * Box2D: environments on a physics engine.
 *
 * @module
 */

export type { LunarLanderOptions } from "./conditions.ts";
export type { Thrust } from "./engines.ts";
export { LanderBase } from "./lander_base.ts";
export { lunarLanderPilot } from "./lander_pilot.ts";
export { LunarLander } from "./lunar_lander.ts";
export { LunarLanderContinuous } from "./lunar_lander_continuous.ts";

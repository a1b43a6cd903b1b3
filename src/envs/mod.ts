/**
 * Environments, as in Gymnasium: the interface, spaces, wrappers, the registry and the environments
 * themselves. Plain TypeScript, no permission needed.
 *
 * @module
 */

export type { Env, EnvSpec, Info, ResetOptions, ResetResult, StepResult } from "./env.ts";
export type { JsonValue } from "./json.ts";
export type { Space } from "./space.ts";
export { SeededSpace } from "./seeded_space.ts";
export { Box, type BoxArrays, type BoxDtype } from "./box.ts";
export { PCG64 } from "./rng/pcg64.ts";
export { Discrete } from "./discrete.ts";
export type { Registration } from "./registration.ts";
export { make, register, registry } from "./registry.ts";
export { Wrapper } from "./wrapper.ts";
export { TimeLimit } from "./time_limit.ts";
export {
  type EpisodeStatistics,
  RecordEpisodeStatistics,
  type RecordEpisodeStatisticsOptions,
} from "./record_episode_statistics.ts";
export { CartPole, type CartPoleOptions } from "./cartpole.ts";

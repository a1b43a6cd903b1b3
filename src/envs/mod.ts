/**
 * Environments, as in Gymnasium: the interface, spaces, wrappers, the registry and the environments
 * themselves. Plain TypeScript, no permission needed.
 *
 * @module
 */

export type { Env, EnvSpec, Info, ResetOptions, ResetResult, StepResult } from "./env.ts";
export type { JsonValue } from "./json.ts";
export type { Space } from "./spaces/space.ts";
export { SeededSpace } from "./spaces/seeded_space.ts";
export { Box, type BoxArrays, type BoxDtype } from "./spaces/box.ts";
export { PCG64 } from "./rng/pcg64.ts";
export { Discrete } from "./spaces/discrete.ts";
export type { Registration } from "./registration.ts";
export { make, register, registry } from "./registry.ts";
export { Wrapper } from "./wrappers/wrapper.ts";
export { TimeLimit } from "./wrappers/time_limit.ts";
export {
  type EpisodeStatistics,
  RecordEpisodeStatistics,
  type RecordEpisodeStatisticsOptions,
} from "./wrappers/record_episode_statistics.ts";
export { CartPole, type CartPoleOptions } from "./classic/cartpole.ts";

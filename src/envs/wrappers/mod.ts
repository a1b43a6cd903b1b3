/**
 * Wrappers: environments around an environment.
 *
 * @module
 */

export { Wrapper } from "./wrapper.ts";
export { TimeLimit } from "./time_limit.ts";
export {
  type EpisodeStatistics,
  RecordEpisodeStatistics,
  type RecordEpisodeStatisticsOptions,
} from "./record_episode_statistics.ts";

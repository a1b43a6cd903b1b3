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

// Rewards and actions.
export { TransformReward } from "./transform_reward.ts";
export { ClipReward, type ClipRewardOptions } from "./clip_reward.ts";
export { TransformAction } from "./transform_action.ts";
export { RescaleAction, type RescaleActionOptions } from "./rescale_action.ts";
export { StickyAction, type StickyActionOptions } from "./sticky_action.ts";

// Observations.
export type { BoxOf, DtypeOf } from "./box_of.ts";
export type { Bounds } from "./rescale_box.ts";
export { ObservationWrapper } from "./observation_wrapper.ts";
export { TransformObservation } from "./transform_observation.ts";
export { FlattenObservation } from "./flatten_observation.ts";
export { RescaleObservation, type RescaleObservationOptions } from "./rescale_observation.ts";
export { NormalizeObservation, type NormalizeObservationOptions } from "./normalize_observation.ts";
export { RunningMeanStd } from "./running_mean_std.ts";
export { FrameStack, type FrameStackOptions } from "./frame_stack.ts";
export { OneHot } from "./one_hot.ts";
export {
  TimeAwareObservation,
  type TimeAwareObservationOptions,
} from "./time_aware_observation.ts";

// Atari.
export { MaxAndSkip, type MaxAndSkipOptions } from "./max_and_skip.ts";
export { NoopReset, type NoopResetOptions } from "./noop_reset.ts";
export { EpisodicLife } from "./episodic_life.ts";
export { FireReset } from "./fire_reset.ts";
export { GrayscaleResize, type GrayscaleResizeOptions } from "./grayscale_resize.ts";
export { AtariPreprocessing, type AtariPreprocessingOptions } from "./atari_preprocessing.ts";

// Pictures.
export { RenderCollection, type RenderCollectionOptions } from "./render_collection.ts";

/**
 * Vector environments: several copies stepped together.
 *
 * @module
 */

export {
  type AutoresetMode,
  type ObservationArray,
  type ObservationBatch,
  type VectorEnv,
  type VectorInfos,
  type VectorReset,
  type VectorResetOptions,
  type VectorStep,
} from "./vector_env.ts";
export { batchSpace } from "./batch_space.ts";
export { SyncVectorEnv, type SyncVectorEnvOptions } from "./sync_vector_env.ts";
export { WorkerVectorEnv } from "./worker_vector_env.ts";
export type { WorkerVectorEnvOptions } from "./worker_setup.ts";
export {
  type EnvWrapper,
  makeVec,
  type MakeVecOptions,
  type MakeWorkerVecOptions,
} from "./make_vec.ts";
export { VectorRecordEpisodeStatistics } from "./vector_record_episode_statistics.ts";

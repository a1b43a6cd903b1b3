/**
 * Environments that run on the GPU, thousands at once.
 *
 * @module
 */

export { defineGpuEnv } from "./define_gpu_env.ts";
export {
  GpuEnv,
  type GpuEnvDefinition,
  type GpuEnvDescription,
  type GpuEnvSource,
  type GpuObservationSpace,
} from "./gpu_env.ts";
export { gpuEnvIds, makeGpu, type MakeGpuOptions } from "./make_gpu.ts";

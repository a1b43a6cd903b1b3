/**
 * How many environments a run has, and whether they are in this process or on the GPU: what flags and the
 * preset say.
 *
 * @module
 */

import { checkGpuConfig } from "../agent/gpu_source.ts";
import type { ResolvedConfig } from "../dqn/config.ts";
import type { Preset } from "../dqn/presets/preset.ts";
import { gpuEnvIds } from "../envs/gpu/make_gpu.ts";
import type { Arguments } from "./args.ts";
import { UsageError } from "./flag_values.ts";
import type { StageRequest } from "./stage.ts";

/** How many environments a run has, and where they are. */
export type Places = Pick<StageRequest, "numEnvs" | "isOnGpu">;

/**
 * Says how many environments a run has, and where: what flags say, and where they say nothing the preset.
 *
 * @param given Flags.
 * @param preset What the preset wants.
 */
export function placesOf(
  given: Pick<Arguments, "numEnvs" | "gpuEnvs">,
  preset: Pick<Preset, "numEnvs" | "gpuEnvs">,
): Places {
  // Whoever counts environments on the host wants them there, whatever the preset has.
  const wanted = given.numEnvs === undefined ? preset.gpuEnvs : null;
  const { gpuEnvs = wanted ?? null } = given;
  return gpuEnvs === null
    ? { numEnvs: given.numEnvs ?? preset.numEnvs ?? 1 }
    : { numEnvs: gpuEnvs, isOnGpu: true };
}

/**
 * Refuses flags that contradict each other, or want an environment on the GPU that is not there, or that
 * goes with other options only.
 *
 * @param given Flags.
 * @param preset The preset that they name.
 * @param config What a new agent learns with.
 * @throws {UsageError} That says which.
 */
export function checkPlaces(
  given: Pick<Arguments, "numEnvs" | "gpuEnvs" | "load">,
  preset: Preset,
  config: ResolvedConfig,
): void {
  if (given.numEnvs !== undefined && typeof given.gpuEnvs === "number") {
    throw new UsageError("--num-envs and --gpu-envs: one of them only");
  }
  const { env } = preset;
  if (!placesOf(given, preset).isOnGpu) return;
  if (!gpuEnvIds().includes(env)) {
    throw new UsageError(
      `--gpu-envs: ${env} does not run on the GPU; there are ${gpuEnvIds().join(", ")}`,
    );
  }
  // A loaded agent has options of its own.
  if (given.load !== undefined) return;
  try {
    checkGpuConfig(config);
  } catch (error) {
    throw new UsageError(`--gpu-envs: ${(error as Error).message}`);
  }
}

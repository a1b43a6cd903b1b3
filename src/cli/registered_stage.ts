/**
 * The stage of environments that are registered here: they run in this process, or on the GPU.
 *
 * @module
 */

import type { SingleEnv } from "../agent/feed.ts";
import { makeGpu } from "../envs/gpu/make_gpu.ts";
import { filmed } from "./film.ts";
import { learnable } from "./learnable.ts";
import type { JudgeEnv, Stage, StageRequest } from "./stage.ts";

/** Lanes of an evaluation on the GPU at most. */
const MOST_JUDGES = 256;

/**
 * Opens a stage of registered environments.
 *
 * @param request Which, how many, and where.
 * @param make Makes one by its id.
 */
export function registeredStage(
  { env: id, numEnvs, isOnGpu = false }: StageRequest,
  make: (id: string) => SingleEnv = learnable,
): Stage {
  const made: SingleEnv[] = [];
  const one = (): SingleEnv => {
    const env = make(id);
    made.push(env);
    return env;
  };
  // Evaluations come one after the other, and each resets what it plays in. On the GPU the first one says
  // how many lanes are worth it, and later ones, for which other kernels would be compiled, share them.
  let judge: JudgeEnv | undefined = isOnGpu ? undefined : one();
  return {
    maxEpisodeSteps: (judge ?? makeGpu(id, 1)).spec?.maxEpisodeSteps,
    lanes() {
      if (isOnGpu) return Promise.resolve(makeGpu(id, numEnvs));
      const envs = Array.from({ length: numEnvs }, one);
      return Promise.resolve(numEnvs === 1 ? envs[0] : envs);
    },
    judges(episodes) {
      return Promise.resolve(judge ??= makeGpu(id, Math.min(episodes, MOST_JUDGES)));
    },
    // A picture is drawn here: the environment of that name in this process is the same one.
    film: () => Promise.resolve(filmed(one())),
    ...isOnGpu && {
      notes: () => [
        `${numEnvs === 1 ? "one environment" : `${numEnvs} environments`} on the GPU, in lockstep`,
      ],
    },
    [Symbol.asyncDispose]() {
      for (const env of made) env.close();
      return Promise.resolve();
    },
  };
}

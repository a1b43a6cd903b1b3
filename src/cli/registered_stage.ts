/**
 * The stage of environments that are registered here and run in this process.
 *
 * @module
 */

import type { SingleEnv } from "../agent/feed.ts";
import { filmed } from "./film.ts";
import { learnable } from "./learnable.ts";
import type { Stage, StageRequest } from "./stage.ts";

/**
 * Opens a stage of registered environments.
 *
 * @param request Which, and how many.
 * @param make Makes one by its id.
 */
export function registeredStage(
  { env: id, numEnvs }: StageRequest,
  make: (id: string) => SingleEnv = learnable,
): Stage {
  const made: SingleEnv[] = [];
  const one = (): SingleEnv => {
    const env = make(id);
    made.push(env);
    return env;
  };
  // Evaluations come one after the other, and each resets what it plays in.
  const judge = one();
  return {
    maxEpisodeSteps: judge.spec?.maxEpisodeSteps,
    lanes() {
      const envs = Array.from({ length: numEnvs }, one);
      return Promise.resolve(numEnvs === 1 ? envs[0] : envs);
    },
    judges: () => Promise.resolve(judge),
    film: () => Promise.resolve(filmed(one())),
    [Symbol.asyncDispose]() {
      for (const env of made) env.close();
      return Promise.resolve();
    },
  };
}

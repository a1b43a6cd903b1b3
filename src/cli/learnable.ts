/**
 * Environments as a network can learn in them: observations that are no Box become one.
 *
 * @module
 */

import type { SingleEnv } from "../agent/feed.ts";
import { make } from "../envs/registry.ts";
import { Box } from "../envs/spaces/box.ts";
import { Discrete } from "../envs/spaces/discrete.ts";
import { FlattenObservation } from "../envs/wrappers/flatten_observation.ts";
import { OneHot } from "../envs/wrappers/one_hot.ts";
import type { Env } from "../envs/env.ts";

/**
 * Makes a registered environment; one whose observations are a number is seen as one-hot vectors, one
 * with other observations that are no Box as their flattened vectors.
 *
 * @param id Its name.
 */
export function learnable(id: string): SingleEnv {
  const env = make<unknown>(id);
  if (env.observationSpace instanceof Box) return env as SingleEnv;
  if (env.observationSpace instanceof Discrete) return new OneHot(env as Env<number, number>);
  return new FlattenObservation(env) as unknown as SingleEnv;
}

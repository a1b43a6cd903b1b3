/** What feeds an agent: the environments that it was created for, told apart and checked. */

import { show } from "../dqn/validate.ts";
import type { Env } from "../envs/env.ts";
import { GpuEnv } from "../envs/gpu/gpu_env.ts";
import type { VectorEnv } from "../envs/vector/vector_env.ts";
import { envName } from "../envs/wrappers/wrapper.ts";
import { EnvLanes } from "./env_lanes.ts";
import type { Lanes } from "./lanes.ts";
import type { Recorder } from "./recorder.ts";
import { type Observation, type Shape, shapeOf, type Spaces } from "./spaces.ts";
import { VectorLanes } from "./vector_lanes.ts";

/** A single environment that an agent can learn in. */
export type SingleEnv = Env<Observation, number>;

/** A vector environment that an agent can learn in. */
export type ParallelEnv = VectorEnv<Observation, number>;

/** What an agent can be created for: an environment, several side by side, or spaces alone. */
export type AgentEnv = SingleEnv | readonly SingleEnv[] | ParallelEnv | GpuEnv | Spaces;

/** Environments with the sizes that all of them have. */
export interface Feed {
  /** Those of each environment. */
  readonly spaces: Spaces;
  /** None where only spaces were given. */
  readonly envs: readonly SingleEnv[] | ParallelEnv | GpuEnv;
  readonly shape: Shape;
  /** How many environments. */
  readonly count: number;
}

/** Whether it is a vector environment. */
export function isVectorEnv(env: unknown): env is ParallelEnv {
  return typeof env === "object" && env !== null && "numEnvs" in env && "autoresetMode" in env;
}

/** The registered name of the environments; null where they have none, or there are only spaces. */
export function feedId({ envs }: Feed): string | null {
  const one = Array.isArray(envs) ? envs[0] : envs as ParallelEnv | GpuEnv;
  return one?.spec?.id ?? null;
}

/** What errors call the environments of a feed. */
export function feedName({ envs }: Feed): string {
  return String(Array.isArray(envs) ? envs[0] : envs);
}

/**
 * Tells what was given apart.
 *
 * @throws {TypeError} When there is none, spaces differ or are of another kind, or one is given twice.
 */
export function readFeed(env: AgentEnv): Feed {
  if (isVectorEnv(env) || env instanceof GpuEnv) {
    const { singleObservationSpace: observationSpace, singleActionSpace: actionSpace } = env;
    const spaces = { observationSpace, actionSpace };
    return { spaces, envs: env, shape: shapeOf(spaces), count: env.numEnvs };
  }
  const several = Array.isArray(env) ? env as readonly SingleEnv[] : undefined;
  const first = several ? several[0] : env as SingleEnv | Spaces;
  if (several?.length === 0) {
    throw new TypeError("DQN.create wants at least one environment, got none");
  }
  for (const one of several ?? [first]) checkIsEnv(one);
  const envs = several ?? ("step" in first ? [first as SingleEnv] : []);
  const shape = shapeOf(first);
  for (const [lane, other] of envs.entries()) {
    if (envs.indexOf(other) < lane) {
      throw new TypeError(
        `each lane needs an environment of its own, and ${envName(other)} was given twice`,
      );
    }
    if (String(Object.values(shapeOf(other))) !== String(Object.values(shape))) {
      throw new TypeError(
        `all environments must have the same spaces: ${first} and ${other} differ`,
      );
    }
  }
  const { observationSpace, actionSpace } = first;
  return { spaces: { observationSpace, actionSpace }, envs, shape, count: envs.length };
}

/** Refuses what is neither an environment nor its spaces. */
function checkIsEnv(given: unknown): void {
  if (typeof given === "object" && given !== null && "observationSpace" in given) return;
  const example = `make(${typeof given === "string" ? show(given) : '"CartPole-v1"'})`;
  const shown = given instanceof Promise ? "a promise: await it" : show(given);
  throw new TypeError(`an environment is wanted, as ${example} gives, got ${shown}`);
}

/**
 * Lanes for the environments on the host; none where there are only spaces, or all are on the GPU.
 *
 * @param feed The environments.
 * @param recorder Where what they return is stored.
 * @param seed The run's seed.
 */
export function openLanes(
  { envs, shape, count }: Feed,
  recorder: Recorder,
  seed: number,
): Lanes | undefined {
  if (envs instanceof GpuEnv) return undefined;
  if (isVectorEnv(envs)) return new VectorLanes(envs, shape, recorder, seed);
  return count > 0 ? new EnvLanes(envs, shape, recorder, seed) : undefined;
}

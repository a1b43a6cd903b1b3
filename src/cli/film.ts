/**
 * Films: an environment whose pictures are kept while an episode is played in it.
 *
 * @module
 */

import type { ParallelEnv, SingleEnv } from "../agent/feed.ts";
import type { Observation } from "../agent/spaces.ts";
import type { ResetOptions, ResetResult, StepResult } from "../envs/env.ts";
import type { RGBImage } from "../envs/render/image.ts";
import { Wrapper } from "../envs/wrappers/wrapper.ts";
import { GifWriter } from "../io/gif.ts";
import { observationPicture } from "./observation_picture.ts";

/** An environment, and the pictures of what is played in it. */
export interface Film {
  /** Where one episode is to be played. */
  readonly env: SingleEnv | ParallelEnv;
  /** The pictures; drawn into the GIF at once, for a thousand would fill the memory. */
  readonly gif: GifWriter;
  /** What they show, where it is not what the environment draws. */
  readonly shows?: string;
}

/** What pictures of observations are, in words. */
export const AS_SEEN = "as the agent sees it";

/** Pictures a second where the environment does not say. */
const FPS = 30;

/** Takes a picture of each moment of a single environment. */
class Filmed extends Wrapper<Observation> {
  readonly #shoot: (observation: Observation) => void;

  constructor(env: SingleEnv, shoot: (observation: Observation) => void) {
    super(env);
    this.#shoot = shoot;
  }

  override reset(options?: ResetOptions): ResetResult<Observation> {
    const result = super.reset(options);
    this.#shoot(result[0]);
    return result;
  }

  override step(action: number): StepResult<Observation> {
    const result = super.step(action);
    this.#shoot(result[0]);
    return result;
  }
}

/**
 * Films a single environment: by its own pictures, or where it has none by its observations.
 *
 * @throws {Error} When these are no pictures either.
 */
export function filmed(env: SingleEnv): Film {
  const gif = new GifWriter({ fps: env.renderFps ?? FPS });
  const draw = env.render ? undefined : observationPicture(env.observationSpace);
  if (!env.render && !draw) throw new Error(`--gif: ${env.spec?.id ?? env} has no picture`);
  const shoot = (observation: Observation) => gif.add(draw?.(observation) ?? env.render!());
  return { env: new Filmed(env, shoot), gif, ...draw && { shows: AS_SEEN } };
}

/**
 * Films a vector environment of one lane.
 *
 * @param env The environment; `evaluate` resets it and steps it to the end of an episode.
 * @param fps Pictures a second.
 * @param draw The picture of the moment; made of the observation when left out.
 * @throws {Error} When the observations are no pictures, and nothing else draws.
 */
export function filmedVector(
  env: ParallelEnv,
  fps: number,
  draw?: () => RGBImage | Promise<RGBImage>,
): Film {
  const gif = new GifWriter({ fps });
  const asSeen = draw ? undefined : observationPicture(env.singleObservationSpace);
  if (!draw && !asSeen) throw new Error(`--gif: ${env.spec?.id ?? env} has no picture`);
  const shoot = async (observation: Observation) =>
    gif.add(asSeen ? asSeen(observation) : await draw!());
  const watched: ParallelEnv = {
    numEnvs: env.numEnvs,
    singleObservationSpace: env.singleObservationSpace,
    singleActionSpace: env.singleActionSpace,
    autoresetMode: env.autoresetMode,
    spec: env.spec,
    async reset(options) {
      const result = await env.reset(options);
      await shoot(result[0]);
      return result;
    },
    async step(actions) {
      const result = await env.step(actions);
      await shoot(result[0]);
      return result;
    },
    close: () => env.close(),
    toString: () => String(env),
  };
  return { env: watched, gif, ...asSeen && { shows: AS_SEEN } };
}

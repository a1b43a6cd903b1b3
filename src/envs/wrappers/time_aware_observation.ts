/**
 * The wrapper that tells the time with the observation.
 *
 * @module
 */

import type { Env, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { countFromJson, type JsonValue, recordFromJson } from "../json.ts";
import { Box } from "../spaces/box.ts";
import { Dict } from "../spaces/dict.ts";
import { flatten, flattenSpace } from "../spaces/flatten.ts";
import type { Space } from "../spaces/space.ts";
import { Tuple } from "../spaces/tuple.ts";
import { float32Source } from "./box_of.ts";
import { ObservationWrapper } from "./observation_wrapper.ts";
import { TimeLimit } from "./time_limit.ts";
import { envName, Wrapper } from "./wrapper.ts";

/** How {@linkcode TimeAwareObservation} tells the time. */
export interface TimeAwareObservationOptions {
  /** Whether observations become flat Float32Arrays, true if left out. */
  readonly flatten?: boolean;
  /** Whether the time goes from 0 to 1 instead of counting steps, false if left out. */
  readonly normalizeTime?: boolean;
  /** The time's key where observations are records, "time" if left out. */
  readonly dictTimeKey?: string;
}

/**
 * Adds to the observation how many steps the episode has had, as Gymnasium's
 * `TimeAwareObservation`: where episodes have a time limit, what an action is worth depends on the
 * time left (F. Pardo et al., "Time Limits in Reinforcement Learning", 2018).
 *
 * | option          | type    | default | meaning                                                 |
 * | --------------- | ------- | ------- | ------------------------------------------------------- |
 * | `flatten`       | boolean | true    | a Float32Array: the observation flat, then the time     |
 * | `normalizeTime` | boolean | false   | steps / limit from 0 to 1 (float32), not steps (int32)  |
 * | `dictTimeKey`   | string  | "time"  | the time's key among those of a Dict                    |
 *
 * With `flatten: false` the observation is a record `{ obs, time }`; where it was a record it gets
 * the key, where it was a list an element at its end. Flattened, a record's parts lie in the order
 * of its keys, the time among them.
 *
 * Flattened observations hold Gymnasium's numbers, but always as float32; Gymnasium's are float64
 * where an int32 time, or an int64, meets float32 numbers.
 *
 * The environment needs a time limit: a {@linkcode TimeLimit} around it, or one in its `spec`.
 *
 * @example
 * ```ts
 * import { make, TimeAwareObservation } from "@dinoq/dinoq";
 *
 * const env = new TimeAwareObservation(make("CartPole-v1"), { normalizeTime: true });
 * env.reset({ seed: 1 });
 * env.step(0)[0][4]; // 0.002, the first of 500 steps
 * ```
 *
 * @typeParam Obs an observation's type, outside
 * @typeParam Act an action's type
 * @typeParam InnerObs an observation's type, inside
 */
export class TimeAwareObservation<Obs = Float32Array, Act = number, InnerObs = Float32Array>
  extends ObservationWrapper<Obs, Act, InnerObs> {
  /** The limit: the time that an episode can reach. */
  readonly maxTimesteps: number;
  readonly #timed: Timed;
  readonly #normalizeTime: boolean;
  readonly #flat: { next(): Float32Array } | undefined;
  #timesteps = 0;

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap, one with a time limit
   * @param options how to tell the time
   */
  constructor(env: Env<InnerObs, Act>, options: TimeAwareObservationOptions = {}) {
    const { flatten = true, normalizeTime = false, dictTimeKey = "time" } = options;
    for (const [name, given] of Object.entries({ flatten, normalizeTime })) {
      if (typeof given !== "boolean") {
        throw new TypeError(`TimeAwareObservation: ${name} must be a boolean, got ${given}`);
      }
    }
    const limit = limitOf(env);
    const time = normalizeTime ? new Box(0, 1, [1]) : new Box(0, limit, [1], "int32");
    const timed = addTime(env.observationSpace, time, dictTimeKey);
    super(env, (flatten ? float32Box(timed.space) : timed.space) as Space<unknown> as Space<Obs>);
    this.maxTimesteps = limit;
    this.#timed = timed;
    this.#normalizeTime = normalizeTime;
    this.#flat = flatten ? float32Source(flattenSpace(timed.space).size) : undefined;
  }

  /** How many steps the episode has had. */
  get timesteps(): number {
    return this.#timesteps;
  }

  /** Starts an episode, at time 0. */
  override reset(options?: ResetOptions): ResetResult<Obs> {
    const [observation, info] = this.env.reset(options);
    this.#timesteps = 0;
    return [this.observation(observation), info];
  }

  /** Takes an action, which takes a step's time. */
  override step(action: Act): StepResult<Obs> {
    const [observation, reward, terminated, truncated, info] = this.env.step(action);
    this.#timesteps++;
    return [this.observation(observation), reward, terminated, truncated, info];
  }

  /** The observation with the time. */
  override observation(observation: InnerObs): Obs {
    const time = this.#normalizeTime ? this.#timesteps / this.maxTimesteps : this.#timesteps;
    const { space, join } = this.#timed;
    if (this.#flat !== undefined) {
      const flat = this.#flat.next();
      const box: unknown = this.env.observationSpace;
      if (box instanceof Box) {
        flat.set(observation as ArrayLike<number>);
        flat[box.size] = time;
      } else flat.set(flatten(space, join(observation, Float32Array.of(time))));
      return flat as Obs;
    }
    return join(
      observation,
      this.#normalizeTime ? Float32Array.of(time) : Int32Array.of(time),
    ) as Obs;
  }

  /** The time and the space's generator. */
  protected override saveOwn(): { readonly [key: string]: JsonValue } {
    return { ...super.saveOwn(), timesteps: this.#timesteps };
  }

  /** Takes back what {@linkcode TimeAwareObservation.saveOwn} gave. */
  protected override loadOwn(own: JsonValue): void {
    const record = recordFromJson(own, "the state of TimeAwareObservation");
    const timesteps = countFromJson(record.timesteps, "timesteps of TimeAwareObservation");
    super.loadOwn(own);
    this.#timesteps = timesteps;
  }
}

/** A space with the time in it, and how to put the time into an element. */
interface Timed {
  readonly space: Space<unknown>;
  readonly join: (observation: unknown, time: Float32Array | Int32Array) => unknown;
}

function addTime(space: Space<unknown>, time: Space<unknown>, key: string): Timed {
  if (space instanceof Dict) {
    const { spaces, keys } = space as Dict<{ readonly [key: string]: Space<unknown> }>;
    if (keys.includes(key)) {
      throw new RangeError(
        `TimeAwareObservation: the observation has a key ${JSON.stringify(key)} already; ` +
          "give another dictTimeKey",
      );
    }
    return {
      space: new Dict({ [key]: time, ...spaces }),
      join: (observation, time) => ({ ...(observation as Record<string, unknown>), [key]: time }),
    };
  }
  if (space instanceof Tuple) {
    return {
      space: new Tuple([...space.spaces, time]),
      join: (observation, time) => [...(observation as unknown[]), time],
    };
  }
  return {
    space: new Dict({ obs: space, time }),
    join: (observation, time) => ({ obs: observation, time }),
  };
}

function float32Box(space: Space<unknown>): Box {
  const { low, high, shape } = flattenSpace(space);
  return new Box(low, high, shape);
}

function limitOf(env: Env<unknown, unknown>): number {
  let inner: Env<unknown, unknown> = env;
  while (inner instanceof Wrapper) {
    if (inner instanceof TimeLimit) return inner.maxEpisodeSteps;
    inner = inner.env as Env<unknown, unknown>;
  }
  if (env.spec?.maxEpisodeSteps !== undefined) return env.spec.maxEpisodeSteps;
  throw new TypeError(
    `TimeAwareObservation: ${
      envName(inner)
    } has no time limit; put a TimeLimit around it first, or give make() maxEpisodeSteps`,
  );
}

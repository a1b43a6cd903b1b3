/**
 * What the learner works with, read from an environment's spaces, and the checks on what environments
 * return.
 *
 * It is checked once, before it can reach the replay buffer: a NaN that got in would poison the network
 * long after its cause is gone.
 */

import type { ResolvedConfig } from "../dqn/config.ts";
import type { FrameShape } from "../dqn/view.ts";
import type { Space } from "../envs/env.ts";
import { Box } from "../envs/spaces/box.ts";
import { Discrete } from "../envs/spaces/discrete.ts";
import type { ObservationArray } from "../envs/vector/vector_env.ts";

/** An observation: a typed array of any of a Box's dtypes. The learner computes in float32. */
export type Observation = ObservationArray;

/** The spaces that the learner works with: arrays in, one of several actions out. */
export interface Spaces {
  /** A Box. */
  readonly observationSpace: Space<Observation>;
  /** A Discrete. */
  readonly actionSpace: Space<number>;
}

/** Sizes read from the spaces. */
export interface Shape extends Required<FrameShape> {
  /** Number of actions. */
  readonly actions: number;
  /** What the environment calls the first of them. */
  readonly firstAction: number;
}

/**
 * Reads the sizes out of the spaces.
 *
 * @throws {TypeError} When the spaces are of another kind.
 */
export function shapeOf({ observationSpace, actionSpace }: Spaces): Shape {
  if (!(observationSpace instanceof Box)) {
    const remedy = (observationSpace as unknown) instanceof Discrete
      ? ": wrap the environment in OneHot"
      : ": FlattenObservation makes one of other spaces";
    throw new TypeError(`DQN needs observations in a Box, got ${observationSpace}${remedy}`);
  }
  if (!(actionSpace instanceof Discrete)) {
    throw new TypeError(`DQN needs a Discrete action space, got ${actionSpace}`);
  }
  const { n, start } = actionSpace;
  const { size, shape, dtype } = observationSpace;
  const isBytes = dtype === "uint8";
  return {
    observationSize: size,
    observationShape: shape,
    isBytes,
    isShades: isBytes && (observationSpace.high as Uint8Array).includes(255),
    actions: n,
    firstAction: start,
  };
}

/**
 * What an agent with such a network needs of spaces, in words: where these are the same, either's
 * observations mean the same to it.
 */
export function spacesText(
  { observationSize, observationShape, isBytes, isShades, actions, firstAction }: Shape,
  { network = "mlp" }: Partial<Pick<ResolvedConfig, "network">> = {},
): string {
  const size = network === "mlp"
    ? `${observationSize} numbers`
    : `pictures of shape [${observationShape.join(", ")}]`;
  const range = network === "mlp" ? "" : isShades ? " from 0 to 255" : " below 255";
  const kind = isBytes ? ` (bytes${range})` : "";
  return `${size}${kind} and ${actions} actions from ${firstAction} on`;
}

/**
 * Throws unless the observation is an array of finite numbers of the right length.
 *
 * @param who Who gave it, for the error, which is put together when there is one.
 * @param call By which call of theirs.
 */
export function checkObservation(
  observation: Observation,
  size: number,
  who: string,
  call?: string,
): void {
  const isArray = ArrayBuffer.isView(observation as unknown);
  if (!isArray || observation.length !== size) {
    const given = isArray
      ? `${observation.length} numbers`
      : Object.prototype.toString.call(observation);
    throw new TypeError(
      `${source(who, call)}: wanted a typed array of ${size} numbers, got ${given}`,
    );
  }
  // Whole numbers are finite; a picture has thousands of them.
  if (!(observation instanceof Float32Array) && !(observation instanceof Float64Array)) return;
  for (let i = 0; i < size; i++) {
    if (!Number.isFinite(observation[i])) {
      throw new RangeError(
        `${source(who, call)}: number ${i} of the observation is ${observation[i]}`,
      );
    }
  }
}

/**
 * Throws unless an agent can see the observation: a stack of as many as it looks at, and bytes where the
 * network reads bytes.
 *
 * @param call Which call it was given to, for the error.
 */
export function checkSeen(
  observation: Observation,
  { observationSize, isBytes, frameStack }:
    & Pick<Shape, "observationSize" | "isBytes">
    & Pick<ResolvedConfig, "frameStack">,
  call: string,
): void {
  if (frameStack > 1 && observation?.length === observationSize) {
    throw new TypeError(
      `${call}: this agent sees ${frameStack} observations at once (frameStack), and got one: give it ` +
        `the newest ${frameStack}, oldest first, as the wrapper FrameStack puts them together`,
    );
  }
  checkObservation(observation, frameStack * observationSize, call);
  if (!isBytes || observation instanceof Uint8Array) return;
  const at = observation.findIndex((x: number) => !(Number.isInteger(x) && x >= 0 && x <= 255));
  if (at < 0) return;
  throw new RangeError(
    `${call}: this agent sees bytes, as its environment gives them, and number ${at} of the ` +
      `observation is ${
        observation[at]
      }: an integer from 0 to 255 is wanted (the network scales them)`,
  );
}

/** Throws unless the reward is a finite number; see {@link checkObservation} for who gave it. */
export function checkReward(reward: number, who: string, call?: string): void {
  if (typeof reward !== "number" || !Number.isFinite(Math.fround(reward))) {
    throw new RangeError(
      `${source(who, call)}: the reward must be a finite number, got ${reward}`,
    );
  }
}

function source(who: string, call: string | undefined): string {
  return call === undefined ? who : `${who}.${call}`;
}

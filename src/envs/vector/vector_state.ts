/**
 * The state of a vector environment as JSON: the same whether its environments are in this process or
 * in workers, so that either goes on from the other's.
 *
 * @module
 */

import { arrayFromJson, type JsonValue, recordFromJson } from "../json.ts";
import type { LaneState } from "./lane_group.ts";
import type { Space } from "../spaces/space.ts";
import type { AutoresetMode, VectorEnv } from "./vector_env.ts";
import type { VectorPhase } from "./vector_guard.ts";

/** What a state says. */
export interface VectorState {
  /** Where the vector environment stands. */
  readonly phase: VectorPhase;
  /** Each lane's part. */
  readonly lanes: readonly LaneState[];
}

type Described = Pick<
  VectorEnv<unknown, unknown>,
  "numEnvs" | "autoresetMode" | "singleObservationSpace" | "singleActionSpace"
>;

/** The whole state. */
export function vectorStateToJson(env: Described, { phase, lanes }: VectorState): JsonValue {
  return {
    autoresetMode: env.autoresetMode,
    phase,
    observationSpace: env.singleObservationSpace.getState(),
    actionSpace: env.singleActionSpace.getState(),
    lanes: lanes.map(({ env, observation, ended }) => ({ env, observation, ended })),
  };
}

/**
 * Reads a state for a vector environment; nothing is changed yet.
 *
 * @throws {TypeError} When it is none, or of another count or mode.
 */
export function vectorStateFromJson(env: Described, state: JsonValue): VectorState {
  const what = `the state of ${env}`;
  const record = recordFromJson(state, what);
  if (record.autoresetMode !== env.autoresetMode) {
    throw new TypeError(
      `${what} must be of autoresetMode "${env.autoresetMode}", got ${
        JSON.stringify(record.autoresetMode)
      }`,
    );
  }
  const { phase } = record;
  if (phase !== "unreset" && phase !== "running" && phase !== "failed") {
    throw new TypeError(
      `phase in ${what} must be "unreset", "running" or "failed", got ${JSON.stringify(phase)}`,
    );
  }
  const lanes = arrayFromJson(record.lanes, `lanes in ${what}`);
  if (lanes.length !== env.numEnvs) {
    throw new TypeError(`${what} must hold ${env.numEnvs} lanes, got ${lanes.length}`);
  }
  return { phase, lanes: lanes.map((lane) => laneFromJson(lane, env.autoresetMode, what)) };
}

function laneFromJson(json: JsonValue, mode: AutoresetMode, what: string): LaneState {
  const { env, observation, ended } = recordFromJson(json, `a lane in ${what}`);
  if (
    env === undefined || observation === undefined || typeof ended !== "boolean" ||
    (ended && mode === "same_step")
  ) {
    throw new TypeError(
      `a lane in ${what} must have env, observation and ended, got ${JSON.stringify(json)}`,
    );
  }
  return { env, observation, ended };
}

/** Sets the generators of both spaces, or of none when a state is bad. */
export function setSpaceStates(env: Described, state: JsonValue): () => void {
  const record = recordFromJson(state, `the state of ${env}`);
  const spaces: [Space<unknown>, JsonValue | undefined][] = [
    [env.singleObservationSpace, record.observationSpace],
    [env.singleActionSpace, record.actionSpace],
  ];
  const before = spaces.map(([space]) => space.getState());
  const restore = () => spaces.forEach(([space], i) => space.setState(before[i]));
  try {
    for (const [space, own] of spaces) space.setState(own as JsonValue);
  } catch (error) {
    restore();
    throw error;
  }
  return restore;
}

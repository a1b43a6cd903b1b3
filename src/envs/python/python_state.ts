/**
 * The state of Python's environments as JSON: that of any vector environment, and what runs in Python,
 * which is compared before anything is sent.
 *
 * @module
 */

import { type JsonValue, recordFromJson } from "../json.ts";
import type { VectorEnv } from "../vector/vector_env.ts";
import type { VectorPhase } from "../vector/vector_guard.ts";
import { vectorStateFromJson, vectorStateToJson } from "../vector/vector_state.ts";
import type { PythonVersions } from "./python_setup.ts";

/** What a state says. */
export interface PythonState {
  /** Where the vector environment stands. */
  readonly phase: VectorPhase;
  /** Each lane's state, as Python made it. */
  readonly lanes: readonly Uint8Array[];
  /** Which episodes have ended and wait for a reset. */
  readonly ended: readonly boolean[];
}

type Described =
  & Pick<
    VectorEnv<unknown, unknown>,
    "numEnvs" | "autoresetMode" | "singleObservationSpace" | "singleActionSpace"
  >
  & { readonly chain: string; readonly versions: PythonVersions };

/** The whole state. */
export function pythonStateToJson(env: Described, { phase, lanes, ended }: PythonState): JsonValue {
  // The observations are in what Python made.
  const saved = lanes.map((bytes, lane) => ({
    env: bytes.toBase64(),
    observation: null,
    ended: ended[lane],
  }));
  const { chain, versions } = env;
  const state = vectorStateToJson(env, { phase, lanes: saved }) as Record<string, JsonValue>;
  return { ...state, chain, versions: { ...versions } };
}

/**
 * Reads a state.
 *
 * @throws {TypeError} When it is none, or of other environments.
 */
export function pythonStateFromJson(env: Described, state: JsonValue): PythonState {
  const { phase, lanes } = vectorStateFromJson(env, state);
  const what = `the state of ${env}`;
  const { chain } = recordFromJson(state, what);
  if (chain !== env.chain) {
    throw new TypeError(
      `${what} must be of environments ${env.chain}, got one of ${JSON.stringify(chain)}`,
    );
  }
  return {
    phase,
    lanes: lanes.map((lane) => fromBase64(lane.env, what)),
    ended: lanes.map(({ ended }) => ended),
  };
}

/** What a state was made with, for the error when it can't be taken; empty where that is the same. */
export function otherVersions(env: Described, state: JsonValue): string {
  const { versions } = recordFromJson(state, `the state of ${env}`);
  const [then, now] = [versions, env.versions].map((given) => JSON.stringify(given ?? null));
  return then === now ? "" : `it was saved with ${then}, and this is ${now}`;
}

function fromBase64(json: JsonValue, what: string): Uint8Array {
  try {
    if (typeof json === "string") return Uint8Array.fromBase64(json);
  } catch {
    // It is no base64.
  }
  throw new TypeError(`env of a lane in ${what} must be base64, got ${JSON.stringify(json)}`);
}

/**
 * What the classic control environments' `getState` writes and `setState` reads.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { type EpisodePhase, phaseFromJson } from "../episode_phase.ts";
import {
  arrayFromJson,
  floatFromJson,
  floatToJson,
  type JsonValue,
  recordFromJson,
} from "../json.ts";
import { generatorFromJson, generatorToJson, type PCG64 } from "../rng/pcg64.ts";
import { restoreSpaces } from "../saved_spaces.ts";

/** Everything but the spaces' generators. */
export interface SavedState {
  /** The numbers of the mechanics, exactly. */
  readonly state: ArrayLike<number>;
  /** Where the episode stands. */
  readonly phase: EpisodePhase;
  /** The generator of starts. */
  readonly rng: PCG64 | undefined;
}

/** The state as JSON, with the states of the two spaces' generators. */
export function savedToJson(env: Env, saved: SavedState): JsonValue {
  return {
    state: Array.from(saved.state, floatToJson),
    phase: saved.phase,
    rng: generatorToJson(saved.rng),
    actionSpace: env.actionSpace.getState(),
    observationSpace: env.observationSpace.getState(),
  };
}

/**
 * Reads what {@linkcode savedToJson} wrote and gives the two spaces their states; what throws changes
 * nothing.
 *
 * @param env the environment whose state it is to be
 * @param name the environment's, for errors
 * @param json the state
 * @param length how many numbers the mechanics have
 */
export function savedFromJson(
  env: Env,
  name: string,
  json: JsonValue,
  length: number,
): SavedState {
  const what = `the state of ${name}`;
  const record = recordFromJson(json, what);
  const numbers = arrayFromJson(record.state, `state in ${what}`);
  if (numbers.length !== length) {
    throw new RangeError(`state in ${what} must hold ${length} numbers, got ${numbers.length}`);
  }
  const state = numbers.map((number) => floatFromJson(number, `a number in ${what}`));
  const phase = phaseFromJson(record.phase, `phase in ${what}`);
  const rng = generatorFromJson(record.rng);
  restoreSpaces(env, record);
  return { state, phase, rng };
}

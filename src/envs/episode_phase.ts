/**
 * Where an environment is in its episode, and the errors for stepping where none is running.
 *
 * @module
 */

import type { JsonValue } from "./json.ts";

/** Before the first reset, in an episode, or after its end. */
export type EpisodePhase = "unreset" | "running" | "terminated" | "truncated";

/** The phase after a step. */
export function phaseAfter(terminated: boolean, truncated: boolean): EpisodePhase {
  return terminated ? "terminated" : truncated ? "truncated" : "running";
}

/** The error for `step` in a phase other than "running"; `name` is the environment's. */
export function cannotStep(name: string, phase: EpisodePhase): Error {
  return new Error(
    phase === "unreset"
      ? `${name}: step() before the first reset(); call reset() to start an episode`
      : `${name}: step() after the episode was ${phase}; call reset() to start the next one`,
  );
}

/** A phase from a state; `what` names it in the error. */
export function phaseFromJson(value: JsonValue | undefined, what: string): EpisodePhase {
  if (
    value === "unreset" || value === "running" || value === "terminated" || value === "truncated"
  ) return value;
  throw new TypeError(
    `${what} must be "unreset", "running", "terminated" or "truncated", got ${
      JSON.stringify(value)
    }`,
  );
}

/**
 * The generators of an environment's two spaces, as `getState` writes them.
 *
 * @module
 */

import type { JsonValue } from "./json.ts";
import { generatorFromJson } from "./rng/pcg64.ts";

/** A space that can be given a state. */
interface Restorable {
  setState(state: JsonValue): void;
}

/**
 * Gives both spaces, of a `Box` or a `Discrete` each, the states that their `getState` gave; what throws
 * changes nothing.
 *
 * @param env whose spaces they are
 * @param saved the states
 */
export function restoreSpaces(
  { actionSpace, observationSpace }: { actionSpace: Restorable; observationSpace: Restorable },
  saved: { readonly actionSpace?: JsonValue; readonly observationSpace?: JsonValue },
): void {
  // Read once before anything changes, so that a bad state leaves all as it was.
  generatorFromJson(saved.actionSpace);
  generatorFromJson(saved.observationSpace);
  actionSpace.setState(saved.actionSpace!);
  observationSpace.setState(saved.observationSpace!);
}

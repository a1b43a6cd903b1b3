/**
 * What `Tuple` and `Dict` share: seeds for the spaces inside, and changes that happen to all of them
 * or to none.
 *
 * @module
 */

import type { JsonValue } from "../json.ts";
import { integers } from "../rng/integers.ts";
import { PCG64 } from "../rng/pcg64.ts";
import type { SampleWeights, Space } from "./space.ts";

/**
 * Changes the generators of several spaces; when one fails, all go back to where they were.
 *
 * @param spaces the spaces that `change` changes
 * @param change seeds them or sets their states
 */
export function allOrNone(spaces: readonly Space<unknown>[], change: () => void): void {
  const before = spaces.map((space) => space.getState());
  try {
    change();
  } catch (error) {
    spaces.forEach((space, i) => space.setState(before[i]));
    throw error;
  }
}

/**
 * Sets the states of several spaces: of all, or of none when a state is bad. Environments with more
 * than one space can use it in their `setState`.
 *
 * @param spaces the spaces
 * @param states their states, in the same order
 */
export function setStates(
  spaces: readonly Space<unknown>[],
  states: readonly (JsonValue | undefined)[],
): void {
  allOrNone(spaces, () => {
    // A missing state is refused by the space's own check, which knows what it wants.
    spaces.forEach((space, i) => space.setState(states[i] as JsonValue));
  });
}

/** Seeds of the spaces inside that follow from one seed, as Gymnasium draws them. */
export function subSeeds(seed: number, count: number): number[] {
  const rng = new PCG64(seed);
  return Array.from({ length: count }, () => integers(rng, 2 ** 31 - 1));
}

/** Refuses a mask and probabilities at once; `name` is the space's. */
export function refuseBoth(name: string, mask: SampleWeights, probability: SampleWeights): void {
  if (mask !== undefined && mask !== null && probability !== undefined && probability !== null) {
    throw new TypeError(`${name}: sample takes a mask or probabilities, not both`);
  }
}

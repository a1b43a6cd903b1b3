/**
 * Action masks: which actions an environment allows, read from what it tells and held as the bits of one
 * word.
 *
 * An environment tells `info.action_mask` at every reset and step: an array of 0 and 1 (or of booleans),
 * one for each action, the first one for the action space's first action. So do Gymnasium's Taxi and
 * PettingZoo's games. Bit a of the word is set where action a, counted from 0, is allowed. After a
 * termination nothing is done any more, so what is told there is not read.
 */

import type { Info } from "../envs/env.ts";
import type { VectorInfos } from "../envs/vector/vector_env.ts";

/** The bits of a word, and so the most actions that a mask can tell apart. */
const MAX_MASKED_ACTIONS = 32;

/** The mask that allows everything. */
export const ALL_ACTIONS = 0xffffffff;

/** Which of the lanes a vector environment's masks are for, and of how many. */
export interface LaneOfInfos {
  readonly lane: number;
  readonly lanes: number;
}

/**
 * Refuses action spaces that are too large for masks.
 *
 * @throws {RangeError} When there are more actions than a mask has bits.
 */
export function checkMaskedActions(actions: number): void {
  if (actions <= MAX_MASKED_ACTIONS) return;
  throw new RangeError(
    `actionMasks work with at most ${MAX_MASKED_ACTIONS} actions, and the environment has ${actions}`,
  );
}

/** Whether a mask allows an action. */
export function isAllowed(mask: number, action: number): boolean {
  return (mask >>> action & 1) === 1;
}

/** How many of the first `actions` actions a mask allows. */
export function countAllowed(mask: number, actions: number): number {
  let count = 0;
  for (let action = 0; action < actions; action++) count += mask >>> action & 1;
  return count;
}

/** The n-th action that a mask allows, n counted from 0. */
export function nthAllowed(mask: number, n: number): number {
  let action = 0;
  while (!isAllowed(mask, action) || n-- > 0) action++;
  return action;
}

/**
 * Makes a word of `actions` zeros and ones.
 *
 * @param given The zeros and ones, or booleans.
 * @param actions How many actions there are.
 * @param what What they are called, for errors.
 * @param from Where they begin.
 * @throws {RangeError} When an entry is neither 0 nor 1, or none is 1.
 */
export function packMask(given: unknown, actions: number, what: string, from = 0): number {
  const entries = given as ArrayLike<unknown>;
  let mask = 0;
  for (let action = 0; action < actions; action++) {
    const entry = entries[from + action];
    if (entry === 1 || entry === true) mask |= 1 << action;
    else if (entry !== 0 && entry !== false) {
      throw new RangeError(`${what} must hold 0 and 1, got ${entry} for action ${action}`);
    }
  }
  if (mask === 0) throw new RangeError(`${what} allows no action: at least one must be 1`);
  return mask >>> 0;
}

/** The zeros and ones of a mask. */
export function unpackMask(mask: number, into: Uint8Array): void {
  for (let action = 0; action < into.length; action++) into[action] = mask >>> action & 1;
}

/**
 * Reads a mask that stands by itself.
 *
 * @param given An array of `actions` zeros and ones.
 * @param actions How many actions there are.
 * @param what What it is called, for errors.
 * @throws {TypeError} When it is no array of that length.
 * @throws {RangeError} When an entry is neither 0 nor 1, or none is 1.
 */
export function readMask(given: unknown, actions: number, what: string): number {
  if (!isArray(given) || given.length !== actions) {
    throw new TypeError(
      `${what} must be an array of ${actions} zeros and ones, one for each action, got ${
        say(given)
      }`,
    );
  }
  return packMask(given, actions, what);
}

/**
 * Reads the mask of a single environment's info.
 *
 * @param info What came with the observation.
 * @param actions How many actions there are.
 * @param who The environment, for errors.
 * @param call The call that gave the info.
 */
export function maskOfInfo(info: Info, actions: number, who: string, call: string): number {
  return readMask(info?.action_mask, actions, `${who}.${call}: info.action_mask`);
}

/**
 * Reads the mask of one lane of a vector environment: a row of one typed array for all lanes, or an
 * entry of an array of arrays.
 *
 * @param infos What came with the observations.
 * @param place Which lane, of how many.
 * @param actions How many actions there are.
 * @param who The environment and its lane, for errors.
 * @param call The call that gave the infos.
 * @param path Where in the infos `action_mask` was looked for, for errors.
 */
export function maskOfInfos(
  infos: VectorInfos,
  { lane, lanes }: LaneOfInfos,
  actions: number,
  who: string,
  call: string,
  path = "infos",
): number {
  const what = `${who}.${call}: ${path}.action_mask`;
  const masks = infos?.action_mask;
  const has = infos?._action_mask as ArrayLike<unknown> | undefined;
  if (has && !has[lane]) return readMask(undefined, actions, what);
  const isFlat = ArrayBuffer.isView(masks) && isArray(masks);
  if (!isFlat) return readMask(isArray(masks) ? masks[lane] : masks, actions, what);
  if (masks.length !== lanes * actions) {
    throw new TypeError(
      `${what} must hold ${actions} zeros and ones for each of ${lanes} environments, got ` +
        `${masks.length} numbers`,
    );
  }
  return packMask(masks, actions, what, lane * actions);
}

/**
 * Reads the mask that came with the last observation of an episode, where the same step has begun the
 * next: it is in `final_info`, one record for all lanes or an array of infos.
 */
export function maskOfFinalInfo(
  infos: VectorInfos,
  place: LaneOfInfos,
  actions: number,
  who: string,
): number {
  const finals = infos?.final_info;
  if (isArray(finals)) {
    return maskOfInfo(finals[place.lane] as Info, actions, who, "step: final_info");
  }
  return maskOfInfos(finals as VectorInfos, place, actions, who, "step", "infos.final_info");
}

function isArray(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value) && "length" in value;
}

function say(value: unknown): string {
  if (value === undefined || value === null) return "none";
  return isArray(value) ? `${value.length} entries` : Object.prototype.toString.call(value);
}

/**
 * Transitions outside the replay buffer: what they look like to a user, the checks before they are
 * stored, and how they hang together.
 *
 * The replay buffer holds rows in time order, so that n-step returns can walk from one to the next.
 * Transitions from elsewhere are put together again: one goes on in the next when neither flag is set and
 * the next observation is, number by number, the observation that follows (with masks and next actions,
 * these too). Where one does not go on, its episode ends: by termination, or by truncation.
 */

import { packMask } from "./action_masks.ts";
import type { Shape } from "./spaces.ts";

/** Transitions to store, as flat arrays in time order. */
export interface TransitionData {
  /** [transitions × observation size] */
  readonly observations: ArrayLike<number>;
  /** [transitions × observation size]: at an episode's end its true last observation. */
  readonly nextObservations: ArrayLike<number>;
  /** [transitions], as the environment names them. */
  readonly actions: ArrayLike<number>;
  /** [transitions], as the environment gives them: rewardScale and rewardClip come later. */
  readonly rewards: ArrayLike<number>;
  /** [transitions]: whether the episode ended by the environment's own rules. */
  readonly terminated: ArrayLike<boolean | number>;
  /** [transitions]: whether the episode was ended or cut from outside; none when left out. */
  readonly truncated?: ArrayLike<boolean | number>;
  /** [transitions × actions] zeros and ones: what was allowed; needed with the option actionMasks. */
  readonly actionMasks?: ArrayLike<boolean | number>;
  /** [transitions × actions]: what was allowed then; not read after a termination. */
  readonly nextActionMasks?: ArrayLike<boolean | number>;
  /**
   * [transitions]: the action taken or drawn then, not read after a termination. Only the target "sarsa"
   * looks at it; without it, the last transition of a truncated episode can't be learnt from there.
   */
  readonly nextActions?: ArrayLike<number>;
}

/** Transitions of a replay buffer, lane by lane, each lane's in time order. */
export interface StoredTransitions extends TransitionData {
  /** [transitions × observation size]: bytes where the environment's are. */
  readonly observations: Float32Array | Uint8Array;
  /** [transitions × observation size] */
  readonly nextObservations: Float32Array | Uint8Array;
  /** [transitions], as the environment names them. */
  readonly actions: Int32Array;
  /** [transitions], as the environment gave them. */
  readonly rewards: Float32Array;
  /** [transitions]: 1 where the episode ended by the environment's own rules. */
  readonly terminated: Uint8Array;
  /** [transitions]: 1 where the episode was ended or cut from outside. */
  readonly truncated: Uint8Array;
  /** [transitions × actions]: 1 where allowed; with the option actionMasks. */
  readonly actionMasks?: Uint8Array;
  /** [transitions × actions]: all 1 after a termination. */
  readonly nextActionMasks?: Uint8Array;
  /** [transitions]: with the target "sarsa"; the first action after a termination. */
  readonly nextActions?: Int32Array;
}

/** What an agent needs of transitions. */
export interface TransitionNeeds {
  readonly shape: Shape;
  /** Whether masks are needed. */
  readonly usesMasks: boolean;
  /** Whether next actions are looked at. */
  readonly usesNextActions: boolean;
}

/** Transitions that have been checked: float32 or bytes, actions from 0, masks as words. */
export interface CheckedTransitions {
  readonly count: number;
  readonly observations: Float32Array | Uint8Array;
  readonly nextObservations: Float32Array | Uint8Array;
  readonly actions: Int32Array;
  readonly rewards: Float32Array;
  readonly terminated: Uint8Array;
  readonly masks?: Uint32Array;
  readonly nextMasks?: Uint32Array;
  readonly nextActions?: Int32Array;
  /** Whether each goes on in the one behind it. */
  readonly goesOn: Uint8Array;
}

/**
 * Checks transitions and finds out where they hang together; nothing of what was given is kept.
 *
 * @throws {TypeError} When an array is missing.
 * @throws {RangeError} When a length does not fit, a number is not finite, an action is none of the
 *   environment's, or a mask allows nothing.
 */
export function checkTransitions(
  data: TransitionData,
  { shape, usesMasks, usesNextActions }: TransitionNeeds,
): CheckedTransitions {
  const { observationSize, actions: actionCount } = shape;
  const count = lengthOf(data, "actions");
  const expect = (name: keyof TransitionData, width: number) => {
    const length = lengthOf(data, name);
    if (length === count * width) return;
    throw new RangeError(
      `${name} must have ${count * width} entries for ${count} actions, got ${length}`,
    );
  };
  expect("observations", observationSize);
  expect("nextObservations", observationSize);
  expect("rewards", 1);
  expect("terminated", 1);
  if (data.truncated !== undefined) expect("truncated", 1);
  if (usesMasks) {
    expect("actionMasks", actionCount);
    expect("nextActionMasks", actionCount);
  }
  const takesNextActions = usesNextActions && data.nextActions !== undefined;
  if (takesNextActions) expect("nextActions", 1);

  const terminated = flagsOf("terminated", data.terminated);
  const truncated = data.truncated && flagsOf("truncated", data.truncated);
  const checked = {
    count,
    observations: observationsOf("observations", data.observations, shape.isBytes),
    nextObservations: observationsOf("nextObservations", data.nextObservations, shape.isBytes),
    actions: actionsOf("actions", data.actions, shape),
    rewards: floatsOf("rewards", data.rewards),
    terminated,
    ...usesMasks && {
      masks: masksOf("actionMasks", data.actionMasks!, actionCount),
      nextMasks: masksOf("nextActionMasks", data.nextActionMasks!, actionCount, terminated),
    },
    ...takesNextActions && {
      nextActions: actionsOf("nextActions", data.nextActions!, shape, terminated),
    },
  };
  const goesOn = new Uint8Array(count);
  for (let i = 0; i + 1 < count; i++) {
    const ends = terminated[i] === 1 || truncated?.[i] === 1;
    goesOn[i] = Number(!ends && follows(checked, i, observationSize));
  }
  return { ...checked, goesOn };
}

/** Whether what comes after transition i is transition i + 1. */
function follows(
  { observations, nextObservations, masks, nextMasks, actions, nextActions }: Omit<
    CheckedTransitions,
    "goesOn"
  >,
  i: number,
  size: number,
): boolean {
  for (let k = 0; k < size; k++) {
    if (nextObservations[i * size + k] !== observations[(i + 1) * size + k]) return false;
  }
  return nextMasks?.[i] === masks?.[i + 1] &&
    (nextActions === undefined || nextActions[i] === actions[i + 1]);
}

function lengthOf(data: TransitionData, name: keyof TransitionData): number {
  const length: unknown = data?.[name]?.length;
  if (typeof length === "number") return length;
  const needed = name.endsWith("Masks") ? ", which the option actionMasks needs" : "";
  throw new TypeError(`transitions lack ${name}${needed}: an array of numbers is wanted`);
}

function observationsOf(
  name: string,
  given: ArrayLike<number>,
  isBytes: boolean,
): Float32Array | Uint8Array {
  if (!isBytes) return floatsOf(name, given);
  const bytes = new Uint8Array(given);
  if (given instanceof Uint8Array) return bytes;
  const at = bytes.findIndex((byte, i) => byte !== given[i]);
  if (at < 0) return bytes;
  throw new RangeError(
    `${name}[${at}] must be a byte, as the environment's observations are: an integer from 0 to 255, ` +
      `got ${given[at]}`,
  );
}

function floatsOf(name: string, given: ArrayLike<number>): Float32Array {
  const floats = new Float32Array(given);
  const at = floats.findIndex((x) => !Number.isFinite(x));
  if (at < 0) return floats;
  throw new RangeError(`${name}[${at}] must be a finite number in float32, got ${given[at]}`);
}

function flagsOf(name: string, given: ArrayLike<boolean | number>): Uint8Array {
  const flags = new Uint8Array(given.length);
  for (let i = 0; i < flags.length; i++) {
    const flag = Number(given[i]);
    if (flag !== 0 && flag !== 1) {
      throw new RangeError(`${name}[${i}] must be 0 or 1, got ${given[i]}`);
    }
    flags[i] = flag;
  }
  return flags;
}

/** Actions counted from 0; those that a termination makes meaningless are not looked at. */
function actionsOf(
  name: string,
  given: ArrayLike<number>,
  { actions, firstAction }: Shape,
  terminated?: Uint8Array,
): Int32Array {
  return Int32Array.from(given, (named, i) => {
    if (terminated?.[i]) return 0;
    const action = named - firstAction;
    if (Number.isInteger(action) && action >= 0 && action < actions) return action;
    throw new RangeError(
      `${name}[${i}] must be an integer from ${firstAction} to ${firstAction + actions - 1}, ` +
        `got ${named}`,
    );
  });
}

/** Masks as words; after a termination everything is allowed. */
function masksOf(
  name: string,
  given: ArrayLike<boolean | number>,
  actions: number,
  terminated?: Uint8Array,
): Uint32Array {
  const all = 2 ** actions - 1;
  return Uint32Array.from(
    { length: given.length / actions },
    (_, i) =>
      terminated?.[i] ? all : packMask(given, actions, `${name} of transition ${i}`, i * actions),
  );
}

/**
 * Wrappers that are put around environments in Python, before anything is sent.
 *
 * @module
 */

import type { JsonValue } from "../json.ts";

/** A wrapper of `gymnasium.wrappers`, by name. */
export interface PythonWrapper {
  /**
   * Its name there, e.g. `"ResizeObservation"`; `"GameScore"`, `"EpisodicLife"` or `"FireReset"`,
   * which the bridge adds; or `"module:Class"` for one of your own.
   */
  readonly name: string;
  /** Its keyword arguments, named as in Python; lists become tuples. */
  readonly kwargs?: Readonly<Record<string, JsonValue>>;
}

/** The preprocessing of Atari games; {@linkcode makePython} says what it does. */
export interface AtariWrappers {
  /** That it is this chain. */
  readonly kind: "atari";
  /** Frames a step, the action repeated; the last two are pooled by their maximum; 4 if left out. */
  readonly frameSkip?: number;
  /** The most steps of doing nothing at an episode's start; 30 if left out. */
  readonly noopMax?: number;
  /** Width and height of the picture, or both; 84 if left out. */
  readonly screenSize?: number | readonly [width: number, height: number];
  /** Whether losing a life terminates the episode, and the reset starts a new game; false if left out. */
  readonly terminalOnLifeLoss?: boolean;
  /** Whether losing a life terminates the episode, and the game goes on after it; false if left out. */
  readonly episodicLife?: boolean;
  /** Whether FIRE is pressed after a reset, in games that have it as action 1; false if left out. */
  readonly fireReset?: boolean;
  /** Whether rewards are clipped to [-1, 1]; false if left out. */
  readonly clipReward?: boolean;
  /** How many pictures an observation stacks, null for a single one; 4 if left out. */
  readonly frameStack?: number | null;
}

/** What environments are wrapped in: `"atari"`, that with options, or a list, the innermost first. */
export type PythonWrappers = "atari" | AtariWrappers | readonly PythonWrapper[];

/** What Python is told: the list, and what `gymnasium.make` gets with it. */
export interface WrapperPlan {
  /** The wrappers, the innermost first. */
  readonly wrappers: readonly PythonWrapper[];
  /** What is added to the environment's own arguments, unless those say otherwise. */
  readonly kwargs: Readonly<Record<string, JsonValue>>;
}

const ATARI_OPTIONS = [
  "kind",
  "frameSkip",
  "noopMax",
  "screenSize",
  "terminalOnLifeLoss",
  "episodicLife",
  "fireReset",
  "clipReward",
  "frameStack",
];

/**
 * Spells wrappers out as a list.
 *
 * @param who what is being made, for errors
 * @param given the option
 */
export function planWrappers(who: string, given: PythonWrappers): WrapperPlan {
  if (given === "atari") return atari(who, { kind: "atari" });
  if (Array.isArray(given)) {
    for (const wrapper of given as readonly PythonWrapper[]) {
      if (typeof wrapper?.name !== "string") {
        throw new TypeError(
          `${who}: a wrapper must be like { name: "ResizeObservation", kwargs: { shape: [84, 84] } }, ` +
            `got ${JSON.stringify(wrapper)}`,
        );
      }
    }
    return { wrappers: given, kwargs: {} };
  }
  if (typeof given === "object" && given !== null && (given as AtariWrappers).kind === "atari") {
    return atari(who, given as AtariWrappers);
  }
  throw new TypeError(
    `${who}: wrappers must be "atari", { kind: "atari", ... } or a list of { name, kwargs }, got ${
      JSON.stringify(given)
    }`,
  );
}

function atari(who: string, given: AtariWrappers): WrapperPlan {
  for (const name of Object.keys(given)) {
    if (!ATARI_OPTIONS.includes(name)) {
      throw new RangeError(
        `${who}: unknown option "${name}" of the wrappers "atari". They take: ${
          ATARI_OPTIONS.join(", ")
        }`,
      );
    }
  }
  const { frameSkip = 4, noopMax = 30, screenSize = 84, frameStack = 4 } = given;
  const { terminalOnLifeLoss = false, episodicLife = false } = given;
  const { fireReset = false, clipReward = false } = given;
  const sizes = typeof screenSize === "number" ? [screenSize, screenSize] : [...screenSize];
  if (sizes.length !== 2) throw new RangeError(`${who}: screenSize must hold a width and a height`);
  const integers = {
    frameSkip,
    noopMax,
    screenSize: Math.min(...sizes),
    frameStack: frameStack ?? 1,
  };
  for (const [name, value] of Object.entries(integers)) {
    const least = name === "noopMax" ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`${who}: ${name} must be an integer of at least ${least}, got ${value}`);
    }
  }
  const flags = { terminalOnLifeLoss, episodicLife, fireReset, clipReward };
  for (const [name, value] of Object.entries(flags)) {
    if (typeof value !== "boolean") {
      throw new TypeError(`${who}: ${name} must be a boolean, got ${value}`);
    }
  }
  if (terminalOnLifeLoss && episodicLife) {
    throw new RangeError(
      `${who}: terminalOnLifeLoss and episodicLife are both true, and only one can be: after a lost ` +
        "life the first starts a new game, the second goes on with it",
    );
  }
  const wrappers: PythonWrapper[] = [{
    name: "AtariPreprocessing",
    kwargs: {
      noop_max: noopMax,
      frame_skip: frameSkip,
      screen_size: sizes,
      terminal_on_life_loss: terminalOnLifeLoss,
    },
  }, { name: "GameScore" }];
  if (episodicLife) wrappers.push({ name: "EpisodicLife" });
  if (fireReset) wrappers.push({ name: "FireReset" });
  if (clipReward) wrappers.push({ name: "ClipReward", kwargs: { min_reward: -1, max_reward: 1 } });
  if (frameStack !== null && frameStack > 1) {
    wrappers.push({ name: "FrameStackObservation", kwargs: { stack_size: frameStack } });
  }
  // The v5 games skip frames by themselves unless told not to. AtariPreprocessing takes its pictures
  // from the emulator and throws the game's own observations away: those in grey cost the least.
  return { wrappers, kwargs: { frameskip: 1, obs_type: "grayscale" } };
}

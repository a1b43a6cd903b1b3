/**
 * A training program, as its command line is read: its name, what it can run, and which flags it takes.
 *
 * @module
 */

import type { Presets } from "../dqn/presets/preset.ts";
import { SPECIAL_FLAGS } from "./flags.ts";
import type { OpenStage } from "./stage.ts";

/** A program: its name and what it can run. */
export interface Program {
  /** How it is started, such as "deno run examples/cartpole.ts". */
  readonly command: string;
  /** What it does, in a sentence. */
  readonly summary: string;
  /** The presets by name; the first is taken when none is named. */
  readonly presets: Presets;
  /** For a program that takes --env or --game: what may be named, whose presets stand in for the above. */
  readonly environments?: Environments;
  /** Which flags of only some programs it takes, beside that one. */
  readonly specialFlags?: readonly string[];
  /** Switches that it reads by itself, for the help text: how each is typed, and what it does. */
  readonly switches?: readonly (readonly [flag: string, help: string])[];
  /** Opens its environments; those that are registered here when left out. */
  readonly open?: OpenStage;
  /** Greedy episodes after training unless a flag says otherwise; 100 when left out. */
  readonly evalEpisodes?: number;
}

/** What --env or --game may name. */
export interface Environments {
  /** Which of the two: "env", by the very id, unless it says "game", in any spelling. */
  readonly flag?: "env" | "game";
  /** Taken when none is named. */
  readonly default: string;
  /** All of them, as people name them. */
  readonly ids: readonly string[];
  /** Those of one. */
  presetsFor(id: string): Presets;
}

/** Whether a program takes a flag. */
export function takesFlag({ environments, specialFlags = [] }: Program, name: string): boolean {
  if (!Object.hasOwn(SPECIAL_FLAGS, name) || specialFlags.includes(name)) return true;
  return environments !== undefined && name === (environments.flag ?? "env");
}

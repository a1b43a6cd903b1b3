/**
 * The rules of a MinAtar game: functions on a state of integers.
 *
 * What all five share is this interface, the actions, and the board of 10 × 10 cells, x to the right
 * and y down. Rules keep nothing of their own, so that each could be a shader: a lane's state is its
 * Int32Array, `act` is integer arithmetic and bounded loops, and `observe` only writes ones.
 *
 * Random numbers come by draws whose order is part of the rules, and a step takes few of them: Asterix
 * two coins and a choice, Seaquest three coins and two choices, Freeway eight choices and eight coins at
 * a crossing and at the start, Breakout a coin at the start, and every game one coin for the sticky
 * action. Equality with the MinAtar package needs its generator, 2.5 KB a lane; on the GPU a counter-based
 * one takes its place, and then all but the draws can be compared with these rules step by step.
 *
 * @module
 */

import type { MT19937 } from "../rng/mt19937.ts";
import type { StateLayout } from "../state_layout.ts";

/** The board's width and height. */
export const SIDE = 10;
/** The greatest coordinate. */
export const EDGE = SIDE - 1;

/** The action that moves left. */
export const LEFT = 1;
/** The action that moves up. */
export const UP = 2;
/** The action that moves right. */
export const RIGHT = 3;
/** The action that moves down. */
export const DOWN = 4;
/** The action that shoots. */
export const FIRE = 5;
/** All actions' names; 0 is to do nothing. */
export const ACTIONS: readonly string[] = ["nothing", "left", "up", "right", "down", "fire"];

/** A game's rules. */
export interface Rules {
  /** The game's name. */
  readonly name: string;
  /** The channels of an observation. */
  readonly channels: readonly string[];
  /** Those of the six actions that do something in this game, in ascending order. */
  readonly minimalActions: readonly number[];
  /** How the state lies in its array. */
  readonly layout: StateLayout;
  /** Where the state says whether the game is over: 0 or 1. */
  readonly over: number;
  /**
   * Writes the state that an episode starts from over whatever was there.
   *
   * @param state an array of `layout.size`
   * @param random what random numbers are drawn from
   */
  start(state: Int32Array, random: MT19937): void;
  /**
   * Takes one of the six actions in a game that is not over.
   *
   * @param ramping whether the game gets harder as it goes on
   * @returns the reward
   */
  act(state: Int32Array, action: number, random: MT19937, ramping: boolean): number;
  /**
   * Writes an observation's ones.
   *
   * @param board 10 × 10 × channels zeros, row-major: cell (x, y) of channel c is at
   * (10 · y + x) · channels + c
   */
  observe(state: Int32Array, board: Uint8Array): void;
}

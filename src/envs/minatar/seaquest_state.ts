/**
 * What is inside a game of Seaquest: 13 numbers and five lists.
 *
 * @module
 */

import { EDGE, SIDE } from "./rules.ts";
import { COUNT, FLAG, type Range, StateLayout } from "../state_layout.ts";

/** The steps that oxygen lasts for. */
export const MAX_OXYGEN = 200;
/** As many divers have room on board. */
export const MAX_DIVERS = 6;
/** Things swim in the rows 1 to 8, where the submarine can be as well, and at the surface in row 0. */
export const LOWEST_Y = 8;
/** Steps between two enemies, in the beginning. */
export const FIRST_SPAWN_INTERVAL = 20;
/** Steps between two divers. */
export const DIVER_SPAWN_INTERVAL = 30;
/** Steps that an enemy rests between two moves, in the beginning. */
export const FIRST_MOVE_INTERVAL = 5;
/** The same, in the end. */
export const LEAST_MOVE_INTERVAL = 2;
/** Steps that a diver rests between two moves. */
export const DIVER_MOVE_INTERVAL = 5;
/** Steps between two of the player's shots. */
export const SHOT_INTERVAL = 5;
/** Steps that a submarine waits between two of its shots. */
export const ENEMY_SHOT_INTERVAL = 10;

// A thing's row in its list: x, y, whether it goes right (bullets end here), steps until it moves (fish
// and divers end here), steps until it shoots.
/** In a row: whether it goes right. */
export const TO_RIGHT = 2;
/** In a row: steps until it moves. */
export const MOVE_TIMER = 3;
/** In a row: steps until it shoots. */
export const SHOT_TIMER = 4;
const BULLET_ROW: readonly Range[] = [[0, EDGE], [0, LOWEST_Y], FLAG];
const SWIMMER_ROW: readonly Range[] = [...BULLET_ROW, [0, FIRST_MOVE_INTERVAL]];
const SUB_ROW: readonly Range[] = [...SWIMMER_ROW, [0, ENEMY_SHOT_INTERVAL]];

// The lists never fill up. At most one enemy a step comes, and is gone after ten moves, 6 steps apart
// or fewer: 60. One shoots every 11 steps, and a bullet is gone after ten: no more bullets than enemies
// in the last ten steps. The player shoots every 5 steps: 2. A diver comes every 30 steps and is gone
// after 60: 2.
const ENEMIES = 64;
const ENEMY_BULLETS = 80;
const OWN_BULLETS = 4;
const SWIMMING_DIVERS = 4;

/** How the state lies in its array. */
export const layout = new StateLayout();
/** Whether the game is over. */
export const OVER = layout.number("over", FLAG);
/** Where the submarine's front is, from the left. */
export const X = layout.number("x", [0, EDGE]);
/** Where it is from the surface down. */
export const Y = layout.number("y", [0, LOWEST_Y]);
/** Whether the front is to the right. */
export const FACES_RIGHT = layout.number("facesRight", FLAG);
/** Steps until the oxygen is used up. */
export const OXYGEN = layout.number("oxygen", [-1, MAX_OXYGEN]);
/** Divers on board; coming up with all six leaves it at -1, and from there it may go on down. */
export const ON_BOARD = layout.number("onBoard", [-(2 ** 31), MAX_DIVERS]);
/** Whether the submarine was at the surface already. */
export const SURFACED = layout.number("surfaced", FLAG);
/** Steps until the player may shoot. */
export const OWN_SHOT_TIMER = layout.number("shotTimer", [0, SHOT_INTERVAL]);
/** Steps until an enemy comes. */
export const ENEMY_TIMER = layout.number("enemyTimer", [0, FIRST_SPAWN_INTERVAL]);
/** Steps between two enemies. */
export const ENEMY_INTERVAL = layout.number("enemyInterval", [1, FIRST_SPAWN_INTERVAL]);
/** Steps until a diver comes. */
export const DIVER_TIMER = layout.number("diverTimer", [0, DIVER_SPAWN_INTERVAL]);
/** Steps that an enemy rests between two moves. */
export const MOVE_INTERVAL = layout.number("moveInterval", [
  LEAST_MOVE_INTERVAL,
  FIRST_MOVE_INTERVAL,
]);
/** How often the game has become harder. */
export const RAMP_INDEX = layout.number("rampIndex", COUNT);
/** The player's bullets. */
export const OWN = layout.list("ownBullets", OWN_BULLETS, BULLET_ROW);
/** The enemies' bullets. */
export const SHOTS = layout.list("enemyBullets", ENEMY_BULLETS, BULLET_ROW);
/** Fish. */
export const FISH = layout.list("fish", ENEMIES, SWIMMER_ROW);
/** Enemy submarines. */
export const SUBS = layout.list("subs", ENEMIES, SUB_ROW);
/** Divers in the water. */
export const DIVERS = layout.list("divers", SWIMMING_DIVERS, SWIMMER_ROW);

/** How many cells of the board's width the oxygen fills. */
export function oxygenCells(state: Int32Array): number {
  return Math.floor(Math.max(0, state[OXYGEN]) * SIDE / MAX_OXYGEN);
}

/**
 * The rules of Seaquest.
 *
 * Fish, submarines, divers and bullets are lists (../state_list.ts), and every loop that moves things
 * starts at the list's end, as MinAtar's do: the order decides which of several things in one cell is met,
 * and which of two equal ones goes. A shader gives each list its fixed room and keeps these loops as they
 * are.
 *
 * @module
 */

import type { MT19937 } from "../rng/mt19937.ts";
import { append, type List, removeAtCell, removeEqual, removeRow, rowAt } from "../state_list.ts";
import { DOWN, EDGE, FIRE, LEFT, RIGHT, type Rules, UP } from "./rules.ts";
import { observe } from "./seaquest_board.ts";
import {
  DIVER_MOVE_INTERVAL,
  DIVER_SPAWN_INTERVAL,
  DIVER_TIMER,
  DIVERS,
  ENEMY_INTERVAL,
  ENEMY_SHOT_INTERVAL,
  ENEMY_TIMER,
  FACES_RIGHT,
  FIRST_MOVE_INTERVAL,
  FIRST_SPAWN_INTERVAL,
  FISH,
  layout,
  LEAST_MOVE_INTERVAL,
  LOWEST_Y,
  MAX_DIVERS,
  MAX_OXYGEN,
  MOVE_INTERVAL,
  MOVE_TIMER,
  ON_BOARD,
  OVER,
  OWN,
  OWN_SHOT_TIMER,
  OXYGEN,
  oxygenCells,
  RAMP_INDEX,
  SHOT_INTERVAL,
  SHOT_TIMER,
  SHOTS,
  SUBS,
  SURFACED,
  TO_RIGHT,
  X,
  Y,
} from "./seaquest_state.ts";

function start(state: Int32Array): void {
  state.fill(0);
  state[X] = 5;
  state[OXYGEN] = MAX_OXYGEN;
  state[SURFACED] = 1;
  state[ENEMY_TIMER] = FIRST_SPAWN_INTERVAL;
  state[ENEMY_INTERVAL] = FIRST_SPAWN_INTERVAL;
  state[DIVER_TIMER] = DIVER_SPAWN_INTERVAL;
  state[MOVE_INTERVAL] = FIRST_MOVE_INTERVAL;
}

function act(state: Int32Array, action: number, random: MT19937, ramping: boolean): number {
  if (state[ENEMY_TIMER] === 0) {
    spawnEnemy(state, random);
    state[ENEMY_TIMER] = state[ENEMY_INTERVAL];
  }
  if (state[DIVER_TIMER] === 0) {
    spawnDiver(state, random);
    state[DIVER_TIMER] = DIVER_SPAWN_INTERVAL;
  }
  steer(state, action);
  let reward = moveOwnBullets(state);
  moveDivers(state);
  reward += moveSubs(state);
  moveShots(state);
  reward += moveFish(state);

  if (state[ENEMY_TIMER] > 0) state[ENEMY_TIMER]--;
  if (state[DIVER_TIMER] > 0) state[DIVER_TIMER]--;
  if (state[OWN_SHOT_TIMER] > 0) state[OWN_SHOT_TIMER]--;
  if (state[OXYGEN] <= 0) state[OVER] = 1;
  if (state[Y] > 0) {
    state[OXYGEN]--;
    state[SURFACED] = 0;
  } else if (state[SURFACED] === 0) {
    if (state[ON_BOARD] === 0) state[OVER] = 1;
    else reward += comeUp(state, ramping);
  }
  return reward;
}

function steer(state: Int32Array, action: number): void {
  if (action === FIRE) {
    if (state[OWN_SHOT_TIMER] > 0) return;
    shoot(state, OWN, state[X], state[Y], state[FACES_RIGHT]);
    state[OWN_SHOT_TIMER] = SHOT_INTERVAL;
  } else if (action === LEFT) {
    state[X] = Math.max(0, state[X] - 1);
    state[FACES_RIGHT] = 0;
  } else if (action === RIGHT) {
    state[X] = Math.min(EDGE, state[X] + 1);
    state[FACES_RIGHT] = 1;
  } else if (action === UP) {
    state[Y] = Math.max(0, state[Y] - 1);
  } else if (action === DOWN) {
    state[Y] = Math.min(LOWEST_Y, state[Y] + 1);
  }
}

function shoot(state: Int32Array, list: List, x: number, y: number, toRight: number): void {
  const at = append(state, list);
  if (at < 0) return;
  state[at] = x;
  state[at + 1] = y;
  state[at + TO_RIGHT] = toRight;
}

/** The x of the cell before the thing at `at`. */
function ahead(state: Int32Array, at: number): number {
  return state[at] + (state[at + TO_RIGHT] === 1 ? 1 : -1);
}

/** Moves the thing at `at` a cell ahead; whether it is still on the board. */
function advance(state: Int32Array, at: number): boolean {
  const x = ahead(state, at);
  state[at] = x;
  return x >= 0 && x <= EDGE;
}

/** Whether the thing at `at` is where the submarine's front is. */
function meets(state: Int32Array, at: number): boolean {
  return state[at] === state[X] && state[at + 1] === state[Y];
}

function moveOwnBullets(state: Int32Array): number {
  let reward = 0;
  for (let i = state[OWN.at] - 1; i >= 0; i--) {
    const at = rowAt(OWN, i);
    if (advance(state, at)) {
      const x = state[at], y = state[at + 1];
      if (!removeAtCell(state, FISH, x, y) && !removeAtCell(state, SUBS, x, y)) continue;
      reward++;
    }
    removeEqual(state, OWN, i);
  }
  return reward;
}

function moveDivers(state: Int32Array): void {
  for (let i = state[DIVERS.at] - 1; i >= 0; i--) {
    const at = rowAt(DIVERS, i);
    const hasRoom = state[ON_BOARD] < MAX_DIVERS;
    let boards = hasRoom && meets(state, at);
    let stays = !boards;
    if (stays && state[at + MOVE_TIMER] > 0) {
      state[at + MOVE_TIMER]--;
    } else if (stays) {
      state[at + MOVE_TIMER] = DIVER_MOVE_INTERVAL;
      stays = advance(state, at);
      boards = hasRoom && meets(state, at);
    }
    if (boards) state[ON_BOARD]++;
    if (boards || !stays) removeEqual(state, DIVERS, i);
  }
}

/**
 * Moves the fish or submarine in row `i` of its list when it is time. Where it meets a bullet, both go.
 *
 * @returns whether it is gone
 */
function moveEnemy(state: Int32Array, list: List, i: number): boolean {
  const at = rowAt(list, i);
  if (meets(state, at)) state[OVER] = 1;
  if (state[at + MOVE_TIMER] > 0) {
    state[at + MOVE_TIMER]--;
    return false;
  }
  state[at + MOVE_TIMER] = state[MOVE_INTERVAL];
  if (advance(state, at)) {
    if (meets(state, at)) {
      state[OVER] = 1;
      return false;
    }
    if (!removeAtCell(state, OWN, state[at], state[at + 1])) return false;
  }
  // No earlier one equals it: the bullet would have met that one before, and none is beyond the edge.
  removeRow(state, list, i);
  return true;
}

function moveFish(state: Int32Array): number {
  const bullets = state[OWN.at];
  for (let i = state[FISH.at] - 1; i >= 0; i--) moveEnemy(state, FISH, i);
  return bullets - state[OWN.at];
}

function moveSubs(state: Int32Array): number {
  const bullets = state[OWN.at];
  for (let i = state[SUBS.at] - 1; i >= 0; i--) {
    const at = rowAt(SUBS, i);
    const y = state[at + 1];
    const toRight = state[at + TO_RIGHT];
    const timer = state[at + SHOT_TIMER];
    const x = state[at + MOVE_TIMER] === 0 ? ahead(state, at) : state[at];
    const isGone = moveEnemy(state, SUBS, i);
    // One that has just gone shoots as well, from where it would be.
    if (timer === 0) shoot(state, SHOTS, x, y, toRight);
    if (!isGone) state[at + SHOT_TIMER] = timer === 0 ? ENEMY_SHOT_INTERVAL : timer - 1;
  }
  return bullets - state[OWN.at];
}

function moveShots(state: Int32Array): void {
  for (let i = state[SHOTS.at] - 1; i >= 0; i--) {
    const at = rowAt(SHOTS, i);
    if (meets(state, at)) state[OVER] = 1;
    if (!advance(state, at)) removeRow(state, SHOTS, i);
    else if (meets(state, at)) state[OVER] = 1;
  }
}

function comeUp(state: Int32Array, ramping: boolean): number {
  let reward = 0;
  if (state[ON_BOARD] === MAX_DIVERS) {
    state[ON_BOARD] = 0;
    reward = oxygenCells(state);
  }
  state[SURFACED] = 1;
  state[OXYGEN] = MAX_OXYGEN;
  state[ON_BOARD]--;
  if (ramping && (state[ENEMY_INTERVAL] > 1 || state[MOVE_INTERVAL] > LEAST_MOVE_INTERVAL)) {
    if (state[MOVE_INTERVAL] > LEAST_MOVE_INTERVAL && state[RAMP_INDEX] % 2 === 1) {
      state[MOVE_INTERVAL]--;
    }
    if (state[ENEMY_INTERVAL] > 1) state[ENEMY_INTERVAL]--;
    state[RAMP_INDEX]++;
  }
  return reward;
}

function spawnEnemy(state: Int32Array, random: MT19937): void {
  const toRight = random.nextDouble() < 1 / 2 ? 1 : 0;
  const isSub = random.nextDouble() < 1 / 3;
  const y = 1 + random.integer(LOWEST_Y);
  if (isAgainst(state, SUBS, y, toRight) || isAgainst(state, FISH, y, toRight)) return;
  const at = spawn(state, isSub ? SUBS : FISH, y, toRight, state[MOVE_INTERVAL]);
  if (isSub && at >= 0) state[at + SHOT_TIMER] = ENEMY_SHOT_INTERVAL;
}

/** Whether something in the list goes the other way in row y. */
function isAgainst(state: Int32Array, list: List, y: number, toRight: number): boolean {
  const length = state[list.at];
  for (let i = 0; i < length; i++) {
    const at = rowAt(list, i);
    if (state[at + 1] === y && state[at + TO_RIGHT] !== toRight) return true;
  }
  return false;
}

function spawnDiver(state: Int32Array, random: MT19937): void {
  const toRight = random.nextDouble() < 1 / 2 ? 1 : 0;
  spawn(state, DIVERS, 1 + random.integer(LOWEST_Y), toRight, DIVER_MOVE_INTERVAL);
}

/** Puts something at the edge of row y from which it comes; returns its row in the list, or -1. */
function spawn(
  state: Int32Array,
  list: List,
  y: number,
  toRight: number,
  moveTimer: number,
): number {
  const at = append(state, list);
  if (at < 0) return at;
  state[at] = toRight === 1 ? 0 : EDGE;
  state[at + 1] = y;
  state[at + TO_RIGHT] = toRight;
  state[at + MOVE_TIMER] = moveTimer;
  return at;
}

/** Seaquest. */
export const SEAQUEST: Rules = {
  name: "Seaquest",
  channels: [
    "front of the submarine",
    "back of the submarine",
    "own bullet",
    "trail",
    "enemy bullet",
    "fish",
    "enemy submarine",
    "oxygen",
    "divers on board",
    "diver",
  ],
  minimalActions: [0, LEFT, UP, RIGHT, DOWN, FIRE],
  layout,
  over: OVER,
  start,
  act,
  observe,
};

/**
 * The rules of Seaquest.
 *
 * Fish, submarines, divers and bullets are lists (list.ts), and every loop that moves things starts at
 * the list's end, as MinAtar's do: the order decides which of several things in one cell is met, and
 * which of two equal ones goes. A shader gives each list its fixed room and keeps these loops as they are.
 *
 * @module
 */

import type { MT19937 } from "../rng/mt19937.ts";
import { append, type List, removeAtCell, removeEqual, removeRow, rowAt } from "./list.ts";
import { DOWN, EDGE, FIRE, LEFT, RIGHT, type Rules, SIDE, UP } from "./rules.ts";
import { COUNT, FLAG, type Range, StateLayout } from "./state_layout.ts";

const MAX_OXYGEN = 200;
const MAX_DIVERS = 6;
/** Things swim in the rows 1 to 8, where the submarine can be as well, and at the surface in row 0. */
const LOWEST_Y = 8;
const FIRST_SPAWN_INTERVAL = 20;
const DIVER_SPAWN_INTERVAL = 30;
const FIRST_MOVE_INTERVAL = 5;
const LEAST_MOVE_INTERVAL = 2;
const DIVER_MOVE_INTERVAL = 5;
const SHOT_INTERVAL = 5;
const ENEMY_SHOT_INTERVAL = 10;

// A thing's row in its list: x, y, whether it goes right (bullets end here), steps until it moves (fish
// and divers end here), steps until it shoots.
const TO_RIGHT = 2;
const MOVE_TIMER = 3;
const SHOT_TIMER = 4;
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

const layout = new StateLayout();
const OVER = layout.number("over", FLAG);
const X = layout.number("x", [0, EDGE]);
const Y = layout.number("y", [0, LOWEST_Y]);
const FACES_RIGHT = layout.number("facesRight", FLAG);
const OXYGEN = layout.number("oxygen", [-1, MAX_OXYGEN]);
/** Divers on board; coming up with all six leaves it at -1, and from there it may go on down. */
const ON_BOARD = layout.number("onBoard", [-(2 ** 31), MAX_DIVERS]);
/** Whether the submarine was at the surface already. */
const SURFACED = layout.number("surfaced", FLAG);
const OWN_SHOT_TIMER = layout.number("shotTimer", [0, SHOT_INTERVAL]);
const ENEMY_TIMER = layout.number("enemyTimer", [0, FIRST_SPAWN_INTERVAL]);
const ENEMY_INTERVAL = layout.number("enemyInterval", [1, FIRST_SPAWN_INTERVAL]);
const DIVER_TIMER = layout.number("diverTimer", [0, DIVER_SPAWN_INTERVAL]);
const MOVE_INTERVAL = layout.number("moveInterval", [LEAST_MOVE_INTERVAL, FIRST_MOVE_INTERVAL]);
const RAMP_INDEX = layout.number("rampIndex", COUNT);
const OWN = layout.list("ownBullets", OWN_BULLETS, BULLET_ROW);
const SHOTS = layout.list("enemyBullets", ENEMY_BULLETS, BULLET_ROW);
const FISH = layout.list("fish", ENEMIES, SWIMMER_ROW);
const SUBS = layout.list("subs", ENEMIES, SUB_ROW);
const DIVERS = layout.list("divers", SWIMMING_DIVERS, SWIMMER_ROW);

const FRONT_CHANNEL = 0;
const BACK_CHANNEL = 1;
const OWN_BULLET_CHANNEL = 2;
const TRAIL_CHANNEL = 3;
const ENEMY_BULLET_CHANNEL = 4;
const FISH_CHANNEL = 5;
const SUB_CHANNEL = 6;
const OXYGEN_CHANNEL = 7;
const ON_BOARD_CHANNEL = 8;
const DIVER_CHANNEL = 9;
const CHANNELS = 10;

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

/** How many cells of the board's width the oxygen fills. */
function oxygenCells(state: Int32Array): number {
  return Math.floor(Math.max(0, state[OXYGEN]) * SIDE / MAX_OXYGEN);
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

function observe(state: Int32Array, board: Float32Array): void {
  const front = state[Y] * SIDE + state[X];
  board[front * CHANNELS + FRONT_CHANNEL] = 1;
  board[(front + (state[FACES_RIGHT] === 1 ? -1 : 1)) * CHANNELS + BACK_CHANNEL] = 1;
  const gauges = EDGE * SIDE;
  for (let x = oxygenCells(state) - 1; x >= 0; x--) {
    board[(gauges + x) * CHANNELS + OXYGEN_CHANNEL] = 1;
  }
  for (let x = EDGE - state[ON_BOARD]; x < EDGE; x++) {
    board[(gauges + x) * CHANNELS + ON_BOARD_CHANNEL] = 1;
  }
  draw(state, board, OWN, OWN_BULLET_CHANNEL, false);
  draw(state, board, SHOTS, ENEMY_BULLET_CHANNEL, false);
  draw(state, board, FISH, FISH_CHANNEL, true);
  draw(state, board, SUBS, SUB_CHANNEL, true);
  draw(state, board, DIVERS, DIVER_CHANNEL, true);
}

/** A one in the channel for each thing of the list, and one behind each that leaves a trail. */
function draw(
  state: Int32Array,
  board: Float32Array,
  list: List,
  channel: number,
  hasTrail: boolean,
): void {
  const length = state[list.at];
  for (let i = 0; i < length; i++) {
    const at = rowAt(list, i);
    const x = state[at];
    const row = state[at + 1] * SIDE;
    board[(row + x) * CHANNELS + channel] = 1;
    if (!hasTrail) continue;
    const behind = state[at + TO_RIGHT] === 1 ? x - 1 : x + 1;
    if (behind >= 0 && behind <= EDGE) board[(row + behind) * CHANNELS + TRAIL_CHANNEL] = 1;
  }
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

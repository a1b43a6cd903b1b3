/**
 * What is seen of a game of Seaquest.
 *
 * @module
 */

import { type List, rowAt } from "../state_list.ts";
import { EDGE, SIDE } from "./rules.ts";
import {
  DIVERS,
  FACES_RIGHT,
  FISH,
  ON_BOARD,
  OWN,
  oxygenCells,
  SHOTS,
  SUBS,
  TO_RIGHT,
  X,
  Y,
} from "./seaquest_state.ts";

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

/** Writes an observation's ones, as rules.ts says. */
export function observe(state: Int32Array, board: Uint8Array): void {
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
  board: Uint8Array,
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

/** Games of Pong in a known state, for the tests of its parts. @module */

import type { PongState } from "../../../src/envs/pong/mod.ts";
import { layout } from "../../../src/envs/pong/state.ts";

const USUAL: PongState = {
  playerY: 608,
  opponentY: 608,
  ballX: 656,
  ballY: 656,
  ballDX: 10,
  ballDY: 3,
  wait: 0,
  toPlayer: 1,
  aim: 0,
  playerPoints: 0,
  opponentPoints: 0,
};

/** The state's array: paddles in the middle and the ball there too, on its way to the player. */
export function game(changes: Partial<PongState> = {}): Int32Array {
  return layout.fromJson({ ...USUAL, ...changes }, "a test's game");
}

/** What is in the array. */
export function look(state: Int32Array): PongState {
  return layout.toJson(state) as unknown as PongState;
}

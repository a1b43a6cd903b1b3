/**
 * The rules of Pong: functions on a state of integers.
 *
 * Nothing here but sums, comparisons, shifts and products of small integers, and no loop but that over a
 * step's ticks, so that the same lines in a shader give the same numbers. The draws are of a power of two
 * each, which on the GPU are bits of a counter-based generator; where they happen is part of the rules.
 *
 * @module
 */

import { integers } from "../rng/integers.ts";
import type { PCG64 } from "../rng/pcg64.ts";
import {
  BALL,
  BALL_MAX_Y,
  BALL_MIDDLE,
  OPPONENT_X,
  PADDLE_HEIGHT,
  PADDLE_MAX_Y,
  PADDLE_MIDDLE,
  PADDLE_WIDTH,
  PIXEL,
  PIXEL_BITS,
  PLAYER_X,
  RIGHT,
  TOP,
} from "./field.ts";
import {
  AIM,
  BALL_DX,
  BALL_DY,
  BALL_X,
  BALL_Y,
  OPPONENT_POINTS,
  OPPONENT_Y,
  PAUSE,
  PLAYER_POINTS,
  PLAYER_Y,
  SERVE_SPEED,
  TO_PLAYER,
  TOP_SPEED,
  WAIT,
  WIDEST_AIM,
} from "./state.ts";

/** The action that moves the paddle up. */
export const UP = 1;
/** The action that moves the paddle down. */
export const DOWN = 2;

/** Ticks of a step: as many as the Arcade Learning Environment's usual frames of an action. */
const TICKS = 4;
/** How far the player's paddle gets in a tick. */
const PLAYER_SPEED = 12;
/** How far off the ball may be from where the opponent wants it before the opponent moves. */
const DEAD_ZONE = 16;
/**
 * Farther than this the opponent must not get in a tick, or it would pass by what it goes for and
 * tremble.
 */
export const MAX_OPPONENT_SPEED = 2 * DEAD_ZONE;
/** From this speed along x on the angles are steeper. */
const FAST = 14;
/** The uppermost of the 32 pixel rows, all around the middle, in one of which the ball is served. */
const FIRST_SERVE_Y = BALL_MIDDLE - 31 * PIXEL / 2;

/** Writes the state that an episode starts from over whatever was there. */
export function start(state: Int32Array, random: PCG64): void {
  state[PLAYER_Y] = state[OPPONENT_Y] = PADDLE_MIDDLE;
  state[PLAYER_POINTS] = state[OPPONENT_POINTS] = 0;
  pause(state, integers(random, 2));
}

/**
 * Takes an action in a game that is not over.
 *
 * @param action 0, {@linkcode UP} or {@linkcode DOWN}
 * @param opponentSpeed how far the opponent's paddle gets in a tick
 * @returns the reward
 */
export function act(
  state: Int32Array,
  action: number,
  random: PCG64,
  opponentSpeed: number,
): number {
  const move = action === UP ? -PLAYER_SPEED : action === DOWN ? PLAYER_SPEED : 0;
  let reward = 0;
  for (let tick = 0; tick < TICKS; tick++) {
    state[PLAYER_Y] = inField(state[PLAYER_Y] + move);
    moveOpponent(state, opponentSpeed);
    if (state[WAIT] === 0) {
      // The pause after a point is longer than a step: there is one point at most.
      reward += moveBall(state, random);
    } else {
      state[WAIT]--;
      if (state[WAIT] === 0) serve(state, random);
    }
  }
  return reward;
}

/** The nearest place to `y` that a paddle can be at. */
function inField(y: number): number {
  return Math.min(Math.max(y, TOP), PADDLE_MAX_Y);
}

/** The opponent goes after the ball as it is now, without foresight. */
function moveOpponent(state: Int32Array, speed: number): void {
  const ball = state[BALL_Y] + BALL / 2;
  const wanted = state[OPPONENT_Y] + PADDLE_HEIGHT / 2 + state[AIM];
  if (ball - wanted > DEAD_ZONE) state[OPPONENT_Y] = inField(state[OPPONENT_Y] + speed);
  else if (wanted - ball > DEAD_ZONE) state[OPPONENT_Y] = inField(state[OPPONENT_Y] - speed);
}

/** Moves the ball; the reward. */
function moveBall(state: Int32Array, random: PCG64): number {
  state[BALL_X] += state[BALL_DX];
  state[BALL_Y] += state[BALL_DY];
  const over = TOP - state[BALL_Y];
  const under = state[BALL_Y] - BALL_MAX_Y;
  if (over > 0) {
    state[BALL_Y] = TOP + over;
    state[BALL_DY] = -state[BALL_DY];
  } else if (under > 0) {
    state[BALL_Y] = BALL_MAX_Y - under;
    state[BALL_DY] = -state[BALL_DY];
  }

  const x = state[BALL_X];
  if (state[BALL_DX] > 0) {
    if (isAt(state, PLAYER_X, state[PLAYER_Y])) {
      state[BALL_X] = PLAYER_X - BALL;
      bounce(state, state[PLAYER_Y]);
      aim(state, random);
    } else if (x >= RIGHT) {
      state[OPPONENT_POINTS]++;
      pause(state, 1);
      return -1;
    }
  } else {
    if (isAt(state, OPPONENT_X, state[OPPONENT_Y])) {
      state[BALL_X] = OPPONENT_X + PADDLE_WIDTH;
      bounce(state, state[OPPONENT_Y]);
    } else if (x <= -BALL) {
      state[PLAYER_POINTS]++;
      pause(state, 0);
      return 1;
    }
  }
  return 0;
}

/** Whether the ball and a paddle overlap; to touch is not enough. */
function isAt(state: Int32Array, paddleX: number, paddleY: number): boolean {
  const x = state[BALL_X], y = state[BALL_Y];
  return x + BALL > paddleX && x < paddleX + PADDLE_WIDTH &&
    y + BALL > paddleY && y < paddleY + PADDLE_HEIGHT;
}

/** Sends the ball back from a paddle, faster, at the angle of the zone where it hit. */
function bounce(state: Int32Array, paddleY: number): void {
  const speed = Math.min(Math.abs(state[BALL_DX]) + 1, TOP_SPEED);
  state[BALL_DX] = state[BALL_DX] > 0 ? -speed : speed;
  state[BALL_DY] = steepness((state[BALL_Y] - paddleY + BALL) >> PIXEL_BITS, speed);
}

/**
 * The speed along y with which a ball leaves.
 *
 * @param zone 0 at a paddle's upper end to 9 at its lower end
 * @param speed the speed along x
 */
function steepness(zone: number, speed: number): number {
  const step = speed < FAST ? 3 : 5;
  return step * (zone < 5 ? zone - 5 : zone - 4);
}

/** Takes the ball out of play until it is served to the player (1) or the opponent (0). */
function pause(state: Int32Array, toPlayer: number): void {
  state[BALL_X] = state[BALL_Y] = BALL_MIDDLE;
  state[BALL_DX] = state[BALL_DY] = 0;
  state[WAIT] = PAUSE;
  state[TO_PLAYER] = toPlayer;
  // So the opponent goes to the middle.
  state[AIM] = 0;
}

/** Brings the ball into play: draws the row, the angle (all but the steepest two), and the aim. */
function serve(state: Int32Array, random: PCG64): void {
  state[BALL_Y] = FIRST_SERVE_Y + PIXEL * integers(random, 32);
  state[BALL_DX] = state[TO_PLAYER] === 1 ? SERVE_SPEED : -SERVE_SPEED;
  state[BALL_DY] = steepness(1 + integers(random, 8), SERVE_SPEED);
  aim(state, random);
}

/** Draws with which part of its paddle the opponent wants to meet the ball. */
function aim(state: Int32Array, random: PCG64): void {
  state[AIM] = 20 * integers(random, 8) - WIDEST_AIM;
}

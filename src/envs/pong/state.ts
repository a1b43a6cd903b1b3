/**
 * How the state of a game of Pong lies in its array of integers. Places are those of field.ts, speeds are
 * sixteenths of a pixel a tick.
 *
 * @module
 */

import type { EpisodePhase } from "../episode_phase.ts";
import type { JsonValue } from "../json.ts";
import { FLAG, StateLayout } from "../state_layout.ts";
import { BALL, BALL_MAX_Y, PADDLE_MAX_Y, RIGHT, TOP } from "./field.ts";

/**
 * What an observation of {@linkcode Pong} only shows in parts. Places are those of left upper corners,
 * in sixteenths of a pixel, speeds sixteenths of a pixel in a tick.
 */
export interface PongState {
  /** The player's paddle, from 64 to 1152; x is 1184. */
  readonly playerY: number;
  /** The opponent's paddle; x is 128. */
  readonly opponentY: number;
  /** The ball, from -31 to 1343; 656 while it is not in play. */
  readonly ballX: number;
  /** The ball, from 64 to 1248; 656 while it is not in play. */
  readonly ballY: number;
  /** The ball's speed to the right; 0 while it is not in play. */
  readonly ballDX: number;
  /** The ball's speed down. */
  readonly ballDY: number;
  /** Ticks until the serve, 0 while the ball is in play. */
  readonly wait: number;
  /** 1 when the next serve (or the last, while the ball is in play) goes to the player, else 0. */
  readonly toPlayer: number;
  /** How far below its paddle's middle the opponent wants to meet the ball's. */
  readonly aim: number;
  /** The player's points. */
  readonly playerPoints: number;
  /** The opponent's points. */
  readonly opponentPoints: number;
}

/** The ball's speed along x at the serve, and the highest. */
export const SERVE_SPEED = 10;
/** See {@linkcode SERVE_SPEED}. */
export const TOP_SPEED = 20;
/** The ball's highest speed along y. */
const STEEPEST = 25;
/** Ticks from a point to the next serve, 8 steps. */
export const PAUSE = 32;
/** The largest distance from the middle of its paddle at which the opponent aims to meet the ball. */
export const WIDEST_AIM = 70;
/** The most points that a game can be played to. */
export const MOST_POINTS = 1000;

/** Which integer is which. */
export const layout = new StateLayout();
/** The player's paddle. */
export const PLAYER_Y = layout.number("playerY", [TOP, PADDLE_MAX_Y]);
/** The opponent's paddle. */
export const OPPONENT_Y = layout.number("opponentY", [TOP, PADDLE_MAX_Y]);
/** The ball; in the middle while it is not in play. */
export const BALL_X = layout.number("ballX", [1 - BALL, RIGHT - 1]);
/** See {@linkcode BALL_X}. */
export const BALL_Y = layout.number("ballY", [TOP, BALL_MAX_Y]);
/** The ball's speed to the right, 0 while it is not in play. */
export const BALL_DX = layout.number("ballDX", [-TOP_SPEED, TOP_SPEED]);
/** The ball's speed down. */
export const BALL_DY = layout.number("ballDY", [-STEEPEST, STEEPEST]);
/** Ticks until the serve, 0 while the ball is in play. */
export const WAIT = layout.number("wait", [0, PAUSE]);
/** Whether the next serve goes to the player. */
export const TO_PLAYER = layout.number("toPlayer", FLAG);
/** How far below its middle the opponent's paddle is to meet the ball. */
export const AIM = layout.number("aim", [-WIDEST_AIM, WIDEST_AIM]);
/** The player's points. */
export const PLAYER_POINTS = layout.number("playerPoints", [0, MOST_POINTS]);
/** The opponent's points. */
export const OPPONENT_POINTS = layout.number("opponentPoints", [0, MOST_POINTS]);

/** Whether somebody has won. */
export function isOver(state: Int32Array, pointsToWin: number): boolean {
  return Math.max(state[PLAYER_POINTS], state[OPPONENT_POINTS]) === pointsToWin;
}

/**
 * The game that `layout.toJson` wrote; one that can't be is refused.
 *
 * @param phase where its episode stands
 * @param pointsToWin the points that end it
 * @param what names the game in errors
 */
export function gameFromJson(
  json: JsonValue | undefined,
  phase: EpisodePhase,
  pointsToWin: number,
  what: string,
): Int32Array {
  const game = layout.fromJson(json, what);
  const points = [game[PLAYER_POINTS], game[OPPONENT_POINTS]];
  if (Math.max(...points) > pointsToWin || Math.min(...points) === pointsToWin) {
    throw new RangeError(
      `the points in ${what} must be those of a game to ${pointsToWin}, got ${
        points.join(" and ")
      }`,
    );
  }
  if (isOver(game, pointsToWin) !== (phase === "terminated")) {
    throw new RangeError(
      `the points in ${what}, ${points.join(" and ")}, contradict the phase "${phase}"`,
    );
  }
  // It would hang in the air for ever.
  if ((game[BALL_DX] === 0) !== (game[WAIT] > 0)) {
    throw new RangeError(
      `ballDX in ${what} must be 0 while wait is over 0, and only then, got ${
        game[BALL_DX]
      } with wait ${game[WAIT]}`,
    );
  }
  return game;
}

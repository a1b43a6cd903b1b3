/** Players of Pong that look at its state, and what they get. @module */

import type { Pong, PongState } from "../../../src/envs/pong/mod.ts";

/** Chooses an action. */
export type Player = (state: PongState) => number;

// Half of what a step moves the paddle: nearer than that it cannot get.
const NEAR = 24;
const MIDDLE = 608;
/** From a paddle's place to that of a ball that it meets with its middle. */
const TO_MIDDLE = 48;

/** Moves the paddle towards a place. */
function goTo({ playerY }: PongState, y: number): number {
  return y - playerY > NEAR ? 2 : playerY - y > NEAR ? 1 : 0;
}

/** Where the ball will be when it comes to the player's paddle; undefined when it flies away. */
function arrival({ ballX, ballY, ballDX, ballDY }: PongState): number | undefined {
  if (ballDX <= 0) return undefined;
  for (; ballX + 32 <= 1184; ballX += ballDX) {
    ballY += ballDY;
    if (ballY < 64 || ballY > 1248) {
      ballY = ballY < 64 ? 128 - ballY : 2496 - ballY;
      ballDY = -ballDY;
    }
  }
  return ballY;
}

/** Follows the ball's height. */
export const follower: Player = (state) => goTo(state, state.ballY - TO_MIDDLE);

/** Goes where the ball will be and sends it back by an end of its paddle, away from the opponent. */
export const shooter: Player = (state) => {
  const y = arrival(state);
  if (y === undefined) return goTo(state, MIDDLE);
  return goTo(state, y - TO_MIDDLE + (state.opponentY < MIDDLE ? -TO_MIDDLE : TO_MIDDLE));
};

/** The mean return and the mean length of games from seed 0 on. */
export function playGames(
  env: Pong,
  player: Player,
  games: number,
): { score: number; steps: number } {
  let score = 0, steps = 0;
  for (let seed = 0; seed < games; seed++) {
    env.reset({ seed });
    for (let over = false; !over; steps++) {
      const [, reward, terminated] = env.step(player(env.state));
      score += reward;
      over = terminated;
    }
  }
  return { score: score / games, steps: steps / games };
}

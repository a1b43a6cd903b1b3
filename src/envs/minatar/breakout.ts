/**
 * Breakout: break the wall with a ball.
 *
 * @module
 */

import type { MT19937 } from "../rng/mt19937.ts";
import { MinAtarGame, type MinAtarOptions } from "./game.ts";
import { EDGE, LEFT, RIGHT, type Rules, SIDE } from "./rules.ts";
import { FLAG, StateLayout } from "../state_layout.ts";

/** The wall's first row and its number of rows. */
const WALL_Y = 1;
const WALL_ROWS = 3;
/** A row of the wall without a gap: bit x is the brick at x. */
const FULL_ROW = 2 ** SIDE - 1;

// The ball's direction: bit 1 is set when it goes down, and bits 0 and 1 differ when it goes right.
// So 0 is up left, 1 up right, 2 down right, 3 down left, clockwise as in MinAtar.
const MIRROR_X = 1;
const MIRROR_Y = 3;
const TURN_BACK = 2;

const layout = new StateLayout();
const OVER = layout.number("over", FLAG);
const PADDLE_X = layout.number("paddleX", [0, EDGE]);
const BALL_X = layout.number("ballX", [0, EDGE]);
const BALL_Y = layout.number("ballY", [0, EDGE]);
const DIRECTION = layout.number("direction", [0, 3]);
/** Where the ball was a step ago. */
const LAST_X = layout.number("lastX", [0, EDGE]);
const LAST_Y = layout.number("lastY", [0, EDGE]);
/** Whether the ball hit a brick in its last step or has been passing through bricks since. */
const STRIKE = layout.number("strike", FLAG);
const BRICKS = layout.numbers("bricks", WALL_ROWS, [0, FULL_ROW]);

const PADDLE_CHANNEL = 0;
const BALL_CHANNEL = 1;
const TRAIL_CHANNEL = 2;
const BRICK_CHANNEL = 3;
const CHANNELS = 4;

function start(state: Int32Array, random: MT19937): void {
  state.fill(0);
  const fromRight = random.integer(2) === 1;
  state[BALL_X] = fromRight ? EDGE : 0;
  state[BALL_Y] = 3;
  state[DIRECTION] = fromRight ? 3 : 2;
  state[LAST_X] = state[BALL_X];
  state[LAST_Y] = state[BALL_Y];
  state[PADDLE_X] = 4;
  buildWall(state);
}

function buildWall(state: Int32Array): void {
  for (let row = 0; row < WALL_ROWS; row++) state[BRICKS + row] = FULL_ROW;
}

function act(state: Int32Array, action: number): number {
  if (action === LEFT) state[PADDLE_X] = Math.max(0, state[PADDLE_X] - 1);
  else if (action === RIGHT) state[PADDLE_X] = Math.min(EDGE, state[PADDLE_X] + 1);

  const lastX = state[BALL_X], lastY = state[BALL_Y];
  let direction = state[DIRECTION];
  let x = lastX + (direction === 1 || direction === 2 ? 1 : -1);
  let y = lastY + (direction >= 2 ? 1 : -1);
  if (x < 0 || x > EDGE) {
    x = lastX;
    direction ^= MIRROR_X;
  }

  let reward = 0;
  let strike = 0;
  const row = y - WALL_Y;
  if (y < 0) {
    y = 0;
    direction ^= MIRROR_Y;
  } else if (row >= 0 && row < WALL_ROWS && (state[BRICKS + row] >> x & 1) === 1) {
    strike = 1;
    if (state[STRIKE] === 0) {
      reward = 1;
      state[BRICKS + row] &= ~(1 << x);
      y = lastY;
      direction ^= MIRROR_Y;
    }
  } else if (y === EDGE) {
    if (state[BRICKS] + state[BRICKS + 1] + state[BRICKS + 2] === 0) buildWall(state);
    if (lastX === state[PADDLE_X]) {
      direction ^= MIRROR_Y;
      y = lastY;
    } else if (x === state[PADDLE_X]) {
      direction ^= TURN_BACK;
      y = lastY;
    } else {
      state[OVER] = 1;
    }
  }

  state[STRIKE] = strike;
  state[DIRECTION] = direction;
  state[LAST_X] = lastX;
  state[LAST_Y] = lastY;
  state[BALL_X] = x;
  state[BALL_Y] = y;
  return reward;
}

function observe(state: Int32Array, board: Uint8Array): void {
  board[(EDGE * SIDE + state[PADDLE_X]) * CHANNELS + PADDLE_CHANNEL] = 1;
  board[(state[BALL_Y] * SIDE + state[BALL_X]) * CHANNELS + BALL_CHANNEL] = 1;
  board[(state[LAST_Y] * SIDE + state[LAST_X]) * CHANNELS + TRAIL_CHANNEL] = 1;
  for (let row = 0; row < WALL_ROWS; row++) {
    const bricks = state[BRICKS + row];
    const first = (WALL_Y + row) * SIDE * CHANNELS + BRICK_CHANNEL;
    for (let x = 0; x < SIDE; x++) board[first + x * CHANNELS] = bricks >> x & 1;
  }
}

const RULES: Rules = {
  name: "Breakout",
  channels: ["paddle", "ball", "trail", "brick"],
  minimalActions: [0, LEFT, RIGHT],
  layout,
  over: OVER,
  start,
  act,
  observe,
};

/**
 * Keep the ball off the ground with a paddle, and break the bricks of the wall above with it. One of
 * the five games of K. Young and T. Tian, "MinAtar: An Atari-Inspired Testbed for Thorough and
 * Reproducible Reinforcement Learning Experiments" (2019); observations, rewards and ends equal those
 * of the Python package minatar 1.0.15 for the same seed and actions.
 *
 * ## Action space
 *
 * `Discrete(3)` (v1), `Discrete(6)` (v0)
 *
 * | v1 | v0      | meaning                               |
 * | -- | ------- | ------------------------------------- |
 * | 0  | 0       | nothing                               |
 * | 1  | 1       | the paddle a cell to the left         |
 * | 2  | 3       | the paddle a cell to the right        |
 * |    | 2, 4, 5 | up, down, fire: which is nothing here |
 *
 * With probability `stickyActionProb` the last step's action is done instead of the one given, as
 * {@linkcode MinAtarGame} says.
 *
 * ## Observation space
 *
 * `Box(0, 1, [10, 10, 4], uint8)`: zeros and ones, row-major. Cell (x, y), y down, of channel c is
 * element (10 · y + x) · 4 + c.
 *
 * | channel | a one where                                           |
 * | ------- | ----------------------------------------------------- |
 * | 0       | the paddle is, in the lowest row                      |
 * | 1       | the ball is                                           |
 * | 2       | the ball was a step before, which tells its direction |
 * | 3       | a brick is, in rows 1 to 3                            |
 *
 * Python's MinAtar has them as bool, for which there is no typed array.
 *
 * ## Reward
 *
 * 1 for each brick.
 *
 * ## Start
 *
 * The wall stands, the paddle is at x = 4, and the ball at y = 3 goes down from the left edge or the
 * right edge, with equal probability. It moves a cell along a diagonal in every step. Edges and bricks
 * mirror it; having broken a brick it flies through those that it meets at once thereafter. A paddle
 * below the ball mirrors it, one a cell ahead of it sends it back the way it came. When no brick is
 * left, the wall is built anew as soon as the ball comes down to the paddle's row.
 *
 * There is no ramping in this game: `difficultyRamping` changes nothing.
 *
 * ## End
 *
 * - Termination: the ball falls beside the paddle.
 * - Truncation: none, unless `make` is given `maxEpisodeSteps`. A good player goes on for ever.
 *
 * Stepping before a reset, after the episode's end or with another action is an error.
 *
 * ## Arguments
 *
 * | option                | type    | default            | meaning                                    |
 * | --------------------- | ------- | ------------------ | ------------------------------------------ |
 * | `stickyActionProb`    | number  | 0.1                | how probable it is that an action sticks   |
 * | `difficultyRamping`   | boolean | true               | without effect in this game                |
 * | `useMinimalActionSet` | boolean | true (v1)          | only the actions that do something         |
 * | `maxEpisodeSteps`     | integer | none               | of `make`: a limit on episodes             |
 *
 * ## Versions
 *
 * - `MinAtar/Breakout-v1`: only the actions that do something.
 * - `MinAtar/Breakout-v0`: all six actions of MinAtar; the same otherwise.
 *
 * @example An episode of random actions
 * ```ts
 * import { make } from "@dinoq/dinoq";
 *
 * const env = make<Uint8Array>("MinAtar/Breakout-v1");
 * env.reset({ seed: 1 });
 * let score = 0;
 * for (let ended = false; !ended;) {
 *   const [_board, reward, terminated] = env.step(env.actionSpace.sample());
 *   score += reward;
 *   ended = terminated;
 * }
 * console.log(`bricks: ${score}`);
 * ```
 */
export class Breakout extends MinAtarGame {
  /**
   * Makes the bare environment.
   *
   * @param options sticky actions, ramping, which actions; left out, those of the package
   */
  constructor(options: MinAtarOptions = {}) {
    super(RULES, options);
  }
}

/**
 * Space Invaders: shoot the aliens before they land.
 *
 * The three maps are bitboards, an integer a row: in a shader each is ten registers, and moving the
 * aliens is a shift.
 *
 * @module
 */

import type { MT19937 } from "../rng/mt19937.ts";
import { MinAtarGame, type MinAtarOptions } from "./game.ts";
import { EDGE, FIRE, LEFT, RIGHT, type Rules, SIDE } from "./rules.ts";
import { COUNT, FLAG, type Range, StateLayout } from "../state_layout.ts";

const SHOT_INTERVAL = 5;
const ENEMY_SHOT_INTERVAL = 10;
const FIRST_MOVE_INTERVAL = 12;
const LEAST_MOVE_INTERVAL = 6;
/** A wave is four rows of six aliens, at x from 2 to 7. */
const WAVE_ROWS = 4;
const WAVE_ROW = 0b0011111100;
const FULL_ROW = 2 ** SIDE - 1;
/** Bit x of a map's row is the cell at x. */
const ROW: Range = [0, FULL_ROW];

const layout = new StateLayout();
const OVER = layout.number("over", FLAG);
const CANNON_X = layout.number("cannonX", [0, EDGE]);
const SHOT_TIMER = layout.number("shotTimer", [0, SHOT_INTERVAL]);
/** Whether the aliens move to the right. */
const TO_RIGHT = layout.number("toRight", FLAG);
const MOVE_INTERVAL = layout.number("moveInterval", [LEAST_MOVE_INTERVAL, FIRST_MOVE_INTERVAL]);
const MOVE_TIMER = layout.number("moveTimer", [0, FIRST_MOVE_INTERVAL]);
const ENEMY_SHOT_TIMER = layout.number("enemyShotTimer", [0, ENEMY_SHOT_INTERVAL]);
const RAMP_INDEX = layout.number("rampIndex", COUNT);
const ALIENS = layout.numbers("aliens", SIDE, ROW);
const OWN_BULLETS = layout.numbers("ownBullets", SIDE, ROW);
const ENEMY_BULLETS = layout.numbers("enemyBullets", SIDE, ROW);

const CANNON_CHANNEL = 0;
const ALIEN_CHANNEL = 1;
const LEFTWARD_CHANNEL = 2;
const RIGHTWARD_CHANNEL = 3;
const OWN_BULLET_CHANNEL = 4;
const ENEMY_BULLET_CHANNEL = 5;
const CHANNELS = 6;

function start(state: Int32Array): void {
  state.fill(0);
  state[CANNON_X] = 5;
  state[MOVE_INTERVAL] = FIRST_MOVE_INTERVAL;
  state[MOVE_TIMER] = FIRST_MOVE_INTERVAL;
  state[ENEMY_SHOT_TIMER] = ENEMY_SHOT_INTERVAL;
  sendWave(state);
}

function sendWave(state: Int32Array): void {
  for (let y = 0; y < WAVE_ROWS; y++) state[ALIENS + y] = WAVE_ROW;
}

function act(state: Int32Array, action: number, _random: MT19937, ramping: boolean): number {
  if (action === FIRE && state[SHOT_TIMER] === 0) {
    state[OWN_BULLETS + EDGE] |= 1 << state[CANNON_X];
    state[SHOT_TIMER] = SHOT_INTERVAL;
  } else if (action === LEFT) {
    state[CANNON_X] = Math.max(0, state[CANNON_X] - 1);
  } else if (action === RIGHT) {
    state[CANNON_X] = Math.min(EDGE, state[CANNON_X] + 1);
  }
  const cannon = state[CANNON_X];

  moveBullets(state);
  if (isAt(state, ENEMY_BULLETS, cannon) || isAt(state, ALIENS, cannon)) state[OVER] = 1;
  if (state[MOVE_TIMER] === 0) {
    state[MOVE_TIMER] = Math.min(countAliens(state), state[MOVE_INTERVAL]);
    moveAliens(state);
    if (isAt(state, ALIENS, cannon)) state[OVER] = 1;
  }
  if (state[ENEMY_SHOT_TIMER] === 0) {
    state[ENEMY_SHOT_TIMER] = ENEMY_SHOT_INTERVAL;
    shootBack(state, cannon);
  }

  let reward = 0;
  let left = 0;
  for (let y = 0; y < SIDE; y++) {
    const hits = state[ALIENS + y] & state[OWN_BULLETS + y];
    if (hits !== 0) {
      reward += countBits(hits);
      state[ALIENS + y] ^= hits;
      state[OWN_BULLETS + y] ^= hits;
    }
    left |= state[ALIENS + y];
  }

  if (state[SHOT_TIMER] > 0) state[SHOT_TIMER]--;
  state[MOVE_TIMER]--;
  state[ENEMY_SHOT_TIMER]--;
  if (left === 0) {
    if (ramping && state[MOVE_INTERVAL] > LEAST_MOVE_INTERVAL) {
      state[MOVE_INTERVAL]--;
      state[RAMP_INDEX]++;
    }
    sendWave(state);
  }
  return reward;
}

/** Whether a map has something in the lowest row at x. */
function isAt(state: Int32Array, map: number, x: number): boolean {
  return (state[map + EDGE] >> x & 1) === 1;
}

/** The player's bullets go up a cell, the aliens' down; neither comes round. */
function moveBullets(state: Int32Array): void {
  for (let y = 0; y < EDGE; y++) {
    state[OWN_BULLETS + y] = state[OWN_BULLETS + y + 1];
    state[ENEMY_BULLETS + EDGE - y] = state[ENEMY_BULLETS + EDGE - 1 - y];
  }
  state[OWN_BULLETS + EDGE] = 0;
  state[ENEMY_BULLETS] = 0;
}

/** All aliens a cell aside, or at the edge a row down and about. In the lowest row that is the end. */
function moveAliens(state: Int32Array): void {
  const toRight = state[TO_RIGHT] === 1;
  const columns = occupiedColumns(state);
  if ((columns >> (toRight ? EDGE : 0) & 1) === 1) {
    state[TO_RIGHT] = toRight ? 0 : 1;
    const lowest = state[ALIENS + EDGE];
    if (lowest !== 0) state[OVER] = 1;
    for (let y = EDGE; y > 0; y--) state[ALIENS + y] = state[ALIENS + y - 1];
    // Those in the lowest row come round to the highest: the last picture of a lost game.
    state[ALIENS] = lowest;
    return;
  }
  for (let y = 0; y < SIDE; y++) {
    state[ALIENS + y] = toRight ? state[ALIENS + y] << 1 : state[ALIENS + y] >> 1;
  }
}

/** The columns with an alien, as bits. */
function occupiedColumns(state: Int32Array): number {
  let columns = 0;
  for (let y = 0; y < SIDE; y++) columns |= state[ALIENS + y];
  return columns;
}

/** The lowest alien of the column nearest to the cannon shoots; of two as near, the left one's. */
function shootBack(state: Int32Array, cannon: number): void {
  const columns = occupiedColumns(state);
  for (let distance = 0; distance < SIDE; distance++) {
    const left = cannon - distance, right = cannon + distance;
    let x: number;
    if (left >= 0 && (columns >> left & 1) === 1) x = left;
    else if (right <= EDGE && (columns >> right & 1) === 1) x = right;
    else continue;
    let y = EDGE;
    while ((state[ALIENS + y] >> x & 1) === 0) y--;
    state[ENEMY_BULLETS + y] |= 1 << x;
    return;
  }
}

function countAliens(state: Int32Array): number {
  let count = 0;
  for (let y = 0; y < SIDE; y++) count += countBits(state[ALIENS + y]);
  return count;
}

function countBits(row: number): number {
  let count = 0;
  for (let rest = row; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function observe(state: Int32Array, board: Uint8Array): void {
  board[(EDGE * SIDE + state[CANNON_X]) * CHANNELS + CANNON_CHANNEL] = 1;
  const direction = state[TO_RIGHT] === 1 ? RIGHTWARD_CHANNEL : LEFTWARD_CHANNEL;
  for (let y = 0; y < SIDE; y++) {
    const row = y * SIDE;
    drawRow(state[ALIENS + y], board, row, ALIEN_CHANNEL);
    drawRow(state[ALIENS + y], board, row, direction);
    drawRow(state[OWN_BULLETS + y], board, row, OWN_BULLET_CHANNEL);
    drawRow(state[ENEMY_BULLETS + y], board, row, ENEMY_BULLET_CHANNEL);
  }
}

function drawRow(bits: number, board: Uint8Array, row: number, channel: number): void {
  for (let rest = bits; rest !== 0; rest &= rest - 1) {
    const x = 31 - Math.clz32(rest & -rest);
    board[(row + x) * CHANNELS + channel] = 1;
  }
}

const RULES: Rules = {
  name: "SpaceInvaders",
  channels: [
    "cannon",
    "alien",
    "alien going left",
    "alien going right",
    "own bullet",
    "enemy bullet",
  ],
  minimalActions: [0, LEFT, RIGHT, FIRE],
  layout,
  over: OVER,
  start,
  act,
  observe,
};

/**
 * Shoot wave after wave of aliens that come nearer and shoot back. One of the five games of K. Young
 * and T. Tian, "MinAtar: An Atari-Inspired Testbed for Thorough and Reproducible Reinforcement Learning
 * Experiments" (2019); observations, rewards and ends equal those of the Python package minatar 1.0.15
 * for the same seed and actions.
 *
 * ## Action space
 *
 * `Discrete(4)` (v1), `Discrete(6)` (v0)
 *
 * | v1 | v0   | meaning                             |
 * | -- | ---- | ----------------------------------- |
 * | 0  | 0    | nothing                             |
 * | 1  | 1    | the cannon a cell to the left       |
 * | 2  | 3    | the cannon a cell to the right      |
 * | 3  | 5    | fire, at most once in five steps    |
 * |    | 2, 4 | up, down: which is nothing here     |
 *
 * With probability `stickyActionProb` the last step's action is done instead of the one given, as
 * {@linkcode MinAtarGame} says. Nothing else is random in this game.
 *
 * ## Observation space
 *
 * `Box(0, 1, [10, 10, 6], uint8)`: zeros and ones, row-major. Cell (x, y), y down, of channel c is
 * element (10 · y + x) · 6 + c.
 *
 * | channel | a one where                                  |
 * | ------- | -------------------------------------------- |
 * | 0       | the cannon is, in the lowest row             |
 * | 1       | an alien is                                  |
 * | 2       | an alien is, while they move to the left     |
 * | 3       | an alien is, while they move to the right    |
 * | 4       | a bullet of the player's is                  |
 * | 5       | an alien's bullet is                         |
 *
 * Python's MinAtar has them as bool, for which there is no typed array.
 *
 * ## Reward
 *
 * 1 for each alien that is shot.
 *
 * ## Start
 *
 * The cannon is at x = 5; a wave of four rows of six aliens stands in the upper rows and moves to the
 * left. They move a cell every 12 steps, or once there are fewer than 12 every as many steps as there
 * are aliens, so that the last one moves in every step. At an edge they go a row down and about. Every
 * 10 steps the lowest alien in the column nearest to the cannon shoots. Bullets move a cell a step.
 * When none is left, the next wave stands where the first one did.
 *
 * With `difficultyRamping`, each wave moves a step more frequently, up to every 6 steps.
 *
 * ## End
 *
 * - Termination: a bullet or an alien hits the cannon, or aliens would have to go below the lowest row.
 * - Truncation: none, unless `make` is given `maxEpisodeSteps`.
 *
 * Stepping before a reset, after the episode's end or with another action is an error.
 *
 * ## Arguments
 *
 * | option                | type    | default            | meaning                                    |
 * | --------------------- | ------- | ------------------ | ------------------------------------------ |
 * | `stickyActionProb`    | number  | 0.1                | how probable it is that an action sticks   |
 * | `difficultyRamping`   | boolean | true               | whether the game gets harder as it goes on |
 * | `useMinimalActionSet` | boolean | true (v1)          | only the actions that do something         |
 * | `maxEpisodeSteps`     | integer | none               | of `make`: a limit on episodes             |
 *
 * ## Versions
 *
 * - `MinAtar/SpaceInvaders-v1`: only the actions that do something.
 * - `MinAtar/SpaceInvaders-v0`: all six actions of MinAtar; the same otherwise.
 *
 * @example An episode of random actions
 * ```ts
 * import { make } from "@dinoq/dinoq";
 *
 * const env = make<Uint8Array>("MinAtar/SpaceInvaders-v1");
 * env.reset({ seed: 1 });
 * let score = 0;
 * for (let ended = false; !ended;) {
 *   const [_board, reward, terminated] = env.step(env.actionSpace.sample());
 *   score += reward;
 *   ended = terminated;
 * }
 * console.log(`aliens: ${score}`);
 * ```
 */
export class SpaceInvaders extends MinAtarGame {
  /**
   * Makes the bare environment.
   *
   * @param options sticky actions, ramping, which actions; left out, those of the package
   */
  constructor(options: MinAtarOptions = {}) {
    super(RULES, options);
  }
}

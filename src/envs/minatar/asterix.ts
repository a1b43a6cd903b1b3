/**
 * Asterix: gather gold, keep out of the way.
 *
 * @module
 */

import type { MT19937 } from "../rng/mt19937.ts";
import { MinAtarGame, type MinAtarOptions } from "./game.ts";
import { DOWN, EDGE, LEFT, RIGHT, type Rules, SIDE, UP } from "./rules.ts";
import { ANY, COUNT, FLAG, StateLayout } from "../state_layout.ts";

/** An entity has one of so many rows to itself, the first of which is at y = 1. */
const SLOTS = 8;
const RAMP_INTERVAL = 100;
const FIRST_SPAWN_INTERVAL = 10;
const FIRST_MOVE_INTERVAL = 5;

const NOBODY = 0;
const ENEMY = 1;
const GOLD = 2;

const layout = new StateLayout();
const OVER = layout.number("over", FLAG);
const PLAYER_X = layout.number("playerX", [0, EDGE]);
const PLAYER_Y = layout.number("playerY", [1, SLOTS]);
/** What is in each slot: {@linkcode NOBODY}, {@linkcode ENEMY} or {@linkcode GOLD}. */
const KIND = layout.numbers("kind", SLOTS, [NOBODY, GOLD]);
/** Where in its row it is. */
const X = layout.numbers("x", SLOTS, [0, EDGE]);
/** Which way it goes: 1 to the right, 0 to the left. */
const TO_RIGHT = layout.numbers("toRight", SLOTS, FLAG);
const SPAWN_INTERVAL = layout.number("spawnInterval", [1, FIRST_SPAWN_INTERVAL]);
const SPAWN_TIMER = layout.number("spawnTimer", [0, FIRST_SPAWN_INTERVAL]);
const MOVE_INTERVAL = layout.number("moveInterval", [1, FIRST_MOVE_INTERVAL]);
const MOVE_TIMER = layout.number("moveTimer", [0, FIRST_MOVE_INTERVAL]);
const RAMP_TIMER = layout.number("rampTimer", ANY);
const RAMP_INDEX = layout.number("rampIndex", COUNT);

const PLAYER_CHANNEL = 0;
const ENEMY_CHANNEL = 1;
const TRAIL_CHANNEL = 2;
const GOLD_CHANNEL = 3;
const CHANNELS = 4;

function start(state: Int32Array): void {
  state.fill(0);
  state[PLAYER_X] = 5;
  state[PLAYER_Y] = 5;
  state[SPAWN_INTERVAL] = FIRST_SPAWN_INTERVAL;
  state[SPAWN_TIMER] = FIRST_SPAWN_INTERVAL;
  state[MOVE_INTERVAL] = FIRST_MOVE_INTERVAL;
  state[MOVE_TIMER] = FIRST_MOVE_INTERVAL;
  state[RAMP_TIMER] = RAMP_INTERVAL;
}

function act(state: Int32Array, action: number, random: MT19937, ramping: boolean): number {
  if (state[SPAWN_TIMER] === 0) {
    spawn(state, random);
    state[SPAWN_TIMER] = state[SPAWN_INTERVAL];
  }

  if (action === LEFT) state[PLAYER_X] = Math.max(0, state[PLAYER_X] - 1);
  else if (action === RIGHT) state[PLAYER_X] = Math.min(EDGE, state[PLAYER_X] + 1);
  else if (action === UP) state[PLAYER_Y] = Math.max(1, state[PLAYER_Y] - 1);
  else if (action === DOWN) state[PLAYER_Y] = Math.min(SLOTS, state[PLAYER_Y] + 1);

  // Only what is in the player's row can meet the player.
  const slot = state[PLAYER_Y] - 1;
  let reward = touch(state, slot);
  if (state[MOVE_TIMER] === 0) {
    state[MOVE_TIMER] = state[MOVE_INTERVAL];
    move(state);
    reward += touch(state, slot);
  }
  state[SPAWN_TIMER]--;
  state[MOVE_TIMER]--;
  if (ramping) ramp(state);
  return reward;
}

/** Whatever the player meets in a row: gold is gathered, an enemy ends the game. */
function touch(state: Int32Array, slot: number): number {
  if (state[KIND + slot] === NOBODY || state[X + slot] !== state[PLAYER_X]) return 0;
  if (state[KIND + slot] === GOLD) {
    vacate(state, slot);
    return 1;
  }
  state[OVER] = 1;
  return 0;
}

function vacate(state: Int32Array, slot: number): void {
  state[KIND + slot] = NOBODY;
  state[X + slot] = 0;
  state[TO_RIGHT + slot] = 0;
}

function move(state: Int32Array): void {
  for (let slot = 0; slot < SLOTS; slot++) {
    if (state[KIND + slot] === NOBODY) continue;
    const x = state[X + slot] + (state[TO_RIGHT + slot] === 1 ? 1 : -1);
    if (x < 0 || x > EDGE) vacate(state, slot);
    else state[X + slot] = x;
  }
}

/** Something new in a random free row, if there is one. */
function spawn(state: Int32Array, random: MT19937): void {
  const toRight = random.nextDouble() < 1 / 2;
  const isGold = random.nextDouble() < 1 / 3;
  let free = 0;
  for (let slot = 0; slot < SLOTS; slot++) if (state[KIND + slot] === NOBODY) free++;
  if (free === 0) return;
  let skip = random.integer(free);
  let slot = 0;
  while (state[KIND + slot] !== NOBODY || skip-- > 0) slot++;
  state[KIND + slot] = isGold ? GOLD : ENEMY;
  state[X + slot] = toRight ? 0 : EDGE;
  state[TO_RIGHT + slot] = toRight ? 1 : 0;
}

function ramp(state: Int32Array): void {
  if (state[SPAWN_INTERVAL] === 1 && state[MOVE_INTERVAL] === 1) return;
  if (state[RAMP_TIMER] >= 0) {
    state[RAMP_TIMER]--;
    return;
  }
  if (state[MOVE_INTERVAL] > 1 && state[RAMP_INDEX] % 2 === 1) state[MOVE_INTERVAL]--;
  if (state[SPAWN_INTERVAL] > 1) state[SPAWN_INTERVAL]--;
  state[RAMP_INDEX]++;
  state[RAMP_TIMER] = RAMP_INTERVAL;
}

function observe(state: Int32Array, board: Uint8Array): void {
  board[(state[PLAYER_Y] * SIDE + state[PLAYER_X]) * CHANNELS + PLAYER_CHANNEL] = 1;
  for (let slot = 0; slot < SLOTS; slot++) {
    const kind = state[KIND + slot];
    if (kind === NOBODY) continue;
    const x = state[X + slot];
    const row = (slot + 1) * SIDE;
    board[(row + x) * CHANNELS + (kind === GOLD ? GOLD_CHANNEL : ENEMY_CHANNEL)] = 1;
    const behind = state[TO_RIGHT + slot] === 1 ? x - 1 : x + 1;
    if (behind >= 0 && behind <= EDGE) board[(row + behind) * CHANNELS + TRAIL_CHANNEL] = 1;
  }
}

const RULES: Rules = {
  name: "Asterix",
  channels: ["player", "enemy", "trail", "gold"],
  minimalActions: [0, LEFT, UP, RIGHT, DOWN],
  layout,
  over: OVER,
  start,
  act,
  observe,
};

/**
 * Enemies and gold cross the board from both sides, each in a row of its own. Gather the gold and keep
 * away from the enemies. One of the five games of K. Young and T. Tian, "MinAtar: An Atari-Inspired
 * Testbed for Thorough and Reproducible Reinforcement Learning Experiments" (2019); observations,
 * rewards and ends equal those of the Python package minatar 1.0.15 for the same seed and actions.
 *
 * ## Action space
 *
 * `Discrete(5)` (v1), `Discrete(6)` (v0)
 *
 * | v1 | v0 | meaning                     |
 * | -- | -- | --------------------------- |
 * | 0  | 0  | nothing                     |
 * | 1  | 1  | left                        |
 * | 2  | 2  | up                          |
 * | 3  | 3  | right                       |
 * | 4  | 4  | down                        |
 * |    | 5  | fire, which is nothing here |
 *
 * With probability `stickyActionProb` the last step's action is done instead of the one given, as
 * {@linkcode MinAtarGame} says.
 *
 * ## Observation space
 *
 * `Box(0, 1, [10, 10, 4], uint8)`: zeros and ones, row-major. Cell (x, y), y down, of channel c is
 * element (10 · y + x) · 4 + c.
 *
 * | channel | a one where                                                            |
 * | ------- | ---------------------------------------------------------------------- |
 * | 0       | the player is, x from 0 to 9, y from 1 to 8                            |
 * | 1       | an enemy is                                                            |
 * | 2       | something came from: the cell behind each enemy and each piece of gold |
 * | 3       | gold is                                                                |
 *
 * Python's MinAtar has them as bool, for which there is no typed array.
 *
 * ## Reward
 *
 * 1 for each piece of gold.
 *
 * ## Start
 *
 * The player is at (5, 5), the board is empty. From then on something comes in every 10 steps, in a
 * random one of the eight rows that are free: gold with probability 1/3, else an enemy, from the left
 * or the right with equal probability. All move together, a cell every 5 steps.
 *
 * With `difficultyRamping`, every 102 steps the steps between two comings get one fewer, and every
 * other time the steps between two moves as well, until both are 1.
 *
 * ## End
 *
 * - Termination: an enemy and the player are in one cell.
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
 * - `MinAtar/Asterix-v1`: only the actions that do something.
 * - `MinAtar/Asterix-v0`: all six actions of MinAtar; the same otherwise.
 *
 * @example An episode of random actions
 * ```ts
 * import { make } from "@dinoq/dinoq";
 *
 * const env = make<Uint8Array>("MinAtar/Asterix-v1");
 * env.reset({ seed: 1 });
 * let score = 0;
 * for (let ended = false; !ended;) {
 *   const [_board, reward, terminated] = env.step(env.actionSpace.sample());
 *   score += reward;
 *   ended = terminated;
 * }
 * console.log(`pieces of gold: ${score}`);
 * ```
 */
export class Asterix extends MinAtarGame {
  /**
   * Makes the bare environment.
   *
   * @param options sticky actions, ramping, which actions; left out, those of the package
   */
  constructor(options: MinAtarOptions = {}) {
    super(RULES, options);
  }
}

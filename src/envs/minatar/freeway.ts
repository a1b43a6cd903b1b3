/**
 * Freeway: get the chicken across the road.
 *
 * @module
 */

import type { MT19937 } from "../rng/mt19937.ts";
import { MinAtarGame, type MinAtarOptions } from "./game.ts";
import { DOWN, EDGE, type Rules, SIDE, UP } from "./rules.ts";
import { FLAG, StateLayout } from "../state_layout.ts";

/** Car i drives in row i + 1. */
const CARS = 8;
const SLOWEST = 5;
const CHICKEN_X = 4;
/** The chicken moves at most once in so many steps. */
const MOVE_INTERVAL = 3;
const TIME_LIMIT = 2500;

const layout = new StateLayout();
const OVER = layout.number("over", FLAG);
const CHICKEN_Y = layout.number("chickenY", [0, EDGE]);
const MOVE_TIMER = layout.number("moveTimer", [0, MOVE_INTERVAL]);
const TIME_LEFT = layout.number("timeLeft", [-1, TIME_LIMIT]);
const CAR_X = layout.numbers("carX", CARS, [0, EDGE]);
/** Steps until the car moves. */
const CAR_TIMER = layout.numbers("carTimer", CARS, [0, SLOWEST]);
/** Steps that the car rests between two moves, negative when it drives to the left. */
const CAR_PACE = layout.numbers("carPace", CARS, [-SLOWEST, SLOWEST]);

const CHICKEN_CHANNEL = 0;
const CAR_CHANNEL = 1;
const CHANNELS = 7;

function start(state: Int32Array, random: MT19937): void {
  state.fill(0);
  changePaces(state, random);
  state[CHICKEN_Y] = EDGE;
  state[MOVE_TIMER] = MOVE_INTERVAL;
  state[TIME_LEFT] = TIME_LIMIT;
}

/** New paces for all cars: first all eight amounts are drawn, then all eight directions. */
function changePaces(state: Int32Array, random: MT19937): void {
  for (let car = 0; car < CARS; car++) {
    state[CAR_PACE + car] = state[CAR_TIMER + car] = 1 + random.integer(SLOWEST);
  }
  for (let car = 0; car < CARS; car++) {
    // At exactly 1/2, once in 2^53 draws, MinAtar gives a car no pace at all and may fail for it.
    if (random.nextDouble() < 1 / 2) state[CAR_PACE + car] = -state[CAR_PACE + car];
  }
}

function act(state: Int32Array, action: number, random: MT19937): number {
  if (state[MOVE_TIMER] === 0 && (action === UP || action === DOWN)) {
    state[MOVE_TIMER] = MOVE_INTERVAL;
    state[CHICKEN_Y] = action === UP
      ? Math.max(0, state[CHICKEN_Y] - 1)
      : Math.min(EDGE, state[CHICKEN_Y] + 1);
  }

  let reward = 0;
  if (state[CHICKEN_Y] === 0) {
    reward = 1;
    changePaces(state, random);
    state[CHICKEN_Y] = EDGE;
  }

  for (let car = 0; car < CARS; car++) {
    hit(state, car);
    if (state[CAR_TIMER + car] > 0) {
      state[CAR_TIMER + car]--;
      continue;
    }
    const pace = state[CAR_PACE + car];
    state[CAR_TIMER + car] = Math.abs(pace);
    state[CAR_X + car] = around(state[CAR_X + car] + (pace > 0 ? 1 : -1));
    hit(state, car);
  }

  if (state[MOVE_TIMER] > 0) state[MOVE_TIMER]--;
  if (--state[TIME_LEFT] < 0) state[OVER] = 1;
  return reward;
}

/** A chicken that is hit by the car starts again from below. */
function hit(state: Int32Array, car: number): void {
  if (state[CAR_X + car] === CHICKEN_X && car + 1 === state[CHICKEN_Y]) state[CHICKEN_Y] = EDGE;
}

/** What leaves the board on one side comes in on the other. */
function around(x: number): number {
  return x < 0 ? EDGE : x > EDGE ? 0 : x;
}

function observe(state: Int32Array, board: Uint8Array): void {
  board[(state[CHICKEN_Y] * SIDE + CHICKEN_X) * CHANNELS + CHICKEN_CHANNEL] = 1;
  for (let car = 0; car < CARS; car++) {
    const x = state[CAR_X + car];
    const pace = state[CAR_PACE + car];
    const row = (car + 1) * SIDE;
    board[(row + x) * CHANNELS + CAR_CHANNEL] = 1;
    const behind = around(pace > 0 ? x - 1 : x + 1);
    board[(row + behind) * CHANNELS + CAR_CHANNEL + Math.abs(pace)] = 1;
  }
}

const RULES: Rules = {
  name: "Freeway",
  channels: ["chicken", "car", "speed1", "speed2", "speed3", "speed4", "speed5"],
  minimalActions: [0, UP, DOWN],
  layout,
  over: OVER,
  start,
  act,
  observe,
};

/**
 * Get a chicken across a road of eight lanes, again and again. One of the five games of K. Young and
 * T. Tian, "MinAtar: An Atari-Inspired Testbed for Thorough and Reproducible Reinforcement Learning
 * Experiments" (2019); observations, rewards and ends equal those of the Python package minatar 1.0.15
 * for the same seed and actions.
 *
 * ## Action space
 *
 * `Discrete(3)` (v1), `Discrete(6)` (v0)
 *
 * | v1 | v0      | meaning                                  |
 * | -- | ------- | ---------------------------------------- |
 * | 0  | 0       | nothing                                  |
 * | 1  | 2       | up                                       |
 * | 2  | 4       | down                                     |
 * |    | 1, 3, 5 | left, right, fire: which is nothing here |
 *
 * With probability `stickyActionProb` the last step's action is done instead of the one given, as
 * {@linkcode MinAtarGame} says. The chicken moves at most once in three steps, for the first time in
 * the fourth.
 *
 * ## Observation space
 *
 * `Box(0, 1, [10, 10, 7], uint8)`: zeros and ones, row-major. Cell (x, y), y down, of channel c is
 * element (10 · y + x) · 7 + c.
 *
 * | channel | a one where                                              |
 * | ------- | -------------------------------------------------------- |
 * | 0       | the chicken is, always at x = 4                          |
 * | 1       | a car is, one in each of the rows 1 to 8                 |
 * | 2       | a car came from (the cell behind it) that moves every 2nd step |
 * | 3       | the same, every 3rd step                                 |
 * | 4       | the same, every 4th step                                 |
 * | 5       | the same, every 5th step                                 |
 * | 6       | the same, every 6th step                                 |
 *
 * Python's MinAtar has them as bool, for which there is no typed array.
 *
 * ## Reward
 *
 * 1 each time that the chicken reaches the upper edge, from where it is put back to the lower one.
 *
 * ## Start
 *
 * The chicken is at (4, 9), all cars at x = 0. Each car's pace and direction are random, and drawn
 * again each time that the chicken has made it; the cars go on from where they are. A car that leaves
 * the board on one side comes in on the other. A car that hits the chicken puts it back to (4, 9).
 *
 * There is no ramping in this game: `difficultyRamping` changes nothing.
 *
 * ## End
 *
 * - Termination: after 2501 steps. The package ends the game itself, so it is no truncation.
 * - Truncation: none, unless `make` is given `maxEpisodeSteps`.
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
 * - `MinAtar/Freeway-v1`: only the actions that do something.
 * - `MinAtar/Freeway-v0`: all six actions of MinAtar; the same otherwise.
 *
 * @example Straight ahead
 * ```ts
 * import { make } from "@dinoq/dinoq";
 *
 * const env = make<Uint8Array>("MinAtar/Freeway-v1");
 * env.reset({ seed: 1 });
 * let score = 0;
 * for (let ended = false; !ended;) {
 *   const [_board, reward, terminated] = env.step(1);
 *   score += reward;
 *   ended = terminated;
 * }
 * console.log(`crossings: ${score}`);
 * ```
 */
export class Freeway extends MinAtarGame {
  /**
   * Makes the bare environment.
   *
   * @param options sticky actions, ramping, which actions; left out, those of the package
   */
  constructor(options: MinAtarOptions = {}) {
    super(RULES, options);
  }
}

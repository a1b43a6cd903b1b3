/**
 * CliffWalking: go along a cliff without falling off.
 *
 * @module
 */

import type { RGBImage } from "../render/image.ts";
import { drawCliffWalking } from "./draw_cliff_walking.ts";
import { TabularEnv } from "./tabular_env.ts";
import { type Transition, TransitionTable } from "./transition_table.ts";

const ROWS = 4;
const COLUMNS = 12;
const STATES = ROWS * COLUMNS;
const START = 36;
const GOAL = 47;
/** What each action adds to row and column: up, right, down, left. */
const MOVES: readonly (readonly [row: number, column: number])[] = [[-1, 0], [0, 1], [1, 0], [
  0,
  -1,
]];

/** What {@linkcode CliffWalking} can be told when it is made. */
export interface CliffWalkingOptions {
  /** Whether one slips, false if left out. */
  readonly isSlippery?: boolean;
}

/**
 * Walk from the start to the goal along the edge of a cliff; whoever falls off is back at the start.
 * From R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction" (2018), example 6.6.
 * Gymnasium's `CliffWalking-v1` and `CliffWalkingSlippery-v1`, equal for the same seeds and actions,
 * over whole episodes.
 *
 * ## Action space
 *
 * `Discrete(4)`
 *
 * | action | meaning  |
 * | ------ | -------- |
 * | 0      | go up    |
 * | 1      | go right |
 * | 2      | go down  |
 * | 3      | go left  |
 *
 * Walking off the grid leaves one where one is.
 *
 * ## Observation space
 *
 * `Discrete(48)`: 12 · row + column of where one is on a grid of 4 rows and 12 columns, both from 0.
 * The start is 36, the goal 47, the cliff lies between them. The places 37 to 46 are never seen.
 *
 * ## Dynamics
 *
 * With `isSlippery` one goes where one wants or to either side of it, each with probability 1/3. The
 * property `transitions` of the unwrapped environment has the whole table.
 *
 * ## Reward
 *
 * -1 for every step, -100 for one that leads off the cliff.
 *
 * ## Start
 *
 * In the lower left corner, 36.
 *
 * ## End
 *
 * - Termination: at the goal, the lower right corner.
 * - Truncation: none, unless `make` is given `maxEpisodeSteps`.
 *
 * Stepping before a reset, after the episode's end or with another action is an error.
 *
 * ## Info
 *
 * `prob`: the probability of the transition that was taken; 1 after a reset.
 *
 * ## Arguments
 *
 * | option            | type    | default | meaning                                               |
 * | ----------------- | ------- | ------- | ----------------------------------------------------- |
 * | `isSlippery`      | boolean | false   | whether one slips (true for CliffWalkingSlippery-v1)  |
 * | `maxEpisodeSteps` | integer | null    | of `make`: a limit, where there is none               |
 *
 * ## Rendering
 *
 * `render()` is a picture of 768 × 256; `render("ansi")` is the grid: x is where one is, C the cliff, T the goal.
 *
 * ## Versions
 *
 * - v1: the only one.
 *
 * @example The shortest way
 * ```ts
 * import { make } from "@dinoq/dinoq";
 *
 * const env = make<number>("CliffWalking-v1");
 * env.reset({ seed: 1 }); // [36, { prob: 1 }]
 * env.step(0); // [24, -1, false, false, { prob: 1 }]
 * for (let i = 0; i < 11; i++) env.step(1);
 * env.step(2); // [47, -1, true, false, { prob: 1 }]
 * ```
 */
export class CliffWalking extends TabularEnv {
  /**
   * Makes the environment.
   *
   * @param options whether one slips
   */
  constructor(options: CliffWalkingOptions = {}) {
    const { isSlippery = false } = options;
    if (typeof isSlippery !== "boolean") {
      throw new TypeError(`CliffWalking: isSlippery must be a boolean, got ${isSlippery}`);
    }
    super(
      new TransitionTable(STATES, 4, (state, action) => outcomes(state, action, isSlippery)),
      Array.from({ length: STATES }, (_, state) => state === START ? 1 : 0),
    );
  }

  /** The cliff as a picture, 768 × 256. */
  render(mode?: "rgb_array"): RGBImage;
  /** The cliff as text. */
  render(mode: "ansi"): string;
  /** Draws the cliff. */
  render(mode: "rgb_array" | "ansi" = "rgb_array"): RGBImage | string {
    this.checkCanRender(mode);
    if (mode === "ansi") return this.#text();
    return drawCliffWalking(this.state);
  }

  #text(): string {
    let text = "";
    for (let row = 0; row < ROWS; row++) {
      const letters = Array.from({ length: COLUMNS }, (_, column) => {
        const place = row * COLUMNS + column;
        if (place === this.state) return "x";
        return place === GOAL ? "T" : isCliff(row, column) ? "C" : "o";
      });
      text += `${letters.join("  ")}\n`;
    }
    return `${text}\n`;
  }
}

function isCliff(row: number, column: number): boolean {
  return row === ROWS - 1 && column > 0 && column < COLUMNS - 1;
}

function outcomes(state: number, action: number, isSlippery: boolean): Transition[] {
  const directions = isSlippery ? [(action + 3) % 4, action, (action + 1) % 4] : [action];
  const probability = 1 / directions.length;
  return directions.map((direction) => {
    const [down, right] = MOVES[direction];
    const row = clip(Math.floor(state / COLUMNS) + down, ROWS);
    const column = clip(state % COLUMNS + right, COLUMNS);
    if (isCliff(row, column)) {
      return { probability, nextState: START, reward: -100, terminated: false };
    }
    const nextState = row * COLUMNS + column;
    return { probability, nextState, reward: -1, terminated: nextState === GOAL };
  });
}

/** The nearest index of `length` ones. */
function clip(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length - 1);
}

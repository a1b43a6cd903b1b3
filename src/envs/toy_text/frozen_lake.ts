/**
 * FrozenLake: cross the ice without falling into a hole.
 *
 * @module
 */

import type { RGBImage } from "../render/image.ts";
import { colorize } from "./ansi.ts";
import { drawFrozenLake } from "./draw_frozen_lake.ts";
import { FROZEN_LAKE_MAPS, generateRandomMap } from "./frozen_lake_maps.ts";
import { TabularEnv } from "./tabular_env.ts";
import { type Transition, TransitionTable } from "./transition_table.ts";

const LEFT = 0;
const DOWN = 1;
const RIGHT = 2;
const ACTION_NAMES = ["Left", "Down", "Right", "Up"];

/** What {@linkcode FrozenLake} can be told when it is made. */
export interface FrozenLakeOptions {
  /** The map: rows of the letters S, F, H and G; left out, that of `mapName`. */
  readonly desc?: readonly string[] | null;
  /** A map with a name, "4x4" if left out; null for a random one of 8 by 8. */
  readonly mapName?: "4x4" | "8x8" | null;
  /** Whether one slips, true if left out. */
  readonly isSlippery?: boolean;
  /** How probable it is to go where one wants on slippery ice, 1/3 if left out. */
  readonly successRate?: number;
  /** The rewards for reaching goal, hole and frozen tile, [1, 0, 0] if left out. */
  readonly rewardSchedule?: readonly [goal: number, hole: number, frozen: number];
}

/**
 * A lake of tiles, frozen but for some holes: walk from the start to the goal. The ice is slippery, so
 * one does not always go where one wants. Gymnasium's `FrozenLake-v1` and `FrozenLake8x8-v1`, equal for
 * the same seeds and actions, over whole episodes.
 *
 * ## Action space
 *
 * `Discrete(4)`
 *
 * | action | meaning  |
 * | ------ | -------- |
 * | 0      | go left  |
 * | 1      | go down  |
 * | 2      | go right |
 * | 3      | go up    |
 *
 * Walking off the lake leaves one where one is.
 *
 * ## Observation space
 *
 * `Discrete(rows · columns)`: row · columns + column of where one is, both from 0, the upper left tile
 * being 0. In the 4x4 map the goal is 15.
 *
 * ## Dynamics
 *
 * On slippery ice one goes where one wants with probability `successRate`, and to either side of it
 * with half of the rest. The property `transitions` of the unwrapped environment has the whole table.
 *
 * ## Reward
 *
 * 1 for reaching the goal, else 0; `rewardSchedule` has others. The task counts as solved at a mean
 * return of 0.7 (4x4; 0.74 is the best possible) or 0.85 (8x8; 0.91).
 *
 * ## Start
 *
 * On the tile S, which in the maps that have names is 0; where a map has several, each is as probable.
 *
 * ## End
 *
 * - Termination: at the goal, or in a hole.
 * - Truncation: after 100 steps (4x4) or 200 (8x8), by `TimeLimit`, which `make` puts around it.
 *
 * Stepping before a reset, after the episode's end or with another action is an error.
 *
 * ## Info
 *
 * `prob`: the probability of the transition that was taken; 1 after a reset.
 *
 * ## Arguments
 *
 * | option            | type      | default   | meaning                                               |
 * | ----------------- | --------- | --------- | ----------------------------------------------------- |
 * | `desc`            | string[]  | null      | a map of one's own, before `mapName`: equally long rows of S (start), F (frozen), H (hole), G (goal) |
 * | `mapName`         | string    | "4x4"     | "4x4" or "8x8" ("8x8" for FrozenLake8x8-v1)           |
 * | `isSlippery`      | boolean   | true      | whether one slips                                     |
 * | `successRate`     | number    | 1/3       | how probable it is to go where one wants on slippery ice |
 * | `rewardSchedule`  | number[3] | [1, 0, 0] | the rewards for reaching goal, hole, frozen tile      |
 * | `maxEpisodeSteps` | integer   | 100       | of `make`: another limit than 100 (4x4), 200 (8x8)    |
 *
 * `generateRandomMap` makes random maps for `desc`.
 *
 * ## Rendering
 *
 * `render()` is a picture of 64 × 64 pixels a tile, 512 × 512 at most; who has fallen into a hole looks
 * out of it. `render("ansi")` is the map with the place where one is in red, under the last action.
 *
 * ## Versions
 *
 * - v1: the only one.
 *
 * @example Down and right on a small lake
 * ```ts
 * import { make } from "@dinoq/dinoq";
 *
 * const env = make<number>("FrozenLake-v1", { desc: ["SF", "HG"], isSlippery: false });
 * env.reset({ seed: 1 }); // [0, { prob: 1 }]
 * env.step(2); // [1, 0, false, false, { prob: 1 }]
 * env.step(1); // [3, 1, true, false, { prob: 1 }]
 * ```
 */
export class FrozenLake extends TabularEnv {
  /** The map's rows. */
  readonly desc: readonly string[];

  /**
   * Makes the bare environment, without a time limit; `make` gives it one.
   *
   * @param options map, slipperiness and rewards
   */
  constructor(options: FrozenLakeOptions = {}) {
    const {
      desc = null,
      mapName = "4x4",
      isSlippery = true,
      successRate = 1 / 3,
      rewardSchedule = [1, 0, 0],
    } = options;
    if (typeof isSlippery !== "boolean") {
      throw new TypeError(`FrozenLake: isSlippery must be a boolean, got ${isSlippery}`);
    }
    if (!(successRate >= 0 && successRate <= 1)) {
      throw new RangeError(`FrozenLake: successRate must be from 0 to 1, got ${successRate}`);
    }
    if (
      !Array.isArray(rewardSchedule) || rewardSchedule.length !== 3 ||
      !rewardSchedule.every(Number.isFinite)
    ) {
      throw new TypeError(
        `FrozenLake: rewardSchedule must be three numbers, for goal, hole and frozen tile, got ${
          JSON.stringify(rewardSchedule)
        }`,
      );
    }
    const map = Object.freeze([...desc === null ? namedMap(mapName) : checkedMap(desc)]);
    const letters = map.join("");
    const starts = Array.from(letters, (letter) => letter === "S" ? 1 : 0);
    const count = starts.filter((start) => start === 1).length;
    super(
      makeTable(map, isSlippery, successRate, rewardSchedule),
      starts.map((start) => start / count),
    );
    this.desc = map;
  }

  /** The lake as a picture, 64 × 64 a tile but 512 × 512 at most. */
  render(mode?: "rgb_array"): RGBImage;
  /** The lake as text. */
  render(mode: "ansi"): string;
  /** Draws the lake. */
  render(mode: "rgb_array" | "ansi" = "rgb_array"): RGBImage | string {
    this.checkCanRender(mode);
    if (mode === "ansi") return this.#text();
    return drawFrozenLake(this.desc, this.state);
  }

  #text(): string {
    const columns = this.desc[0].length;
    const rows = this.desc.map((row) => [...row]);
    const row = rows[Math.floor(this.state / columns)], column = this.state % columns;
    row[column] = colorize(row[column], "red", { highlight: true });
    const { lastAction } = this;
    const heading = lastAction === undefined ? "" : `  (${ACTION_NAMES[lastAction]})`;
    return `${heading}\n${rows.map((row) => row.join("")).join("\n")}\n`;
  }
}

function namedMap(name: string | null): readonly string[] {
  if (name === null) return generateRandomMap();
  if (Object.hasOwn(FROZEN_LAKE_MAPS, name)) {
    return FROZEN_LAKE_MAPS[name as keyof typeof FROZEN_LAKE_MAPS];
  }
  throw new RangeError(
    `FrozenLake: mapName must be ${
      Object.keys(FROZEN_LAKE_MAPS).map((known) => `"${known}"`).join(" or ")
    } (or null for a random map), got ${JSON.stringify(name)}`,
  );
}

function checkedMap(desc: readonly string[]): readonly string[] {
  const isMap = Array.isArray(desc) && desc.length > 0 &&
    desc.every((row) =>
      typeof row === "string" && /^[SFHG]+$/.test(row) && row.length === desc[0].length
    );
  if (!isMap) {
    throw new TypeError(
      `FrozenLake: desc must be equally long strings of the letters S, F, H and G, got ${
        JSON.stringify(desc)
      }`,
    );
  }
  if (!desc.join("").includes("S")) {
    throw new RangeError(
      `FrozenLake: desc must have a start, the letter S, got ${JSON.stringify(desc)}`,
    );
  }
  return desc;
}

function makeTable(
  map: readonly string[],
  isSlippery: boolean,
  successRate: number,
  [goal, hole, frozen]: readonly [goal: number, hole: number, frozen: number],
): TransitionTable {
  const rows = map.length, columns = map[0].length;
  const failRate = (1 - successRate) / 2;
  const isEnd = (letter: string) => letter === "G" || letter === "H";

  const move = (row: number, column: number, direction: number, probability: number) => {
    if (direction === LEFT) column = Math.max(column - 1, 0);
    else if (direction === DOWN) row = Math.min(row + 1, rows - 1);
    else if (direction === RIGHT) column = Math.min(column + 1, columns - 1);
    else row = Math.max(row - 1, 0);
    const letter = map[row][column];
    return {
      probability,
      nextState: row * columns + column,
      reward: letter === "G" ? goal : letter === "H" ? hole : frozen,
      terminated: isEnd(letter),
    };
  };

  return new TransitionTable(rows * columns, 4, (state, action): Transition[] => {
    const row = Math.floor(state / columns), column = state % columns;
    if (isEnd(map[row][column])) {
      return [{ probability: 1, nextState: state, reward: 0, terminated: true }];
    }
    if (!isSlippery) return [move(row, column, action, 1)];
    return [
      move(row, column, (action + 3) % 4, failRate),
      move(row, column, action, successRate),
      move(row, column, (action + 1) % 4, failRate),
    ];
  });
}

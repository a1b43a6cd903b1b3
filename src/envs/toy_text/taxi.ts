/**
 * Taxi: fetch a passenger and bring them where they want.
 *
 * @module
 */

import type { Info } from "../env.ts";
import { countFromJson, type JsonValue, recordFromJson } from "../json.ts";
import type { RGBImage } from "../render/image.ts";
import { integers } from "../rng/integers.ts";
import { colorize } from "./ansi.ts";
import { drawTaxi } from "./draw_taxi.ts";
import { TabularEnv } from "./tabular_env.ts";
import {
  decodeTaxi,
  encodeTaxi,
  IN_TAXI,
  makeTaxiMasks,
  makeTaxiTable,
  TAXI_MAP,
  TAXI_STANDS,
  taxiStart,
  type TaxiState,
} from "./taxi_rules.ts";
import type { TransitionTable } from "./transition_table.ts";

const ACTION_NAMES = ["South", "North", "East", "West", "Pickup", "Dropoff"];
/** A mask's length. */
const ACTIONS = 6;
/** How many masks share a buffer: an array with a buffer of its own takes long to make. */
const MASKS_PER_BUFFER = 64;

// The same for all, made when first needed.
let dryTable: TransitionTable | undefined;
let masks: Int8Array | undefined;

/** What {@linkcode Taxi} can be told when it is made. */
export interface TaxiOptions {
  /** Whether moves may go astray, false if left out. */
  readonly isRainy?: boolean;
  /** Whether the passenger may have a change of mind, false if left out. */
  readonly ficklePassenger?: boolean;
  /** How probable it is in the rain to go where one wants, 0.8 if left out. */
  readonly rainyProbability?: number;
  /** How probable a change of mind is for a fickle passenger, 0.3 if left out. */
  readonly fickleProbability?: number;
}

/**
 * In a town of 5 by 5 places a passenger waits at one of four stands and wants to another. Drive there,
 * take them in, bring them to where they want and let them out. From T. G. Dietterich, "Hierarchical
 * Reinforcement Learning with the MAXQ Value Function Decomposition" (2000). Gymnasium's `Taxi-v4`,
 * equal for the same seeds and actions, over whole episodes.
 *
 * ```text
 * +---------+
 * |R: | : :G|
 * | : | : : |
 * | : : : : |
 * | | : | : |
 * |Y| : |B: |
 * +---------+
 * ```
 *
 * ## Action space
 *
 * `Discrete(6)`
 *
 * | action | meaning                  |
 * | ------ | ------------------------ |
 * | 0      | drive south (down)       |
 * | 1      | drive north (up)         |
 * | 2      | drive east (right)       |
 * | 3      | drive west (left)        |
 * | 4      | take the passenger in    |
 * | 5      | let the passenger out    |
 *
 * Driving against a wall (|) or the town's edge leaves the taxi where it is.
 *
 * ## Observation space
 *
 * `Discrete(500)`: ((row · 5 + column) · 5 + passenger) · 4 + destination
 *
 * | part        | values                                                        |
 * | ----------- | ------------------------------------------------------------- |
 * | row, column | the taxi's, 0 to 4 from the north and the west                |
 * | passenger   | 0 to 3 for the stands red, green, yellow, blue; 4 in the taxi |
 * | destination | 0 to 3 likewise                                               |
 *
 * 404 of them can be reached: the passenger is at the destination only at an episode's end.
 *
 * ## Reward
 *
 * 20 for letting the passenger out at the destination, -10 for taking in or letting out where that
 * cannot be done, else -1. The task counts as solved at a mean return of 8 (8.46 is the best possible).
 *
 * ## Start
 *
 * Anywhere, the passenger at any stand, with any other as the destination, each of these 300 states
 * with the same probability.
 *
 * ## End
 *
 * - Termination: the passenger is let out at the destination.
 * - Truncation: after 200 steps, by `TimeLimit`, which `make` puts around it.
 *
 * Stepping before a reset, after the episode's end or with another action is an error.
 *
 * ## Info
 *
 * | entry         | meaning                                                                    |
 * | ------------- | -------------------------------------------------------------------------- |
 * | `prob`        | the probability of the transition that was taken; 1 after a reset          |
 * | `action_mask` | a fresh Int8Array of 6: 1 for each action that would change the state (in dry weather), for `actionSpace.sample(mask)` |
 *
 * ## Arguments
 *
 * | option              | type    | default | meaning                                              |
 * | ------------------- | ------- | ------- | ---------------------------------------------------- |
 * | `isRainy`           | boolean | false   | a move that is not against a wall goes astray, to its left or right, with probability 1 - `rainyProbability` |
 * | `ficklePassenger`   | boolean | false   | with probability `fickleProbability` an episode's passenger wants to another stand after the first move in the taxi |
 * | `rainyProbability`  | number  | 0.8     | see `isRainy`                                        |
 * | `fickleProbability` | number  | 0.3     | see `ficklePassenger`                                |
 * | `maxEpisodeSteps`   | integer | 200     | of `make`: another limit than 200                    |
 *
 * The property `transitions` of the unwrapped environment has the whole table, without changes of mind.
 *
 * ## Rendering
 *
 * `render()` is a picture of 536 × 456: the destination has a frame, and a taxi with the passenger a head
 * in it. `render("ansi")` is the town: the taxi yellow, or green with the passenger in it, the stand where the
 * passenger waits blue, the destination magenta, and the last action below.
 *
 * ## Versions
 *
 * - v4: rain and fickle passengers as Gymnasium 1.3 mended them, with their two probabilities.
 * - v3: the same environment here. Gymnasium has retired it; without rain and fickle passengers its
 *   numbers were those of v4.
 *
 * @example Only actions that change something
 * ```ts
 * import { Discrete, make } from "@dinoq/dinoq";
 *
 * const env = make<number>("Taxi-v4");
 * const actions = env.actionSpace as Discrete;
 * actions.seed(1);
 * let [, info] = env.reset({ seed: 1 });
 * for (let ended = false; !ended;) {
 *   const [, , terminated, truncated, next] = env.step(
 *     actions.sample(info.action_mask as Int8Array),
 *   );
 *   info = next;
 *   ended = terminated || truncated;
 * }
 * ```
 */
export class Taxi extends TabularEnv {
  readonly #masks: Int8Array;
  readonly #isRainy: boolean;
  readonly #ficklePassenger: boolean;
  readonly #fickleProbability: number;
  /** Whether the passenger will have a change of mind in this episode. */
  #willChange = false;
  #heading = 0;
  #maskBuffer = new ArrayBuffer(0);
  #maskOffset = 0;

  /**
   * Makes the bare environment, without a time limit; `make` gives it one.
   *
   * @param options weather and passenger
   */
  constructor(options: TaxiOptions = {}) {
    const {
      isRainy = false,
      ficklePassenger = false,
      rainyProbability = 0.8,
      fickleProbability = 0.3,
    } = options;
    for (const [name, value] of Object.entries({ isRainy, ficklePassenger })) {
      if (typeof value !== "boolean") {
        throw new TypeError(`Taxi: ${name} must be a boolean, got ${value}`);
      }
    }
    for (const [name, value] of Object.entries({ rainyProbability, fickleProbability })) {
      if (!(value >= 0 && value <= 1)) {
        throw new RangeError(`Taxi: ${name} must be from 0 to 1, got ${value}`);
      }
    }
    super(
      isRainy ? makeTaxiTable(rainyProbability) : dryTable ??= makeTaxiTable(undefined),
      taxiStart(),
    );
    this.#masks = masks ??= makeTaxiMasks();
    this.#isRainy = isRainy;
    this.#ficklePassenger = ficklePassenger;
    this.#fickleProbability = fickleProbability;
  }

  /** Where the taxi is, where the passenger, and where they want to go. */
  get parts(): TaxiState {
    return decodeTaxi(this.state);
  }

  /** Which way the taxi points: its last move in this episode (0 south, 1 north, 2 east, 3 west). */
  get heading(): number {
    return this.#heading;
  }

  /** The transition's probability and which actions would change the state. */
  protected override info(prob: number): Info {
    if (this.#maskOffset + ACTIONS > this.#maskBuffer.byteLength) {
      this.#maskBuffer = new ArrayBuffer(MASKS_PER_BUFFER * ACTIONS);
      this.#maskOffset = 0;
    }
    const mask = new Int8Array(this.#maskBuffer, this.#maskOffset, ACTIONS);
    this.#maskOffset += ACTIONS;
    const from = this.state * ACTIONS;
    for (let i = 0; i < ACTIONS; i++) mask[i] = this.#masks[from + i];
    return { prob, action_mask: mask };
  }

  /** Decides whether the passenger will have a change of mind. */
  protected override begin(): void {
    this.#willChange = this.#ficklePassenger && this.rng.nextDouble() < this.#fickleProbability;
    this.#heading = 0;
  }

  /** Lets the passenger have a change of mind. */
  protected override advance(state: number, action: number, next: number): number {
    if (action < 4) this.#heading = action;
    if (!this.#willChange) return next;
    const before = decodeTaxi(state), after = decodeTaxi(next);
    if (
      before.passenger !== IN_TAXI ||
      before.row === after.row && before.column === after.column
    ) return next;
    this.#willChange = false;
    const draw = integers(this.rng, 3);
    return encodeTaxi({ ...after, destination: draw < before.destination ? draw : draw + 1 });
  }

  /** The town as a picture, 536 × 456. */
  render(mode?: "rgb_array"): RGBImage;
  /** The town as text. */
  render(mode: "ansi"): string;
  /** Draws the town. */
  render(mode: "rgb_array" | "ansi" = "rgb_array"): RGBImage | string {
    this.checkCanRender(mode);
    if (mode === "ansi") return this.#text();
    return drawTaxi(this.parts, this.#heading, this.#isRainy);
  }

  #text(): string {
    const letters = TAXI_MAP.map((row) => [...row]);
    const { row, column, passenger, destination } = this.parts;
    const change = (row: number, column: number, how: (letter: string) => string) => {
      letters[1 + row][2 * column + 1] = how(letters[1 + row][2 * column + 1]);
    };
    if (passenger === IN_TAXI) {
      change(
        row,
        column,
        (letter) => colorize(letter === " " ? "_" : letter, "green", { highlight: true }),
      );
    } else {
      change(row, column, (letter) => colorize(letter, "yellow", { highlight: true }));
      const [standRow, standColumn] = TAXI_STANDS[passenger];
      change(standRow, standColumn, (letter) => colorize(letter, "blue", { bold: true }));
    }
    const [goalRow, goalColumn] = TAXI_STANDS[destination];
    change(goalRow, goalColumn, (letter) => colorize(letter, "magenta"));
    const { lastAction } = this;
    const below = lastAction === undefined ? "" : `  (${ACTION_NAMES[lastAction]})`;
    return `${letters.map((row) => row.join("")).join("\n")}\n${below}\n`;
  }

  /** As of {@linkcode TabularEnv}, and whether the passenger will have a change of mind. */
  override getState(): JsonValue {
    const state = super.getState() as Record<string, JsonValue>;
    return { ...state, willChange: this.#willChange, heading: this.#heading };
  }

  /** Goes on from where {@linkcode Taxi.getState} was called. */
  override setState(state: JsonValue): void {
    const what = `the state of ${this.name}`;
    const { willChange, heading } = recordFromJson(state, what);
    if (typeof willChange !== "boolean") {
      throw new TypeError(
        `willChange in ${what} must be a boolean, got ${JSON.stringify(willChange)}`,
      );
    }
    const direction = countFromJson(heading, `heading in ${what}`);
    if (direction >= 4) {
      throw new RangeError(`heading in ${what} must be under 4, got ${direction}`);
    }
    super.setState(state);
    this.#willChange = willChange;
    this.#heading = direction;
  }
}

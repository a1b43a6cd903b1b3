/**
 * What the five MinAtar games share as environments: spaces, sticky actions, the episode's phase, state
 * and pictures.
 *
 * @module
 */

import type { Env, EnvSpec, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { cannotStep, type EpisodePhase, phaseFromJson } from "../episode_phase.ts";
import { countFromJson, type JsonValue, recordFromJson } from "../json.ts";
import type { RGBImage } from "../render/image.ts";
import { MT19937, mt19937FromJson, mt19937ToJson } from "../rng/mt19937.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { ArraySource } from "../array_source.ts";
import { restoreSpaces } from "../saved_spaces.ts";
import { drawBoard } from "./picture.ts";
import { ACTIONS, type Rules, SIDE } from "./rules.ts";

/** What a MinAtar game can be told when it is made. */
export interface MinAtarOptions {
  /** The probability, 0 to 1, with which the last action is done again instead of the one given. */
  readonly stickyActionProb?: number;
  /** Whether the game gets harder as it goes on; only some do. */
  readonly difficultyRamping?: boolean;
  /** Only the actions that do something in this game, instead of all six. */
  readonly useMinimalActionSet?: boolean;
}

/**
 * A MinAtar game as an environment: what {@linkcode Asterix}, {@linkcode Breakout},
 * {@linkcode Freeway}, {@linkcode Seaquest} and {@linkcode SpaceInvaders} have in common. All equal the
 * Python package minatar 1.0.15 (K. Young and T. Tian, "MinAtar: An Atari-Inspired Testbed for Thorough
 * and Reproducible Reinforcement Learning Experiments", 2019; github.com/kenjyoung/MinAtar) as its
 * Gymnasium environments behave, for the same seeds and actions, also in these points:
 *
 * - A sticky action is the one that was done in the step before. A reset does not make it forgotten:
 *   the first step of an episode may repeat the last action of the episode before, and the very first
 *   one may do nothing.
 * - Whether an action sticks and what happens in the game is drawn from one generator, NumPy's
 *   `RandomState`. `reset({ seed })` seeds it, `reset()` lets it go on.
 *
 * Different are the observations' type (bytes, the package has bool), that a reset with a seed forgets
 * the last action (in the package an episode follows from its seed only in a new environment), that a
 * step after the end is an error (the package does nothing and rewards 0), and that a seed may be over
 * 2^32 - 1 (the package refuses it).
 */
export class MinAtarGame implements Env<Uint8Array, number> {
  /** 10 × 10 cells of channels, zeros and ones. */
  readonly observationSpace: Box<"uint8">;
  /** All six actions, or those that do something. */
  readonly actionSpace: Discrete;
  /** 20: MinAtar shows a picture for 50 ms. */
  readonly renderFps = 20;
  /** Set by `make`. */
  readonly spec?: EnvSpec;
  readonly #rules: Rules;
  readonly #state: Int32Array;
  readonly #observations: ArraySource<Uint8Array>;
  /** Which of the six actions each action of the space is. */
  readonly #actions: readonly number[];
  readonly #stickyActionProb: number;
  readonly #difficultyRamping: boolean;
  #lastAction = 0;
  #phase: EpisodePhase = "unreset";
  #random: MT19937 | undefined;

  /**
   * Makes the bare environment; the games' own classes call this.
   *
   * @ignore
   * @param rules the game
   * @param options sticky actions, ramping, which actions
   */
  constructor(rules: Rules, options: MinAtarOptions) {
    const { stickyActionProb = 0.1, difficultyRamping = true, useMinimalActionSet = false } =
      options;
    // NaN fails both comparisons.
    if (
      typeof stickyActionProb !== "number" || !(stickyActionProb >= 0 && stickyActionProb <= 1)
    ) {
      throw new RangeError(
        `${rules.name}: stickyActionProb must be a number from 0 to 1, got ${stickyActionProb}`,
      );
    }
    for (const [name, value] of Object.entries({ difficultyRamping, useMinimalActionSet })) {
      if (typeof value === "boolean") continue;
      throw new TypeError(`${rules.name}: ${name} must be a boolean, got ${value}`);
    }
    const shape = [SIDE, SIDE, rules.channels.length];
    this.observationSpace = new Box(0, 1, shape, "uint8");
    this.#actions = useMinimalActionSet ? rules.minimalActions : [...ACTIONS.keys()];
    this.actionSpace = new Discrete(this.#actions.length);
    this.#rules = rules;
    this.#state = new Int32Array(rules.layout.size);
    this.#observations = new ArraySource(Uint8Array, this.observationSpace.size);
    this.#stickyActionProb = stickyActionProb;
    this.#difficultyRamping = difficultyRamping;
  }

  get #name(): string {
    return this.spec?.id ?? this.#rules.name;
  }

  /**
   * Starts a game.
   *
   * @param options `seed` seeds the generator; there are no `options`
   */
  reset(options: ResetOptions = {}): ResetResult<Uint8Array> {
    const { seed } = options;
    for (const name of Object.keys(options.options ?? {})) {
      throw new RangeError(`${this.#name}: unknown reset option "${name}"; it takes none`);
    }
    if (seed !== undefined || this.#random === undefined) {
      this.#random = new MT19937(seed);
      this.#lastAction = 0;
    }
    this.#rules.start(this.#state, this.#random);
    this.#phase = "running";
    return [this.#observe(), {}];
  }

  /**
   * Takes an action, or the last one again, and lets the game go on by a frame.
   *
   * @param action an index into the action space; the game's page says what each does
   */
  step(action: number): StepResult<Uint8Array> {
    if (this.#phase !== "running") throw cannotStep(this.#name, this.#phase);
    let done = this.#actions[action];
    if (done === undefined || typeof action !== "number") {
      throw new RangeError(
        `${this.#name}: action must be in ${this.actionSpace}, that is an integer from 0 to ${
          this.#actions.length - 1
        }, got ${action}`,
      );
    }
    const random = this.#random as MT19937;
    if (random.nextDouble() < this.#stickyActionProb) done = this.#lastAction;
    this.#lastAction = done;
    const rules = this.#rules;
    const reward = rules.act(this.#state, done, random, this.#difficultyRamping);
    const terminated = this.#state[rules.over] !== 0;
    if (terminated) this.#phase = "terminated";
    return [this.#observe(), reward, terminated, false, {}];
  }

  #observe(): Uint8Array {
    const observation = this.#observations.next();
    this.#rules.observe(this.#state, observation);
    return observation;
  }

  /**
   * The board as MinAtar shows it, 320 × 320 pixels: each channel has a colour, and where several have a
   * one the last is seen.
   */
  render(mode?: "rgb_array"): RGBImage;
  /** There is no text: an error. */
  render(mode: "ansi"): string;
  /** The board as a picture. */
  render(mode: "rgb_array" | "ansi" = "rgb_array"): RGBImage | string {
    if (mode !== "rgb_array") {
      throw new RangeError(
        `${this.#name}: render mode must be "rgb_array", got ${JSON.stringify(mode)}`,
      );
    }
    if (this.#phase === "unreset") {
      throw new Error(
        `${this.#name}: render() before the first reset(); call reset() to start an episode`,
      );
    }
    const board = new Uint8Array(this.observationSpace.size);
    this.#rules.observe(this.#state, board);
    return drawBoard(board, this.#rules.channels.length);
  }

  /** Does nothing: there is nothing to free. */
  close(): void {}

  /** The game, the last action, where the episode stands, and the three generators' states. */
  getState(): JsonValue {
    return {
      game: this.#phase === "unreset" ? null : this.#rules.layout.toJson(this.#state),
      lastAction: this.#lastAction,
      phase: this.#phase,
      random: mt19937ToJson(this.#random),
      actionSpace: this.actionSpace.getState(),
      observationSpace: this.observationSpace.getState(),
    };
  }

  /** Goes on from where {@linkcode MinAtarGame.getState} was called. */
  setState(state: JsonValue): void {
    const what = `the state of ${this.#name}`;
    const record = recordFromJson(state, what);
    const { layout, over } = this.#rules;
    const phase = phaseFromJson(record.phase, `phase in ${what}`);
    const game = phase === "unreset" ? undefined : layout.fromJson(record.game, `game in ${what}`);
    if (game !== undefined && (game[over] === 1) !== (phase === "terminated")) {
      throw new RangeError(`over in game in ${what} contradicts the phase "${phase}"`);
    }
    const lastAction = countFromJson(record.lastAction, `lastAction in ${what}`);
    if (lastAction >= ACTIONS.length) {
      throw new RangeError(
        `lastAction in ${what} must be under ${ACTIONS.length}, got ${lastAction}`,
      );
    }
    const random = mt19937FromJson(record.random);
    if (game !== undefined && random === undefined) {
      throw new TypeError(`random in ${what} must be a generator's state, got null`);
    }
    restoreSpaces(this, record);
    this.#state.fill(0);
    if (game !== undefined) this.#state.set(game);
    this.#phase = phase;
    this.#lastAction = lastAction;
    this.#random = random;
  }

  /** `<Breakout<MinAtar/Breakout-v1>>`, or `<Breakout>` when it was not made by `make`. */
  toString(): string {
    const { name } = this.#rules;
    return this.spec === undefined ? `<${name}>` : `<${name}<${this.spec.id}>>`;
  }
}

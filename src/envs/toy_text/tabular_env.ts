/**
 * What the environments that are tables of transitions share.
 *
 * @module
 */

import type { Env, EnvSpec, Info, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { cannotStep, type EpisodePhase, phaseFromJson } from "../episode_phase.ts";
import { countFromJson, type JsonValue, recordFromJson } from "../json.ts";
import { checkCanRender } from "../render/can_render.ts";
import { generatorFromJson, generatorToJson, PCG64 } from "../rng/pcg64.ts";
import { Discrete } from "../spaces/discrete.ts";
import { restoreSpaces } from "../saved_spaces.ts";
import {
  categorical,
  cumulativeSum,
  type Transitions,
  type TransitionTable,
} from "./transition_table.ts";

/**
 * An environment whose states are numbered and whose steps are drawn from a table, one draw a step, as
 * in Gymnasium's toy text.
 *
 * @example A line of four places to walk along; the last one is the goal
 * ```ts
 * import { TabularEnv, TransitionTable } from "@dinoq/dinoq";
 *
 * class Line extends TabularEnv {
 *   constructor() {
 *     const table = new TransitionTable(4, 2, (state, action) => {
 *       const nextState = Math.min(Math.max(state + (action === 1 ? 1 : -1), 0), 3);
 *       return [{ probability: 1, nextState, reward: -1, terminated: nextState === 3 }];
 *     });
 *     super(table, [1, 0, 0, 0]);
 *   }
 * }
 *
 * const env = new Line();
 * env.reset({ seed: 1 }); // [0, { prob: 1 }]
 * env.step(1); // [1, -1, false, false, { prob: 1 }]
 * ```
 */
export abstract class TabularEnv implements Env<number, number> {
  /** The states. */
  readonly observationSpace: Discrete;
  /** The actions. */
  readonly actionSpace: Discrete;
  /** Set by `make`. */
  readonly spec?: EnvSpec;
  /** Pictures a second. */
  readonly renderFps: number = 4;
  readonly #table: TransitionTable;
  readonly #start: Float64Array;
  #state = 0;
  /** -1 after a reset. */
  #lastAction = -1;
  #phase: EpisodePhase = "unreset";
  #rng: PCG64 | undefined;

  /**
   * Makes an environment of a table.
   *
   * @param table what each action may lead to
   * @param start the probability of each state to start in
   */
  constructor(table: TransitionTable, start: ArrayLike<number>) {
    this.observationSpace = new Discrete(table.states);
    this.actionSpace = new Discrete(table.actions);
    this.#table = table;
    this.#start = cumulativeSum(start);
  }

  /** What errors call it. */
  protected get name(): string {
    return this.spec?.id ?? this.constructor.name;
  }

  /**
   * What each action may lead to: `transitions[state][action]` lists every outcome with its
   * probability, as Gymnasium's `P`. For planning, e.g. value iteration.
   */
  get transitions(): Transitions {
    return this.#table.transitions;
  }

  /** The state, which is also the last observation. */
  get state(): number {
    return this.#state;
  }

  /** The last action of the episode; undefined before its first step. */
  get lastAction(): number | undefined {
    return this.#lastAction < 0 ? undefined : this.#lastAction;
  }

  /** The generator, which is there once an episode has been started. */
  protected get rng(): PCG64 {
    return this.#rng!;
  }

  /** What `reset` and `step` tell; `prob` is the probability of what happened. */
  protected info(prob: number): Info {
    return { prob };
  }

  /** Called at each reset, after the state has been drawn. */
  protected begin(): void {}

  /** Called at each step; returns the next state, which is `next` unless overridden. */
  protected advance(_state: number, _action: number, next: number): number {
    return next;
  }

  /**
   * Starts an episode.
   *
   * @param options `seed` seeds the generator; there are no other options
   */
  reset(options: ResetOptions = {}): ResetResult<number> {
    const { seed } = options;
    for (const option of Object.keys(options.options ?? {})) {
      throw new RangeError(`${this.name}: unknown reset option "${option}"; it takes none`);
    }
    if (seed !== undefined || this.#rng === undefined) this.#rng = new PCG64(seed);
    const start = this.#start;
    this.#state = categorical(start, 0, start.length, this.#rng.nextDouble());
    this.#lastAction = -1;
    this.#phase = "running";
    this.begin();
    return [this.#state, this.info(1)];
  }

  /** Takes an action. */
  step(action: number): StepResult<number> {
    if (this.#phase !== "running") throw cannotStep(this.name, this.#phase);
    const table = this.#table;
    if (action >>> 0 !== action || action >= table.actions) {
      throw new RangeError(`${this.name}: action must be in ${this.actionSpace}, got ${action}`);
    }
    const state = this.#state;
    const cell = state * table.actions + action;
    const outcome = categorical(
      table.cumulative,
      table.begin[cell],
      table.begin[cell + 1],
      this.#rng!.nextDouble(),
    );
    const next = this.advance(state, action, table.nextState[outcome]);
    this.#state = next;
    this.#lastAction = action;
    const terminated = table.terminated[outcome] === 1;
    if (terminated) this.#phase = "terminated";
    return [next, table.reward[outcome], terminated, false, this.info(table.probability[outcome])];
  }

  /** Throws unless there is something to draw in this mode. */
  protected checkCanRender(mode: unknown): void {
    checkCanRender(this.name, this.#phase, mode, ["rgb_array", "ansi"]);
  }

  /** Does nothing: there is nothing to free. */
  close(): void {}

  /** The state, the last action, where the episode stands, and the three generators' states. */
  getState(): JsonValue {
    return {
      state: this.#state,
      lastAction: this.lastAction ?? null,
      phase: this.#phase,
      rng: generatorToJson(this.#rng),
      actionSpace: this.actionSpace.getState(),
      observationSpace: this.observationSpace.getState(),
    };
  }

  /** Goes on from where {@linkcode TabularEnv.getState} was called. */
  setState(state: JsonValue): void {
    const what = `the state of ${this.name}`;
    const record = recordFromJson(state, what);
    const number = countFromJson(record.state, `state in ${what}`);
    if (number >= this.#table.states) {
      throw new RangeError(
        `state in ${what} must be under ${this.#table.states}, got ${number}`,
      );
    }
    const lastAction = record.lastAction === null
      ? -1
      : countFromJson(record.lastAction, `lastAction in ${what}`);
    if (lastAction >= this.#table.actions) {
      throw new RangeError(
        `lastAction in ${what} must be under ${this.#table.actions}, got ${lastAction}`,
      );
    }
    const phase = phaseFromJson(record.phase, `phase in ${what}`);
    const rng = generatorFromJson(record.rng);
    if (rng === undefined && phase !== "unreset") {
      throw new TypeError(`rng in ${what} must be a generator's state in an episode, got null`);
    }
    restoreSpaces(this, record);
    this.#state = number;
    this.#lastAction = lastAction;
    this.#phase = phase;
    this.#rng = rng;
  }

  /** `<FrozenLake<FrozenLake-v1>>`, or `<FrozenLake>` when it was not made by `make`. */
  toString(): string {
    const { name } = this.constructor;
    return this.spec === undefined ? `<${name}>` : `<${name}<${this.spec.id}>>`;
  }
}

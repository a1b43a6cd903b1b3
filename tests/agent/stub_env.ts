/** Environments that do as they are told, to test the agent with. @module */

import {
  Box,
  Discrete,
  type Env,
  type JsonValue,
  type ResetOptions,
  type ResetResult,
  type StepResult,
} from "../../src/envs/mod.ts";

/** What a step of a {@linkcode StubEnv} is answered with; whatever is left out is dull. */
export interface StubAnswer {
  readonly observation?: Float32Array;
  /** 1 when left out. */
  readonly reward?: number;
  readonly terminated?: boolean;
  readonly truncated?: boolean;
}

/** Where a {@linkcode StubEnv} stands when it is asked. */
export interface StubMoment {
  /** Steps of the episode, this one included. */
  readonly step: number;
  /** Episodes begun, this one included. */
  readonly episode: number;
  /** Steps since the environment was made. */
  readonly total: number;
  readonly action: number;
}

/** How a {@linkcode StubEnv} looks from outside. */
export interface StubShape {
  readonly size?: number;
  readonly actions?: number;
  readonly firstAction?: number;
}

/**
 * An environment that answers each step as it is told and remembers what it was asked. It can't tell its
 * state. Left to itself it observes (1, step of the episode) and never ends.
 */
export class StubEnv implements Env<Float32Array, number> {
  readonly observationSpace: Box;
  readonly actionSpace: Discrete;
  /** Every action taken, as it came. */
  readonly actions: number[] = [];
  /** What each reset was told. */
  readonly resets: (ResetOptions | undefined)[] = [];
  closed = 0;
  protected step_ = 0;
  readonly #answer: (moment: StubMoment) => StubAnswer;

  constructor(answer: (moment: StubMoment) => StubAnswer = () => ({}), shape: StubShape = {}) {
    const { size = 2, actions = 2, firstAction = 0 } = shape;
    this.observationSpace = new Box(-Infinity, Infinity, [size]);
    this.actionSpace = new Discrete(actions, { start: firstAction });
    this.#answer = answer;
  }

  /** What is seen after so many steps of the episode. */
  observe(step: number): Float32Array {
    return new Float32Array(this.observationSpace.size).fill(step).fill(1, 0, 1);
  }

  reset(options?: ResetOptions): ResetResult<Float32Array> {
    this.resets.push(options);
    this.step_ = 0;
    return [this.observe(0), {}];
  }

  step(action: number): StepResult<Float32Array> {
    this.actions.push(action);
    const step = ++this.step_;
    const moment = { step, episode: this.resets.length, total: this.actions.length, action };
    const {
      observation = this.observe(step),
      reward = 1,
      terminated = false,
      truncated = false,
    } = this.#answer(moment);
    return [observation, reward, terminated, truncated, {}];
  }

  close(): void {
    this.closed++;
  }

  toString(): string {
    return `<${this.constructor.name}>`;
  }
}

/** The same, but it can tell its state. */
export class StatefulStubEnv extends StubEnv {
  getState(): JsonValue {
    return this.step_;
  }

  setState(state: JsonValue): void {
    this.step_ = state as number;
  }
}

/** Episodes of a fixed length. */
export function ends(
  length: number,
  how: "terminated" | "truncated",
): (moment: StubMoment) => StubAnswer {
  return ({ step }) => ({ [how]: step >= length });
}

/** An environment that does as it is told, to test wrappers with. */

import { Discrete, type Env, type JsonValue, type StepResult } from "../../src/envs/mod.ts";

/** What {@linkcode StubEnv} answers to a step. */
export interface StubStep {
  reward?: number;
  terminated?: boolean;
  truncated?: boolean;
  info?: Record<string, unknown>;
}

/** Observes the count of its steps; every step is answered as `answer` says. Has no state. */
export class StubEnv implements Env<number, number> {
  readonly observationSpace = new Discrete(1000);
  readonly actionSpace = new Discrete(3);
  steps = 0;
  resets: unknown[] = [];
  closed = 0;

  constructor(readonly answer: (step: number) => StubStep = () => ({})) {}

  reset(options?: unknown): [number, Record<string, unknown>] {
    this.steps = 0;
    this.resets.push(options);
    return [0, { fresh: true }];
  }

  step(_action: number): StepResult<number> {
    this.steps++;
    const { reward = 1, terminated = false, truncated = false, info = {} } = this.answer(
      this.steps,
    );
    return [this.steps, reward, terminated, truncated, info];
  }

  close(): void {
    this.closed++;
  }

  toString(): string {
    return "<StubEnv>";
  }
}

/** The same with a state: the count of its steps. */
export class StatefulStubEnv extends StubEnv {
  getState(): JsonValue {
    return this.steps;
  }

  setState(state: JsonValue): void {
    this.steps = state as number;
  }
}

/**
 * An environment whose values tell whether an episode's end is handled right.
 *
 * Three states, A, B and C, observed as one-hot vectors; every episode is one step long, and the episodes
 * start in A, C, B, A, C, B, ... in turn:
 *
 * | start | action | reward | end        | last observation |
 * | ----- | ------ | ------ | ---------- | ---------------- |
 * | A     | 0      | 1      | terminated | B                |
 * | A     | 1      | 0      | truncated  | B                |
 * | B     | any    | 2      | terminated | B                |
 * | C     | any    | -3     | terminated | C                |
 *
 * After A's episode the next one starts in C, which is bad, whereas the truncated one has ended in B,
 * which is good. With γ = 0.9 ({@linkcode GAMMA}) only right handling finds action 1 the better one in A:
 *
 * | handling                                            | Q(A, 0) | Q(A, 1)     | Q(B, ·) | Q(C, ·) |
 * | --------------------------------------------------- | ------- | ----------- | ------- | ------- |
 * | right: truncated ends bootstrap from the true last  | 1       | γ·2 = 1.8   | 2       | -3      |
 * | observation, terminated ones from nothing           |         |             |         |         |
 * | a truncation counts as a termination                | 1       | 0           | 2       | -3      |
 * | the next episode's first observation is taken for   | 1       | -3γ = -2.7  | 2       | -3      |
 * | the last ("same_step" without `final_obs`)          |         |             |         |         |
 * | a termination bootstraps too: B and C lead to       | 1 + 20γ | 20γ = 18    | 2/(1-γ) | -3/(1-γ)|
 * | themselves for ever                                 | = 19    |             | = 20    | = -30   |
 * | "next_step": the reset is stored as a transition of | 1       | γb = 0.5376 | b =     | c =     |
 * | its own, (last observation, ignored action, 0,      |         |             | 0.5973  | -1.2312 |
 * | first observation of the next episode)              |         |             |         |         |
 *
 * In the last case Q is the mean over what follows a state, the least squared error's: with actions
 * equally frequent, c = (-3 + γb) / 2 and b = (2 + γc + γ max(1, γb)) / 3, so
 * b = (2 - 1.5γ + γ) / (3 - γ²/2), as γb < 1. The other cases are the same for any loss.
 */

import {
  Box,
  Discrete,
  type Env,
  type Info,
  type JsonValue,
  type ResetOptions,
  type StepResult,
} from "../../../src/envs/mod.ts";

/** A state. */
export type State = "A" | "B" | "C";

/** The discount that the values are for. */
export const GAMMA = 0.9;

/** Q-values: a pair of actions for each state. */
export type Values = Readonly<Record<State, readonly [number, number]>>;

const both = (value: number) => [value, value] as const;
const afterReset = (2 - 0.5 * GAMMA) / (3 - GAMMA ** 2 / 2);

/** The values by how ends are handled; only "right" prefers action 1 in A. */
export const VALUES = {
  right: { A: [1, 2 * GAMMA], B: both(2), C: both(-3) },
  truncationTerminates: { A: [1, 0], B: both(2), C: both(-3) },
  nextEpisodeFollows: { A: [1, -3 * GAMMA], B: both(2), C: both(-3) },
  terminationBootstraps: {
    A: [1 + GAMMA * 2 / (1 - GAMMA), GAMMA * 2 / (1 - GAMMA)],
    B: both(2 / (1 - GAMMA)),
    C: both(-3 / (1 - GAMMA)),
  },
  resetIsTransition: {
    A: [1, GAMMA * afterReset],
    B: both(afterReset),
    C: both((-3 + GAMMA * afterReset) / 2),
  },
} as const satisfies Record<string, Values>;

/** How ends can be handled. */
export type Handling = keyof typeof VALUES;

/** The states in the order of the observation's elements. */
export const STATES: readonly State[] = ["A", "B", "C"];

const STARTS: readonly State[] = ["A", "C", "B"];

/** A state's observation: a fresh array. */
export function observe(state: State): Float32Array {
  return Float32Array.from(STATES, (other) => Number(other === state));
}

/** The state of an observation. */
export function stateOf(observation: ArrayLike<number>): State {
  return STATES[Array.from(observation).indexOf(1)];
}

/** See above. `reset({ seed })` starts in A, C or B as seed % 3 is 0, 1 or 2, and goes on from there. */
export class BootstrapEnv implements Env<Float32Array, number> {
  readonly observationSpace = new Box(0, 1, [STATES.length]);
  readonly actionSpace = new Discrete(2);
  /** The next episode's place in the round. */
  #next = 0;
  #state: State | undefined;

  reset({ seed }: ResetOptions = {}): [Float32Array, Info] {
    if (seed !== undefined) this.#next = seed % STARTS.length;
    this.#state = STARTS[this.#next];
    this.#next = (this.#next + 1) % STARTS.length;
    return [observe(this.#state), {}];
  }

  step(action: number): StepResult<Float32Array> {
    const state = this.#state;
    if (state === undefined) throw new Error("BootstrapEnv: step() without an episode");
    if (action !== 0 && action !== 1) {
      throw new RangeError(`BootstrapEnv: action must be 0 or 1, got ${action}`);
    }
    this.#state = undefined;
    if (state === "B") return [observe("B"), 2, true, false, {}];
    if (state === "C") return [observe("C"), -3, true, false, {}];
    return [observe("B"), action === 0 ? 1 : 0, action === 0, action === 1, {}];
  }

  close(): void {}

  getState(): JsonValue {
    return [this.#next, this.#state ?? null];
  }

  setState(state: JsonValue): void {
    const [next, at] = state as [number, State | null];
    this.#next = next;
    this.#state = at ?? undefined;
  }

  toString(): string {
    return "<BootstrapEnv>";
  }
}

/**
 * What each action may lead to in each state: an environment of finitely many states as a table.
 *
 * @module
 */

/** One of the things that an action may lead to. */
export interface Transition {
  /** How probable it is. */
  readonly probability: number;
  /** The state that it leads to. */
  readonly nextState: number;
  /** The reward for it. */
  readonly reward: number;
  /** Whether it ends the episode. */
  readonly terminated: boolean;
}

/** Of each state, of each action, what it may lead to: Gymnasium's `P`. */
export type Transitions = readonly (readonly (readonly Transition[])[])[];

/** The transitions in flat arrays, which a step reads without an allocation. */
export class TransitionTable {
  /** How many states there are. */
  readonly states: number;
  /** How many actions each has. */
  readonly actions: number;
  /** Where the outcomes of action a in state s begin, at s · actions + a; the next one's is the end. */
  readonly begin: Int32Array;
  /** Each outcome's probability. */
  readonly probability: Float64Array;
  /** Each outcome's probability and those before it, summed as NumPy's `cumsum`. */
  readonly cumulative: Float64Array;
  /** The state that each outcome leads to. */
  readonly nextState: Int32Array;
  /** Each outcome's reward. */
  readonly reward: Float64Array;
  /** Whether each outcome ends the episode. */
  readonly terminated: Uint8Array;
  #transitions: Transitions | undefined;

  /**
   * Makes the table; {@linkcode TabularEnv} shows how.
   *
   * @param states how many states there are
   * @param actions how many actions each has
   * @param outcomes what an action may lead to in a state, at least one thing
   */
  constructor(
    states: number,
    actions: number,
    outcomes: (state: number, action: number) => readonly Transition[],
  ) {
    this.states = states;
    this.actions = actions;
    this.begin = new Int32Array(states * actions + 1);
    const all: Transition[] = [];
    const cumulative: number[] = [];
    for (let state = 0; state < states; state++) {
      for (let action = 0; action < actions; action++) {
        let sum = 0;
        for (const outcome of outcomes(state, action)) {
          sum += outcome.probability;
          all.push(outcome);
          cumulative.push(sum);
        }
        this.begin[state * actions + action + 1] = all.length;
      }
    }
    this.probability = Float64Array.from(all, (outcome) => outcome.probability);
    this.cumulative = Float64Array.from(cumulative);
    this.nextState = Int32Array.from(all, (outcome) => outcome.nextState);
    this.reward = Float64Array.from(all, (outcome) => outcome.reward);
    this.terminated = Uint8Array.from(all, (outcome) => Number(outcome.terminated));
  }

  /** The table as lists, made when first asked for; nothing can change them. */
  get transitions(): Transitions {
    return this.#transitions ??= Object.freeze(
      Array.from({ length: this.states }, (_, state) =>
        Object.freeze(
          Array.from({ length: this.actions }, (_, action) => this.#list(state, action)),
        )),
    );
  }

  #list(state: number, action: number): readonly Transition[] {
    const cell = state * this.actions + action;
    const list: Transition[] = [];
    for (let i = this.begin[cell]; i < this.begin[cell + 1]; i++) {
      list.push(Object.freeze({
        probability: this.probability[i],
        nextState: this.nextState[i],
        reward: this.reward[i],
        terminated: this.terminated[i] === 1,
      }));
    }
    return Object.freeze(list);
  }
}

/** Probabilities summed one after the other, as NumPy's `cumsum`. */
export function cumulativeSum(probabilities: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(probabilities.length);
  let sum = 0;
  for (let i = 0; i < sums.length; i++) sums[i] = sum += probabilities[i];
  return sums;
}

/**
 * The first place from `begin` to before `end` where the cumulative probability is over `draw`, else
 * `begin`, as Gymnasium's `categorical_sample` has it.
 *
 * @param cumulative the sums
 * @param draw from [0, 1)
 */
export function categorical(
  cumulative: Float64Array,
  begin: number,
  end: number,
  draw: number,
): number {
  for (let i = begin; i < end; i++) {
    if (cumulative[i] > draw) return i;
  }
  return begin;
}

/**
 * Choosing actions. What is random is drawn on the host from the run's counter-based generator, so a
 * step whose action is uniformly random never asks the GPU.
 *
 * Where a mask is given (action_masks.ts), every choice is among the actions that it allows; left out,
 * all are. A mask changes what is chosen, not which random numbers are drawn.
 */

import { countAllowed, isAllowed, nthAllowed } from "./action_masks.ts";
import { philox, type STREAMS, uniform, words } from "../gpu/philox.ts";

/** Which numbers of a run's generator are drawn: one place for each choice of an action. */
export interface Place {
  /** The run's seed. */
  readonly seed: number;
  /** What it is for: exploring while learning, evaluating, or a single prediction. */
  readonly stream: typeof STREAMS.explore | typeof STREAMS.evaluate | typeof STREAMS.predict;
  /** Which environment, or which episode of an evaluation. */
  readonly lane: number;
  /** Which step. */
  readonly step: number;
  /** Whether it is the action that a truncated episode will not take any more. */
  readonly isLast?: boolean;
}

/** Three random numbers in [0, 1): the coin, the random action, and the place in a distribution. */
function draw({ seed, stream, lane, step, isLast = false }: Place): [number, number, number] {
  const [low, high] = words(step);
  const [coin, choice, point] = philox([lane, Number(isLast), low, high], [seed, stream]);
  return [uniform(coin), uniform(choice), uniform(point)];
}

/** The index of the highest value; the lowest such index at ties. */
export function argmax(
  values: ArrayLike<number>,
  from = 0,
  count: number = values.length,
  mask?: number,
): number {
  let best = mask === undefined ? 0 : nthAllowed(mask, 0);
  for (let i = best + 1; i < count; i++) {
    if (mask !== undefined && !isAllowed(mask, i)) continue;
    if (values[from + i] > values[from + best]) best = i;
  }
  return best;
}

/**
 * The coin of ε: shared by ε-greedy and Boltzmann exploration.
 *
 * @param place Which numbers to draw.
 * @param epsilon The odds of a random action.
 * @param actions How many actions there are.
 * @param mask Which of them are allowed.
 * @returns A random action, or undefined where the Q-values are to decide.
 */
export function explore(
  place: Place,
  epsilon: number,
  actions: number,
  mask?: number,
): number | undefined {
  const [coin, choice] = draw(place);
  if (coin >= epsilon) return undefined;
  if (mask === undefined) return Math.floor(choice * actions);
  return nthAllowed(mask, Math.floor(choice * countAllowed(mask, actions)));
}

/**
 * The action that Q-values decide on.
 *
 * @param place Which numbers to draw.
 * @param values Q-values, `count` of them from `from` on.
 * @param temperature Boltzmann's: an action is drawn from softmax(Q / temperature); null: the best one.
 * @param mask Which actions are allowed: argmax and softmax are over these.
 */
export function exploit(
  place: Place,
  values: ArrayLike<number>,
  from: number,
  count: number,
  temperature: number | null,
  mask?: number,
): number {
  const best = argmax(values, from, count, mask);
  if (temperature === null) return best;
  // Against the best value, so that no power overflows.
  const weights = Array.from(
    { length: count },
    (_, i) =>
      mask !== undefined && !isAllowed(mask, i)
        ? 0
        : Math.exp((values[from + i] - values[from + best]) / temperature),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let rest = draw(place)[2] * total;
  for (let i = 0; i < count; i++) {
    rest -= weights[i];
    if (rest < 0) return i;
  }
  // Rounding may leave a trifle; it belongs to the last action that has any weight.
  return weights.findLastIndex((weight) => weight > 0);
}

/** How actions are chosen. */
export interface Behaviour {
  /** The odds of a uniformly random action. */
  readonly epsilon: number;
  /** Boltzmann's temperature; null where other actions are the best ones. */
  readonly temperature: number | null;
}

/** The action that a behaviour takes on Q-values, `count` of them from `from` on; see {@link exploit}. */
export function behave(
  { epsilon, temperature }: Behaviour,
  place: Place,
  values: ArrayLike<number>,
  from: number,
  count: number,
  mask?: number,
): number {
  return explore(place, epsilon, count, mask) ??
    exploit(place, values, from, count, temperature, mask);
}

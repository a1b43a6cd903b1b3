/**
 * Choosing actions. The coin and the random action are drawn on the host from the run's counter-based
 * generator, so a step whose action is random never asks the GPU.
 */

import { philox, type STREAMS, uniform, words } from "../gpu/philox.ts";

/** The index of the highest value; the lowest such index at ties. */
export function argmax(values: ArrayLike<number>, from = 0, count = values.length): number {
  let best = 0;
  for (let i = 1; i < count; i++) {
    if (values[from + i] > values[from + best]) best = i;
  }
  return best;
}

/**
 * The ε-greedy coin of one lane at one step.
 *
 * @param seed The run's seed.
 * @param stream What it is for: exploring while learning, evaluating, or a single prediction.
 * @param lane Which environment, or which episode of an evaluation.
 * @param step Which step.
 * @param epsilon The odds of a random action.
 * @param actions How many actions there are.
 * @returns A random action, or undefined where the greedy one is to be taken.
 */
export function explore(
  seed: number,
  stream: typeof STREAMS.explore | typeof STREAMS.evaluate | typeof STREAMS.predict,
  lane: number,
  step: number,
  epsilon: number,
  actions: number,
): number | undefined {
  const [low, high] = words(step);
  const [coin, choice] = philox([lane, 0, low, high], [seed, stream]);
  return uniform(coin) < epsilon ? Math.floor(uniform(choice) * actions) : undefined;
}

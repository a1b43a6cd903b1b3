/**
 * Dueling networks: one stream says how good the state is, the other how much better or worse each action
 * is than the average.
 *
 * ```
 * Q(s, a) = V(s) + A(s, a) − mean_a' A(s, a')
 * ```
 *
 * Paper: Wang, Schaul, Hessel, van Hasselt, Lanctot & de Freitas, "Dueling Network Architectures for Deep
 * Reinforcement Learning", 2015, arXiv 1511.06581 (equation 9).
 *
 * What is different here:
 *
 * 1. Streams have hidden layers of their own only where `headLayers` says so (`--head-layers 64` gives
 *    each one of 64); the paper's have one of 512. Without, they are linear on the shared layers.
 * 2. With a distribution of returns the equation holds atom by atom (for C51 on the logits), as in Rainbow.
 * 3. With action masks the mean stays over all actions: it is part of the parametrisation, not a choice.
 * 4. The gradient that the streams pass on is not scaled by 1/√2, as the paper does for its convolutions.
 *
 * ```sh
 * deno run -A examples/compare.ts --env CartPole-v1 --preset small --seeds 5 dueling
 * ```
 *
 * Result: CartPole-v1, preset small, five seeds: 243.0 ± 114.8 after 50,000 steps, the best network
 * on the way 438.9. More: docs/results/algorithms.md
 *
 * @module
 */

import type { Algorithm } from "./algorithm.ts";

/** Dueling networks. */
export const DUELING: Algorithm = {
  name: "dueling",
  title: "Dueling networks",
  description: "separate streams for the state's value and the actions' advantages",
  source: "Wang et al. 2015, arXiv 1511.06581",
  config: { dueling: true },
};

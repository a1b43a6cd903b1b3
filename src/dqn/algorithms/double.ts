/**
 * Double DQN: the online network picks the next action, the target network values it. A maximum over
 * noisy values is too high on average; picking and valuing by two networks takes most of that away.
 *
 * ```
 * T = r + d · Q⁻(s', argmax_a' Q(s', a'))
 * ```
 *
 * Paper: van Hasselt, Guez & Silver, "Deep Reinforcement Learning with Double Q-learning", 2015, arXiv
 * 1509.06461.
 *
 * What is different here:
 *
 * 1. With a distribution of returns the online network picks by its means, and the target network's
 *    distribution for that action is what is learnt from. The papers of C51, QR-DQN and IQN pick by the
 *    target network; Rainbow picks like this.
 * 2. With n-step returns the picking is done where the sum ends.
 * 3. With noisy layers both networks draw noise of their own, so that picking and valuing stay apart.
 * 4. The paper's tuned variant (one bias for all actions) is not built.
 *
 * It does not go with the targets "sarsa" (whose action is given) and "munchausen" (which picks none).
 *
 * ```sh
 * deno run -A examples/compare.ts --env CartPole-v1 --preset small --seeds 5 double
 * ```
 *
 * Result: CartPole-v1, preset small, five seeds: 290.4 ± 147.4 after 50,000 steps, the best network
 * on the way 465.6. More: docs/results/algorithms.md
 *
 * @module
 */

import type { Algorithm } from "./algorithm.ts";

/** Double DQN. */
export const DOUBLE: Algorithm = {
  name: "double",
  title: "Double DQN",
  description: "the online network picks the next action, the target network values it",
  source: "van Hasselt et al. 2015, arXiv 1509.06461",
  config: { doubleQ: true },
};

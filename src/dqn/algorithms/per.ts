/**
 * Prioritised experience replay: transitions whose error was large are drawn more often, and weights in
 * the loss make up for it.
 *
 * ```
 * P(i) = p_i^α / Σ_k p_k^α with p = |error| + ε,   w_i = (N · P(i))^(−β) / max_j w_j
 * ```
 *
 * N is the number of transitions that can be drawn.
 *
 * Paper: Schaul, Quan, Antonoglou & Silver, "Prioritized Experience Replay", 2015, arXiv 1511.05952. α, β
 * and ε are `priorityAlpha`, `priorityBeta` and `priorityEps`; 0.6 and 0.4 are the paper's.
 *
 * What is different here:
 *
 * 1. What counts as the error depends on the head: |T − Q| for values, the divergence KL(m‖p) for C51 (as
 *    in Rainbow), the quantile loss divided by the number of quantiles for QR-DQN and IQN. A cross-entropy
 *    would stay above 0 where nothing is left to learn.
 * 2. Weights multiply the loss whatever it is, Huber and distributional ones included. (One library drops
 *    them with the Huber loss.)
 * 3. Weights are divided by the largest of the batch. Some implementations take the largest of the whole
 *    buffer, which a single transition of tiny priority makes huge.
 * 4. β goes to `priorityBetaEnd` over the horizon of the run, whatever the number of updates.
 * 5. Draws are stratified (one from each of as many equal shares as the batch has rows), new transitions
 *    have the largest priority there was, and rows that can't be drawn have none.
 * 6. The error is not clipped, and the learning rate stays the preset's: the paper divides it by four.
 *
 * Only the proportional variant is built, not the one by rank.
 *
 * ```sh
 * deno run -A examples/compare.ts --env CartPole-v1 --preset small --seeds 5 per
 * ```
 *
 * Result: CartPole-v1, preset small, five seeds: 367.2 ± 133.9 after 50,000 steps, the best network
 * on the way 500.0. More: docs/results/algorithms.md
 *
 * @module
 */

import type { Algorithm } from "./algorithm.ts";

/** Prioritised experience replay. */
export const PER: Algorithm = {
  name: "per",
  title: "Prioritised replay",
  description: "transitions with large errors are drawn more often, and weigh less",
  source: "Schaul et al. 2015, arXiv 1511.05952",
  config: { sampling: "prioritized" },
};

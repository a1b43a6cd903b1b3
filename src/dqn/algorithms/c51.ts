/**
 * C51, categorical DQN: the network says how likely each of some fixed returns is, the atoms
 * z_0 = vMin … z_{n−1} = vMax, and learns the distribution that reward and next state imply.
 *
 * ```
 * loss = −Σ_i m_i · log p_i(s, a),   m = projection of { r + d · z_j with p⁻_j(s', a*) } onto the atoms
 * ```
 *
 * Returns beyond the atoms count as the outermost; one between two atoms is split between them by
 * distance. a* is the action of the highest mean Σ z · p⁻.
 *
 * Paper: Bellemare, Dabney & Munos, "A Distributional Perspective on Reinforcement Learning", 2017, arXiv
 * 1707.06887 (algorithm 1).
 *
 * What is different here:
 *
 * 1. The atoms span what returns the environment has (see `supportFor`). The paper's ±10 suits clipped
 *    rewards, and would cut off all that there is to learn in CartPole, whose returns reach 1/(1 − γ).
 *    `vMin` and `vMax` (`--v-min`, `--v-max`) set them; an environment that is not known, or whose rewards
 *    a wrapper changes, needs them.
 * 2. A return that falls on an atom gives it all its mass. Where rounding down and up are the same index,
 *    the algorithm as printed gives none.
 * 3. Logarithms are taken of the softmax itself (log-sum-exp), with nothing clamped.
 * 4. `doubleQ` lets the online network pick a*, as in Rainbow.
 * 5. With prioritised replay the priority is KL(m‖p) and weights multiply the cross-entropy.
 * 6. Adam's ε is the preset's; the paper has 0.01 / 32.
 *
 * ```sh
 * deno run -A examples/compare.ts --env CartPole-v1 --preset small --seeds 5 c51
 * ```
 *
 * Result: CartPole-v1, preset small, five seeds: 436.0 ± 143.1 after 50,000 steps, the best network
 * on the way 500.0. More: docs/results/algorithms.md
 *
 * @module
 */

import type { Algorithm } from "./algorithm.ts";

/** C51. */
export const C51: Algorithm = {
  name: "c51",
  title: "C51",
  description: "learns how likely each of 51 returns is",
  source: "Bellemare et al. 2017, arXiv 1707.06887",
  config: { distribution: "c51" },
  needs: "support",
};

/**
 * QR-DQN: the network gives quantiles θ_i of the return at fixed odds τ_i = (i + ½) / n. No range of
 * returns needs to be known.
 *
 * ```
 * loss = Σ_i mean_j |τ_i − 1{u_ij < 0}| · H_κ(u_ij) / κ,   u_ij = r + d · θ⁻_j(s', a*) − θ_i(s, a)
 * ```
 *
 * H_κ is the Huber loss with threshold κ; a* is the action of the highest mean quantile.
 *
 * Paper: Dabney, Rowland, Bellemare & Munos, "Distributional Reinforcement Learning with Quantile
 * Regression", 2017, arXiv 1710.10044.
 *
 * What is different here:
 *
 * 1. The loss is divided by κ, as in the paper on IQN, so that it does not vanish with κ; at κ = 1 it is
 *    the same. κ = 0 is plain quantile regression.
 * 2. 50 quantiles are the default, not the paper's 200: small problems need fewer (`--quantiles`).
 * 3. `doubleQ` lets the online network pick a*.
 * 4. With prioritised replay the priority is the loss divided by the number of quantiles.
 * 5. Adam's ε is the preset's; the paper has 0.01 / 32, sb3-contrib 0.01 / batch size.
 *
 * ```sh
 * deno run -A examples/compare.ts --env CartPole-v1 --preset small --seeds 5 qr
 * ```
 *
 * Result: CartPole-v1, preset small, five seeds: 424.3 ± 169.2 after 50,000 steps, the best network
 * on the way 500.0. More: docs/results/algorithms.md
 *
 * @module
 */

import type { Algorithm } from "./algorithm.ts";

/** QR-DQN. */
export const QR: Algorithm = {
  name: "qr",
  title: "QR-DQN",
  description: "learns quantiles of the return at fixed odds",
  source: "Dabney et al. 2017, arXiv 1710.10044",
  config: { distribution: "qr" },
};

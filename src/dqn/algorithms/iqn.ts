/**
 * IQN, implicit quantile networks: the odds τ are an input, so that one network answers for any quantile.
 *
 * ```
 * θ_τ(s, a) = head(ψ(s) ∘ φ(τ)),   φ(τ) = relu(W · cos(π i τ)_{i = 0 … n−1} + b)
 * loss = Σ_i mean_j |τ_i − 1{u_ij < 0}| · H_κ(u_ij) / κ,   u_ij = r + d · θ⁻_{τ'_j}(s', a*) − θ_{τ_i}(s, a)
 * ```
 *
 * ψ(s) is what the hidden layers make of the state; N τs and N′ τ's are drawn uniformly for each
 * transition (`taus`, `targetTaus`), n is `cosines`.
 *
 * Paper: Dabney, Ostrovski, Silver & Munos, "Implicit Quantile Networks for Distributional Reinforcement
 * Learning", 2018, arXiv 1806.06923.
 *
 * What is different here:
 *
 * 1. It acts by the mean over fixed odds (k + ½) / K (`actingTaus`), where the paper draws K afresh: the
 *    same state then always has the same values, and a run is a function of its seed.
 * 2. a* in the target is picked by K fresh draws of the target network, as in the paper; with `doubleQ` by
 *    the online network's.
 * 3. N = N′ = 8: more gained the paper little. Dopamine has 64. K = 32 as in both.
 * 4. `headLayers` come after the product ψ ∘ φ, none by default; the paper has one of 512.
 * 5. Cosines start at i = 0 as in the paper; Dopamine's start at 1.
 * 6. With prioritised replay the priority is the loss divided by N.
 *
 * ```sh
 * deno run -A examples/compare.ts --env CartPole-v1 --preset small --seeds 5 iqn
 * ```
 *
 * Result: CartPole-v1, preset small, five seeds: 458.8 ± 92.2 after 50,000 steps, the best network
 * on the way 500.0. More: docs/results/algorithms.md
 *
 * @module
 */

import type { Algorithm } from "./algorithm.ts";

/** Implicit quantile networks. */
export const IQN: Algorithm = {
  name: "iqn",
  title: "IQN",
  description: "learns quantiles of the return at any odds, which are an input of the network",
  source: "Dabney et al. 2018, arXiv 1806.06923",
  config: { distribution: "iqn" },
};

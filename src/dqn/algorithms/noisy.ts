/**
 * Noisy networks: learnt noise on the weights explores in place of ε.
 *
 * ```
 * y = (μ_w + σ_w ∘ f(ε_out) f(ε_in)ᵀ) x + μ_b + σ_b ∘ f(ε_out),   f(x) = sgn(x) · √|x|
 * ```
 *
 * μ and σ are learnt; ε_in and ε_out are standard normal, one number for each input and each output.
 *
 * Paper: Fortunato, Azar, Piot et al., "Noisy Networks for Exploration", 2017, arXiv 1706.10295 (the
 * factorised variant). σ₀ is `noisySigma`; 0.5 is the paper's.
 *
 * What is different here:
 *
 * 1. Every dense layer is noisy. So are the paper's, whose other layers are convolutions; some
 *    implementations leave the first one plain.
 * 2. μ starts as U(±1/√inputs) and σ as σ₀/√inputs, for weights and biases alike, as in the paper; some
 *    implementations divide by the outputs for biases. `init` plays no part.
 * 3. Each forward pass of an update draws noise of its own (online, target, and the one that picks with
 *    Double DQN), one draw for the whole batch, as in the paper; some implementations share one. Acting
 *    draws anew at each step, once for all environments side by side.
 * 4. Evaluation and `qValues` use μ alone, so that they are deterministic.
 * 5. `exploration` becomes "greedy", unless it is given as well. ε may stand beside the noise (`--exploration epsilon-greedy
 *    --exploration-initial-eps 0.1`), but may not start at 1: the noise would not act while all actions
 *    are random. Before `learningStarts` actions are uniform as ever.
 *
 * ```sh
 * deno run -A examples/compare.ts --env CartPole-v1 --preset small --seeds 5 noisy
 * ```
 *
 * Result: CartPole-v1, preset small, five seeds: 223.0 ± 162.9 after 50,000 steps, the best network
 * on the way 499.4. More: docs/results/algorithms.md
 *
 * @module
 */

import type { Algorithm } from "./algorithm.ts";

/** Noisy networks. */
export const NOISY: Algorithm = {
  name: "noisy",
  title: "Noisy networks",
  description: "learnt noise on all weights explores in place of epsilon",
  source: "Fortunato et al. 2017, arXiv 1706.10295",
  config: { noisy: true },
};

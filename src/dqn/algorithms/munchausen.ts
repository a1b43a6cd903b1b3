/**
 * Munchausen DQN: the target is soft (all actions count, by their odds in the policy softmax(Q/τ)), and
 * each reward gets a bonus for how sure the policy was of the action: it pulls itself up by its own hair.
 *
 * ```
 * T = r + α · [τ · ln π(a|s)]_{l₀}^0 + d · Σ_a' π(a'|s') · (Q⁻(s', a') − τ · ln π(a'|s')),   π = softmax(Q⁻/τ)
 * ```
 *
 * Paper: Vieillard, Pietquin & Geist, "Munchausen Reinforcement Learning", 2020, arXiv 2007.14430. τ, α
 * and l₀ are `munchausenTau`, `munchausenAlpha` and `munchausenClip`; 0.03, 0.9 and −1 are the paper's.
 *
 * What is different here:
 *
 * 1. It goes with distributions, by policies of their means: quantiles at s' are weighed by π and shifted
 *    by the entropy's share; C51's target is the mixture over a' of projected distributions. The paper
 *    has IQN.
 * 2. With IQN the policy is of means over K drawn odds (`actingTaus`), not over those of the target.
 * 3. It refuses `nSteps` above 1: the rewards between would lack their bonus. And it refuses `doubleQ`:
 *    there is no picking that two networks could share.
 * 4. It acts as `exploration` says, ε-greedy by default as in the paper, and not by π.
 *
 * τ is in units of the reward: with `rewardScale` 0.01 it should be as much smaller.
 *
 * ```sh
 * deno run -A examples/compare.ts --env CartPole-v1 --preset small --seeds 5 munchausen
 * ```
 *
 * Result: CartPole-v1, preset small, five seeds: 337.4 ± 161.3 after 50,000 steps, the best network
 * on the way 499.1. More: docs/results/algorithms.md
 *
 * @module
 */

import type { Algorithm } from "./algorithm.ts";

/** Munchausen DQN. */
export const MUNCHAUSEN: Algorithm = {
  name: "munchausen",
  title: "Munchausen DQN",
  description: "a soft target, and a bonus on rewards for how sure the policy was",
  source: "Vieillard et al. 2020, arXiv 2007.14430",
  config: { target: "munchausen" },
};

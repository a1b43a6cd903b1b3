/**
 * N-step returns: several rewards are summed before the target bootstraps, so that news of a reward
 * travels several steps in one update.
 *
 * ```
 * T = Σ_{k<m} γ^k · r_{t+k} + γ^m · max_a' Q⁻(s_{t+m}, a')
 * ```
 *
 * m is n, or less where the episode ends before; after a termination nothing is added to the sum.
 *
 * Paper: Sutton, "Learning to Predict by the Methods of Temporal Differences", Machine Learning 3, 1988;
 * with replayed transitions in Hessel et al., "Rainbow", 2017, arXiv 1710.02298.
 *
 * What is different here, or done wrong often enough to be said:
 *
 * 1. A sum that an episode's end cuts short bootstraps with γ^m of the rewards it really has. A sum that
 *    a truncation cuts short bootstraps from the final observation.
 * 2. The last n − 1 transitions of an episode are learnt from like all others.
 * 3. A sum never runs on into the next episode, nor past the newest row of the buffer.
 * 4. As in Rainbow nothing corrects for rewards of older policies.
 *
 * It does not go with target "munchausen", whose bonus each of the rewards would need.
 *
 * ```sh
 * deno run -A examples/compare.ts --env CartPole-v1 --preset small --seeds 5 nstep
 * ```
 *
 * `--n-steps 5` sums five.
 *
 * Result: CartPole-v1, preset small, five seeds: 437.8 ± 121.8 after 50,000 steps, the best
 * network on the way 499.6. More: docs/results/algorithms.md
 *
 * @module
 */

import type { Algorithm } from "./algorithm.ts";

/** N-step returns, with Rainbow's n. */
export const NSTEP: Algorithm = {
  name: "nstep",
  title: "3-step returns",
  description: "three rewards are summed before the target bootstraps",
  source: "Sutton 1988; Hessel et al. 2017, arXiv 1710.02298",
  config: { nSteps: 3 },
};

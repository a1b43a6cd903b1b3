/**
 * SARSA: the value of the next state is that of the action that was taken there, not of the best one; so
 * it values the policy that explores.
 *
 * ```
 * T = r + d · Q⁻(s', a')
 * ```
 *
 * Paper: Rummery & Niranjan, "On-line Q-learning using connectionist systems", technical report
 * CUED/F-INFENG/TR 166, Cambridge, 1994; with a replay buffer it is no one's in particular.
 *
 * What is different here:
 *
 * 1. a' is the action that the buffer holds, taken by the policy of that time: with a large buffer the
 *    values are those of a mixture of past policies.
 * 2. Where an episode is truncated, the action that would have come next is drawn and kept, though it is
 *    never played: the target needs it.
 * 3. With n-step returns a' is the action taken where the sum ends.
 *
 * It does not go with `doubleQ`. It goes with "boltzmann" exploration, whose policy it then values.
 *
 * ```sh
 * deno run -A examples/compare.ts --env CartPole-v1 --preset small --seeds 5 sarsa
 * ```
 *
 * Result: CartPole-v1, preset small, five seeds: 498.9 ± 2.6 after 50,000 steps, the best network
 * on the way 499.8. More: docs/results/algorithms.md
 *
 * @module
 */

import type { Algorithm } from "./algorithm.ts";

/** SARSA. */
export const SARSA: Algorithm = {
  name: "sarsa",
  title: "SARSA",
  description: "values the action that was taken next, and so the policy that explores",
  source: "Rummery & Niranjan 1994, CUED/F-INFENG/TR 166",
  config: { target: "sarsa" },
};

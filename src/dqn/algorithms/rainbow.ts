/**
 * Rainbow: six parts at once, which are Double DQN, prioritised replay, dueling and noisy networks,
 * 3-step returns and C51.
 *
 * ```
 * loss = mean over the batch of w · KL(m ‖ p(s_t, a_t)),
 * m = projection of { Σ_{k<3} γ^k r_{t+k} + γ³ · z_j with p⁻_j(s_{t+3}, a*) },   a* = argmax_a Σ z · p(s_{t+3}, a)
 * ```
 *
 * (The cross-entropy that is minimised differs from the divergence by what no parameter changes.)
 *
 * Paper: Hessel, Modayil, van Hasselt, Schaul, Ostrovski, Dabney, Horgan, Piot, Azar & Silver, "Rainbow:
 * Combining Improvements in Deep Reinforcement Learning", 2017 (AAAI 2018), arXiv 1710.02298.
 *
 * What is different here, beside what the pages of the six parts say:
 *
 * 1. All six are on. Dopamine's agent of that name has three of them (C51, prioritised replay, n-step):
 *    `--algorithm per+nstep+c51` is that one.
 * 2. Optimizer, schedules and sizes are the preset's: the paper's (learning rate 6.25e-5, Adam's ε 1.5e-4,
 *    a target of 8,000 updates) are for hundreds of millions of frames.
 * 3. Streams have hidden layers of their own only by `headLayers`; the paper's have one of 512.
 * 4. The support is the environment's (see the page of C51), not ±10.
 *
 * From the paper: α = 0.5 and β from 0.4 to 1, σ₀ = 0.5, n = 3, 51 atoms, KL as the priority.
 *
 * ```sh
 * deno run -A examples/compare.ts --env CartPole-v1 --preset small --seeds 5 rainbow
 * ```
 *
 * Result: CartPole-v1, preset small, five seeds: 456.3 ± 40.2 after 50,000 steps, the best network
 * on the way 452.5. More: docs/results/algorithms.md
 *
 * @module
 */

import type { Algorithm } from "./algorithm.ts";
import { C51 } from "./c51.ts";
import { DOUBLE } from "./double.ts";
import { DUELING } from "./dueling.ts";
import { NOISY } from "./noisy.ts";
import { NSTEP } from "./nstep.ts";
import { PER } from "./per.ts";

/** Rainbow. */
export const RAINBOW: Algorithm = {
  name: "rainbow",
  title: "Rainbow",
  description: "double, dueling, per, nstep, noisy and c51 together",
  source: "Hessel et al. 2017, arXiv 1710.02298",
  config: {
    ...DOUBLE.config,
    ...DUELING.config,
    ...PER.config,
    ...NSTEP.config,
    ...NOISY.config,
    ...C51.config,
    priorityAlpha: 0.5,
  },
  needs: "support",
};

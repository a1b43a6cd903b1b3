/**
 * DQN: Q-learning with a network, a replay buffer and a target network. The others start from it.
 *
 * ```
 * T = r + d · max_a' Q⁻(s', a'),   loss = mean over the batch of H(T − Q(s, a))
 * ```
 *
 * d is γ, or 0 after a termination; Q⁻ is the target network, H the Huber loss with threshold 1.
 *
 * Paper: Mnih, Kavukcuoglu, Silver et al., "Human-level control through deep reinforcement learning",
 * Nature 518, 2015; first as "Playing Atari with Deep Reinforcement Learning", 2013, arXiv 1312.5602.
 *
 * What is different here:
 *
 * 1. A truncated episode goes on in its value: only a termination sets d to 0, and the final observation
 *    is kept. The paper has no time limits.
 * 2. The loss is torch's smooth L1. The paper clips the error to ±1, which has the same gradient.
 * 3. Adam stands for the paper's RMSProp, and the gradient's norm is clipped to 10, as in
 *    Stable-Baselines3, whose defaults are ours.
 * 4. ε falls over a fraction of the run (`explorationFraction`), not over a number of frames, so that a
 *    shorter run explores as long in proportion.
 *
 * ```sh
 * deno run -A examples/compare.ts --env CartPole-v1 --preset small --seeds 5 dqn
 * ```
 *
 * `--algorithm dqn` switches off every part that a preset may have on; so do the others, but for their
 * own.
 *
 * Result: CartPole-v1, preset small, five seeds: 188.0 ± 184.7 after 50,000 steps, the best
 * network on the way 455.1. More: docs/results/algorithms.md
 *
 * @module
 */

import type { Algorithm } from "./algorithm.ts";

/** DQN. */
export const DQN_ALGORITHM: Algorithm = {
  name: "dqn",
  title: "DQN",
  description: "the plain one, which the others start from: each part that a preset has is off",
  source: "Mnih et al. 2015, Nature 518",
  config: {
    doubleQ: false,
    dueling: false,
    sampling: "uniform",
    nSteps: 1,
    noisy: false,
    distribution: "none",
    target: "max",
  },
};

// The action that was taken next, valued by the target network: Q⁻(s′, a′). On-policy where the policy
// that took a′ is the present one.
// Rummery and Niranjan: On-line Q-learning using connectionist systems (1994); Sutton and Barto,
// Reinforcement Learning (2018), section 6.4.

import package::lib::outputs::{TARGET, qValue};

fn nextValue(agent: u32, row: u32, nextAction: u32) -> f32 {
  return qValue(agent, TARGET, row, nextAction);
}

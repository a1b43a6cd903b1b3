// The online network chooses the next action, the target network values it:
// Q⁻(s′, argmax_a Q(s′, a)).
// van Hasselt, Guez, Silver: Deep reinforcement learning with double Q-learning (arXiv 1509.06461).

import package::lib::outputs::{ONLINE_NEXT, TARGET, bestAction, qValue};

fn nextValue(agent: u32, row: u32, _nextAction: u32) -> f32 {
  return qValue(agent, TARGET, row, bestAction(agent, ONLINE_NEXT, row));
}

// The target network chooses and values the next action: max_a Q⁻(s′, a).
// Mnih et al.: Human-level control through deep reinforcement learning (Nature 2015).

import package::lib::outputs::{TARGET, bestAction, qValue};

fn nextValue(agent: u32, row: u32, _nextAction: u32) -> f32 {
  return qValue(agent, TARGET, row, bestAction(agent, TARGET, row));
}

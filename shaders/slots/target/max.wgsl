// The target bootstraps from the action that a pass finds best: the target network's own choice in DQN,
// the online network's in Double DQN, and for IQN that of a pass with quantile samples of its own.
//
// Mnih et al.: Human-level control through deep reinforcement learning (Nature 2015).
// van Hasselt, Guez, Silver: Deep reinforcement learning with double Q-learning (arXiv 1509.06461).

import package::lib::batch::Sample;
import package::lib::next::{Next, Share};
import package::lib::values::bestAction;

// The pass that chooses.
override SELECT_PASS: u32 = 1u;

fn lookAhead(agent: u32, row: u32, sample: Sample) -> Next {
  return Next(bestAction(agent, SELECT_PASS, row, sample.nextMask), 0.0, 0.0);
}

fn shareOf(_agent: u32, _row: u32, _sample: Sample, next: Next, action: u32) -> Share {
  return Share(select(0.0, 1.0, action == next.action), 0.0);
}

fn bonus(_agent: u32, _row: u32, _sample: Sample) -> f32 {
  return 0.0;
}

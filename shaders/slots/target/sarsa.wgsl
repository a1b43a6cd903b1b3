// The target bootstraps from the action that was taken next. On-policy where the policy that took it
// is the present one.
//
// Rummery and Niranjan: On-line Q-learning using connectionist systems (1994); Sutton and Barto,
// Reinforcement Learning (2018), section 6.4.

import package::lib::batch::Sample;
import package::lib::next::{Next, Share};

fn lookAhead(_agent: u32, _row: u32, sample: Sample) -> Next {
  return Next(sample.nextAction, 0.0, 0.0);
}

fn shareOf(_agent: u32, _row: u32, _sample: Sample, next: Next, action: u32) -> Share {
  return Share(select(0.0, 1.0, action == next.action), 0.0);
}

fn bonus(_agent: u32, _row: u32, _sample: Sample) -> f32 {
  return 0.0;
}

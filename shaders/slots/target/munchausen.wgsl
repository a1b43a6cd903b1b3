// The target bootstraps from the softmax policy π of the target network, less its scaled log, and the
// reward gains the scaled log-probability of the action taken:
//     r + α · [τ ln π(a|s)] clipped to [l₀, 0]  +  γ Σ_a′ π(a′|s′) (Q⁻(s′, a′) − τ ln π(a′|s′)).
//
// Vieillard, Pietquin, Geist: Munchausen reinforcement learning (arXiv 2007.14430), equation 1; the log
// by log-sum-exp as in appendix B.1, so that it is exact for actions of no probability.

import package::lib::batch::Sample;
import package::lib::next::{Next, Share};
import package::lib::tick::table;
import package::lib::outputs::ACTIONS;
import package::lib::values::{bestAction, isAllowed, qValue};

// The passes whose values make the policy at the next observations, and at the observations.
override POLICY_PASS: u32 = 1u;
override NOW_PASS: u32 = 2u;

// The highest value that is allowed, and τ ln Σ exp((q − highest) / τ).
fn lookAt(agent: u32, pass_: u32, row: u32, mask: u32) -> Next {
  let tau = table[agent].munchausenTau;
  let best = bestAction(agent, pass_, row, mask);
  let highest = qValue(agent, pass_, row, best);
  var sum = 0.0;
  for (var action = 0u; action < ACTIONS; action++) {
    if (isAllowed(mask, action)) {
      sum += exp((qValue(agent, pass_, row, action) - highest) / tau);
    }
  }
  return Next(best, highest, tau * log(sum));
}

// τ ln π of an action.
fn scaledLog(agent: u32, pass_: u32, row: u32, next: Next, action: u32) -> f32 {
  return qValue(agent, pass_, row, action) - next.highest - next.spread;
}

fn lookAhead(agent: u32, row: u32, sample: Sample) -> Next {
  return lookAt(agent, POLICY_PASS, row, sample.nextMask);
}

fn shareOf(agent: u32, row: u32, sample: Sample, next: Next, action: u32) -> Share {
  if (!isAllowed(sample.nextMask, action)) {
    return Share(0.0, 0.0);
  }
  let log_ = scaledLog(agent, POLICY_PASS, row, next, action);
  return Share(exp(log_ / table[agent].munchausenTau), log_);
}

fn bonus(agent: u32, row: u32, sample: Sample) -> f32 {
  let now = lookAt(agent, NOW_PASS, row, sample.mask);
  let log_ = scaledLog(agent, NOW_PASS, row, now, sample.action);
  return table[agent].munchausenAlpha * clamp(log_, table[agent].munchausenClip, 0.0);
}

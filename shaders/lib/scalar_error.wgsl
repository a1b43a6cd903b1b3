// The TD error of one row of the batch, for scalar Q-values.

import package::lib::batch::Sample;
import package::lib::outputs::ACTIONS;
import package::lib::passes::BATCH;
import package::lib::values::{ONLINE, TARGET, qValue};
import package::slots::loss::{lossSlope, lossValue};
import package::slots::target::{bonus, lookAhead, shareOf};

struct RowError {
  tdError: f32,
  // ∂loss/∂Q(s, a), the mean over the batch included.
  slope: f32,
  // What the history's means are of: w·loss, Q(s, a) and |TD error|.
  summed: vec4f,
}

fn errorOf(agent: u32, row: u32, sample: Sample) -> RowError {
  let q = qValue(agent, ONLINE, row, sample.action);
  let reward = sample.reward + bonus(agent, row, sample);
  let tdError = reward + sample.discount * nextValue(agent, row, sample) - q;
  let slope = -sample.weight * lossSlope(tdError) / f32(BATCH);
  return RowError(tdError, slope, vec4f(sample.weight * lossValue(tdError), q, abs(tdError), 0.0));
}

// What the next observations are worth.
fn nextValue(agent: u32, row: u32, sample: Sample) -> f32 {
  let next = lookAhead(agent, row, sample);
  var value = 0.0;
  for (var action = 0u; action < ACTIONS; action++) {
    let share = shareOf(agent, row, sample, next, action);
    if (share.weight > 0.0) {
      value += share.weight * (qValue(agent, TARGET, row, action) - share.shift);
    }
  }
  return value;
}

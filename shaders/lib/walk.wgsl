// The n-step walk: what is learnt from a row, and where the next observation is.
//
// From row t the walk sums R = Σ γʲ r_{t+j} over m ≤ n steps, until a termination, an episode's last
// row, or the lane's open row; the batch gets R, c·γᵐ and the observation of row t + m. So a truncated
// episode bootstraps from its true final observation, with the m that was really walked.
// Sutton: Learning to predict by the methods of temporal differences (1988).

import package::lib::batch::Sample;
import package::lib::draw::Draw;
import package::lib::ring::{N_STEPS, rowAfter, startsTransition, terminates, transitions};
import package::lib::tick::table;

struct Walk {
  // The row where it ends.
  last: u32,
  total: f32,
  discount: f32,
}

fn walkFrom(agent: u32, ring: u32, first: u32) -> Walk {
  let tick = table[agent];
  var total = 0.0;
  var discount = 1.0;
  var row = first;
  for (var m = 0u; m < N_STEPS; m++) {
    let step = transitions[ring + row];
    if (!startsTransition(step.kind)) {
      break;
    }
    total += discount * clamp(step.reward * tick.rewardScale, -tick.rewardClip, tick.rewardClip);
    discount *= tick.gamma;
    row = rowAfter(row);
    if (terminates(step.kind)) {
      discount = 0.0;
      break;
    }
  }
  return Walk(row, total, discount);
}

fn sampleOf(ring: u32, draw: Draw, walk: Walk) -> Sample {
  let taken = transitions[ring + draw.row];
  let next = transitions[ring + walk.last];
  return Sample(
    taken.action, walk.total, walk.discount, draw.weight, next.action, taken.mask, next.mask, 0u,
  );
}

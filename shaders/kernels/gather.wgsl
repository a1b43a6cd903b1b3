// Makes a batch dense: the one place where the replay ring is read. Which rows, the sampler says.
//
// transitions  [slots]                          the ring: what started at each row
// observations [slots × OBSERVATION4]           the ring's observations
// activations  [2 × BATCH × OBSERVATION4]       out: observations, then next observations: the
//                                               networks' inputs
// batch        [BATCH]                          out: action, n-step return, discount, weight, next
//                                               action, masks
// health       [agents]                         out: a bit when no row could be drawn
//
// From row t the walk sums R = Σ γʲ r_{t+j} over m ≤ n steps, until a termination, an episode's last
// row, or the lane's open row; the batch gets R, c·γᵐ and the observation of row t + m. So a truncated
// episode bootstraps from its true final observation, with the m that was really walked.
// Sutton: Learning to predict by the methods of temporal differences (1988).
//
// An invocation for each row of the batch (x) and each vec4 of an observation (y). A sampler is a pure
// function of the table and of what was drawn before, so each repeats it and none has to wait.

import package::lib::batch::Sample;
import package::lib::draw::NO_ROW;
import package::lib::health::NOTHING_DRAWABLE;
import package::lib::ring::{LANES, N_STEPS, REGION, TERMINATES, rowAfter, startsTransition, transitions};
import package::lib::tick::table;
import package::slots::sampler::drawOf;

override BATCH: u32 = 1u;
override OBSERVATION4: u32 = 1u;
// vec4s of one agent's activations.
override ACTIVATIONS_STRIDE: u32 = 0u;

@group(0) @binding(1) var<storage, read> observations: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> activations: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> batch: array<Sample>;
@group(0) @binding(4) var<storage, read_write> health: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let place = id.x;
  let part = id.y;
  let agent = id.z;
  if (place >= BATCH) {
    return;
  }
  let tick = table[agent];
  let ring = agent * LANES * REGION;
  let input = agent * ACTIVATIONS_STRIDE + place * OBSERVATION4 + part;
  let draw = drawOf(agent, place);
  let first = draw.row;
  if (first == NO_ROW) {
    atomicOr(&health[agent], NOTHING_DRAWABLE);
    return;
  }

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
    if (step.kind == TERMINATES) {
      discount = 0.0;
      break;
    }
  }

  activations[input] = observations[(ring + first) * OBSERVATION4 + part];
  activations[input + BATCH * OBSERVATION4] = observations[(ring + row) * OBSERVATION4 + part];
  if (part == 0u) {
    let taken = transitions[ring + first];
    let next = transitions[ring + row];
    batch[agent * BATCH + place] = Sample(
      taken.action, total, discount, draw.weight, next.action, taken.mask, next.mask, 0u,
    );
  }
}

// TD errors, loss and ∂loss/∂Q of a batch.
//
// outputs   [agents × passes × BATCH × OUTPUT_WIDTH]   Q-values of the forward passes
// batch     [agents × BATCH]                 action, n-step return R, discount c·γᵐ, weight w, next
//                                            action
// deltas    [agents × …]                     out at DELTAS_AT: ∂loss/∂Q
// tdErrors  [agents × BATCH]                 out: R + c·γᵐ·V(s′) − Q(s, a)
// history   [agents × HISTORY]               out: mean of w·loss, of Q(s, a) and of |TD error|
// health    [agents]                         out: a bit when the loss is not finite
//
// The loss is the mean over the batch of w·ℓ(TD error), ℓ as the slot says. One workgroup an agent; sums
// run in a fixed order.

import constants::HISTORY;
import package::lib::batch::Sample;
import package::lib::finite::isFinite;
import package::lib::health::NOT_FINITE;
import package::lib::outputs::{ACTIONS, BATCH, ONLINE, OUTPUT_WIDTH, qValue};
import package::lib::tick::table;
import package::slots::loss::{lossSlope, lossValue};
import package::slots::target::nextValue;

override DELTAS_AT: u32 = 0u;
override DELTAS_STRIDE: u32 = 0u;

@group(0) @binding(1) var<storage, read> batch: array<Sample>;
@group(0) @binding(2) var<storage, read_write> deltas: array<f32>;
@group(0) @binding(3) var<storage, read_write> tdErrors: array<f32>;
@group(0) @binding(4) var<storage, read_write> history: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> health: array<atomic<u32>>;

var<workgroup> sums: array<vec4f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u) {
  let agent = group.z;
  var sum = vec4f();
  for (var row = local; row < BATCH; row += 64u) {
    let sample = batch[agent * BATCH + row];
    let q = qValue(agent, ONLINE, row, sample.action);
    let tdError = sample.reward + sample.discount * nextValue(agent, row, sample.nextAction) - q;
    let slope = -sample.weight * lossSlope(tdError) / f32(BATCH);
    let delta = agent * DELTAS_STRIDE + DELTAS_AT + row * OUTPUT_WIDTH;
    for (var action = 0u; action < OUTPUT_WIDTH; action++) {
      deltas[delta + action] = select(0.0, slope, action == sample.action);
    }
    tdErrors[agent * BATCH + row] = tdError;
    sum += vec4f(sample.weight * lossValue(tdError), q, abs(tdError), 0.0);
  }
  sums[local] = sum;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half /= 2u) {
    if (local < half) {
      sums[local] += sums[local + half];
    }
    workgroupBarrier();
  }
  if (local == 0u) {
    let mean = sums[0] / f32(BATCH);
    history[agent * HISTORY + table[agent].historyRow] = mean;
    if (!isFinite(mean.x)) {
      atomicOr(&health[agent], NOT_FINITE);
    }
  }
}

// TD errors, loss and ∂loss/∂output of a batch, for scalar Q-values.
//
// values     [agents × passes × BATCH × VALUES_WIDTH]   Q-values of the forward passes
// batch      [agents × BATCH]                 see lib/batch
// deltas     [agents × …]                     out: ∂loss/∂output
// tdErrors   [agents × BATCH]                 out: target − Q(s, a)
// priorities [agents × BATCH]                 out: |TD error|
// history    [agents × HISTORY]               out: mean of w·loss, of Q(s, a) and of |TD error|
// health     [agents]                         out: a bit when the loss is not finite
//
// The loss is the mean over the batch of w·ℓ(TD error), ℓ as the slot says. One workgroup an agent; sums
// run in a fixed order.

import constants::{HISTORY, WORKGROUP};
import package::lib::batch::Sample;
import package::lib::deltas::putDelta;
import package::lib::finite::isFinite;
import package::lib::health::NOT_FINITE;
import package::lib::passes::BATCH;
import package::lib::scalar_error::errorOf;
import package::lib::tick::table;
import package::lib::workgroup_sums::sumOfVectors;

@group(0) @binding(3) var<storage, read> batch: array<Sample>;
@group(0) @binding(4) var<storage, read_write> tdErrors: array<f32>;
@group(0) @binding(5) var<storage, read_write> priorities: array<f32>;
@group(0) @binding(6) var<storage, read_write> history: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> health: array<atomic<u32>>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u) {
  let agent = group.z;
  var sum = vec4f();
  for (var row = local; row < BATCH; row += WORKGROUP) {
    let sample = batch[agent * BATCH + row];
    let error = errorOf(agent, row, sample);
    putDelta(agent, row, sample.action, 0u, error.slope);
    tdErrors[agent * BATCH + row] = error.tdError;
    priorities[agent * BATCH + row] = abs(error.tdError);
    sum += error.summed;
  }
  let total = sumOfVectors(local, sum);
  if (local == 0u) {
    let mean = total / f32(BATCH);
    history[agent * HISTORY + table[agent].historyRow] = mean;
    if (!isFinite(mean.x)) {
      atomicOr(&health[agent], NOT_FINITE);
    }
  }
}

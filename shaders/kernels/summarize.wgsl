// Means over the batch of what the rows of a distributional loss came to.
//
// rowStats [agents × BATCH]     w·loss, Q(s, a), |TD error|
// history  [agents × HISTORY]   out: their means
// health   [agents]             out: a bit when the loss is not finite

import constants::{HISTORY, WORKGROUP};
import package::lib::finite::isFinite;
import package::lib::health::NOT_FINITE;
import package::lib::workgroup_sums::sumOfVectors;
import package::lib::tick::table;

override BATCH: u32 = 1u;

@group(0) @binding(0) var<storage, read> rowStats: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> history: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> health: array<atomic<u32>>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u) {
  let agent = group.z;
  var sum = vec4f();
  for (var row = local; row < BATCH; row += WORKGROUP) {
    sum += rowStats[agent * BATCH + row];
  }
  let mean = sumOfVectors(local, sum) / f32(BATCH);
  if (local == 0u) {
    history[agent * HISTORY + table[agent].historyRow] = mean;
    if (!isFinite(mean.x)) {
      atomicOr(&health[agent], NOT_FINITE);
    }
  }
}

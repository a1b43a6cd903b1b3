// The whole optimiser step in one dispatch: clip by global norm, update every parameter, and let the
// target network follow.
//
// parameters [agents × (online, target) × PARAMETERS4]   in and out
// gradients  [agents × PARAMETERS4]
// moments    [agents × MOMENTS × PARAMETERS4]   in and out: the optimiser's running averages
// partials   [agents × PARTIALS]                shares of the squared gradient norm
// history    [agents × HISTORY]                 out, component w: the norm before clipping
// health     [agents]                           in and out: what has gone wrong, see lib/health
//
// Norm clipping as torch.nn.utils.clip_grad_norm_: g · min(1, maxGradNorm / (‖g‖ + 1e-6)). An update
// whose loss or gradient was not finite is not applied: the network stays as good as it was, and can
// be saved.

import constants::{HISTORY, WORKGROUP};
import package::lib::finite::isFinite;
import package::lib::health::NOT_FINITE;
import package::lib::learn::{PARAMETERS4, learn};
import package::lib::tick::table;
import package::lib::workgroup_sums::sumOfNumbers;

override PARTIALS: u32 = 1u;

@group(0) @binding(1) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read> partials: array<f32>;
@group(0) @binding(4) var<storage, read_write> history: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> health: array<atomic<u32>>;


@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_index) local: u32,
  @builtin(num_workgroups) groups: vec3u,
) {
  let agent = id.z;
  let tick = table[agent];

  var square = 0.0;
  for (var i = local; i < PARTIALS; i += WORKGROUP) {
    square += partials[agent * PARTIALS + i];
  }
  let norm = sqrt(sumOfNumbers(local, square));
  if (id.x == 0u) {
    history[agent * HISTORY + tick.historyRow].w = norm;
  }
  if (!isFinite(norm)) {
    atomicOr(&health[agent], NOT_FINITE);
    return;
  }
  if (atomicLoad(&health[agent]) != 0u) {
    return;
  }

  let scale = min(1.0, tick.maxGradNorm / (norm + 1e-6));
  for (var i = id.x; i < PARAMETERS4; i += groups.x * WORKGROUP) {
    learn(tick, agent, i, scale * gradients[agent * PARAMETERS4 + i]);
  }
}

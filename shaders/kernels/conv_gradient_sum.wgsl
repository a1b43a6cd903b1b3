// The gradients of all convolutions out of their slices (conv_gradient), added up in order.
//
// layers    [LAYERS]       where each convolution's sums and gradients lie
// sums      [agents × SUMS_AGENT]
// gradients [agents × PARAMETERS4]   out, each component clamped to ±maxGradValue (clip_grad_value_)
// partials  [agents × PARTIALS]      out, from PARTIAL_AT on: each workgroup's share of the squared norm
//
// Convolutions have the arena's first CONVOLUTIONS4 vec4s to themselves.

import constants::{LAYERS, WORKGROUP};
import package::lib::tick::table;
import package::lib::workgroup_sums::sumOfNumbers;

struct Sliced {
  // Where its gradients start, and where they end.
  first: u32,
  end: u32,
  sumsAt: u32,
  slices: u32,
}

override CONVOLUTIONS4: u32 = 1u;
override SUMS_AGENT: u32 = 0u;
override PARAMETERS4: u32 = 0u;
override PARTIALS: u32 = 1u;
override PARTIAL_AT: u32 = 0u;

@group(0) @binding(0) var<uniform> layers: array<Sliced, LAYERS>;
@group(0) @binding(1) var<storage, read> sums: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;


@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let agent = id.z;
  let limit = vec4f(table[agent].maxGradValue);
  var square = 0.0;
  for (var i = id.x; i < CONVOLUTIONS4; i += groups.x * WORKGROUP) {
    var layer = layers[0];
    for (var l = 1u; l < LAYERS; l++) {
      if (i >= layers[l].first) {
        layer = layers[l];
      }
    }
    let size = layer.end - layer.first;
    var at = agent * SUMS_AGENT + layer.sumsAt + i - layer.first;
    var sum = sums[at];
    for (var slice = 1u; slice < layer.slices; slice++) {
      at += size;
      sum += sums[at];
    }
    sum = clamp(sum, -limit, limit);
    gradients[agent * PARAMETERS4 + i] = sum;
    square += dot(sum, sum);
  }
  let total = sumOfNumbers(local, square);
  if (local == 0u) {
    partials[agent * PARTIALS + PARTIAL_AT + group.x] = total;
  }
}

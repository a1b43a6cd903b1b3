// Gradients of a layer normalisation's scale and shift: ∂loss/∂γ = Σ_batch δ_y ∘ x̂, ∂loss/∂β = Σ δ_y.
//
// activations [agents × …]   z at INPUT_AT, pass 0
// deltas      [agents × …]   δ_y at OUTPUT_DELTAS_AT
// gradients   [agents × PARAMETERS4]   out, each component clamped to ±maxGradValue
// partials    [agents × PARTIALS]      out at PARTIAL_AT: this layer's share of the squared norm
//
// One workgroup: it finds each row's scale once, then each invocation sums columns over the batch in
// order.

import constants::WORKGROUP;
import package::lib::norm::{RowScale, WIDTH4, normalized, rowScale};
import package::lib::tick::table;
import package::lib::workgroup_sums::sumOfNumbers;

override ROW_COUNT: u32 = 1u;
override INPUT_STRIDE: u32 = 1u;
override OUTPUT_STRIDE: u32 = 1u;
override INPUT_AT: u32 = 0u;
override OUTPUT_DELTAS_AT: u32 = 0u;
override SCALE_AT: u32 = 0u;
override SHIFT_AT: u32 = 0u;
override PARAMETERS4: u32 = 0u;
override PARTIALS: u32 = 1u;
override PARTIAL_AT: u32 = 0u;
override ACTIVATIONS_AGENT: u32 = 0u;
override SLOPES_AGENT: u32 = 0u;

@group(0) @binding(1) var<storage, read> deltas: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;

// Rows whose scales are kept at once.
const CHUNK = WORKGROUP;

var<workgroup> scales: array<RowScale, CHUNK>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u) {
  let agent = group.z;
  let input = agent * ACTIVATIONS_AGENT + INPUT_AT;
  let above = agent * SLOPES_AGENT + OUTPUT_DELTAS_AT;
  var square = 0.0;
  for (var first = 0u; first < WIDTH4; first += WORKGROUP) {
    let column = first + local;
    var gain = vec4f();
    var shift = vec4f();
    for (var chunk = 0u; chunk < ROW_COUNT; chunk += CHUNK) {
      workgroupBarrier();
      if (chunk + local < ROW_COUNT) {
        scales[local] = rowScale(input + (chunk + local) * INPUT_STRIDE);
      }
      workgroupBarrier();
      if (column < WIDTH4) {
        for (var row = chunk; row < min(chunk + CHUNK, ROW_COUNT); row++) {
          let delta = deltas[above + row * OUTPUT_STRIDE + column];
          gain += delta * normalized(input + row * INPUT_STRIDE, column, scales[row - chunk]);
          shift += delta;
        }
      }
    }
    if (column < WIDTH4) {
      let gradient = agent * PARAMETERS4 + column;
      let limit = vec4f(table[agent].maxGradValue);
      gain = clamp(gain, -limit, limit);
      shift = clamp(shift, -limit, limit);
      gradients[gradient + SCALE_AT] = gain;
      gradients[gradient + SHIFT_AT] = shift;
      square += dot(gain, gain) + dot(shift, shift);
    }
  }
  let total = sumOfNumbers(local, square);
  if (local == 0u) {
    partials[agent * PARTIALS + PARTIAL_AT] = total;
  }
}

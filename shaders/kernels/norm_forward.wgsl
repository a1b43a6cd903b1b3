// Layer normalisation with learnt scale γ and shift β, and the activation after it: y = f(γ ∘ x̂ + β).
//
// activations [agents × …]   z at INPUT_AT, y to OUTPUT_AT, for all passes
// parameters  [agents × ARENAS × ARENA4]   γ at SCALE_AT, β at SHIFT_AT
// slopes      [agents × …]   out, pass 0 only: f′
//
// An invocation for each row.

import package::lib::norm::{WIDTH4, activations, normalized, rowScale};
import package::lib::passes::{choiceOf, rowsBefore, rowsOf};
import package::slots::activation::{activate, slope};

override INPUT_STRIDE: u32 = 1u;
override OUTPUT_STRIDE: u32 = 1u;
override INPUT_AT: u32 = 0u;
override OUTPUT_AT: u32 = 0u;
override SLOPES_AT: u32 = 0u;
override SCALE_AT: u32 = 0u;
override SHIFT_AT: u32 = 0u;
override ARENAS: u32 = 2u;
override ARENA4: u32 = 0u;
override ARENA_OF: u32 = 0u;
override IS_SAMPLED: bool = false;
override ACTIVATIONS_AGENT: u32 = 0u;
override SLOPES_AGENT: u32 = 0u;

@group(0) @binding(1) var<storage, read> parameters: array<vec4f>;
@if(training) @group(0) @binding(2) var<storage, read_write> slopes: array<vec4f>;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let pass_ = id.y;
  let agent = id.z;
  if (id.x >= rowsOf(pass_, IS_SAMPLED)) {
    return;
  }
  let network = (agent * ARENAS + choiceOf(ARENA_OF, pass_)) * ARENA4;
  let row = rowsBefore(pass_, IS_SAMPLED) + id.x;
  let input = agent * ACTIVATIONS_AGENT + INPUT_AT + row * INPUT_STRIDE;
  let output = agent * ACTIVATIONS_AGENT + OUTPUT_AT + row * OUTPUT_STRIDE;
  let scale = rowScale(input);
  for (var k = 0u; k < WIDTH4; k++) {
    let gain = parameters[network + SCALE_AT + k];
    let z = gain * normalized(input, k, scale) + parameters[network + SHIFT_AT + k];
    activations[output + k] = activate(z);
    @if(training) {
      if (pass_ == 0u) {
        slopes[agent * SLOPES_AGENT + SLOPES_AT + id.x * OUTPUT_STRIDE + k] = slope(z);
      }
    }
  }
}

// Layer normalisation, backward to its inputs: with g = γ ∘ δ_y,
// δ_z = (g − mean(g) − x̂ · mean(g ∘ x̂)) / √(variance + ε).
//
// activations [agents × …]   z at INPUT_AT, pass 0
// parameters  [agents × ARENAS × ARENA4]   γ at SCALE_AT, in the first arena
// deltas      [agents × …]   δ_y at OUTPUT_DELTAS_AT, f′ in it; δ_z to INPUT_DELTAS_AT
//
// An invocation for each row. Ba, Kiros, Hinton: Layer normalization (arXiv 1607.06450).

import package::lib::norm::{WIDTH, WIDTH4, isWithin, normalized, rowScale};

override ROW_COUNT: u32 = 1u;
override INPUT_STRIDE: u32 = 1u;
override OUTPUT_STRIDE: u32 = 1u;
override INPUT_AT: u32 = 0u;
override INPUT_DELTAS_AT: u32 = 0u;
override OUTPUT_DELTAS_AT: u32 = 0u;
override SCALE_AT: u32 = 0u;
override ARENAS: u32 = 2u;
override ARENA4: u32 = 0u;
override ACTIVATIONS_AGENT: u32 = 0u;
override SLOPES_AGENT: u32 = 0u;

@group(0) @binding(1) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> deltas: array<vec4f>;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let agent = id.z;
  if (id.x >= ROW_COUNT) {
    return;
  }
  let gains = agent * ARENAS * ARENA4 + SCALE_AT;
  let input = agent * ACTIVATIONS_AGENT + INPUT_AT + id.x * INPUT_STRIDE;
  let above = agent * SLOPES_AGENT + OUTPUT_DELTAS_AT + id.x * OUTPUT_STRIDE;
  let below = agent * SLOPES_AGENT + INPUT_DELTAS_AT + id.x * INPUT_STRIDE;
  let scale = rowScale(input);
  var sum = 0.0;
  var along = 0.0;
  for (var k = 0u; k < WIDTH4; k++) {
    let g = parameters[gains + k] * deltas[above + k];
    sum += dot(g, vec4f(1.0));
    along += dot(g, normalized(input, k, scale));
  }
  let mean = sum / f32(WIDTH);
  let slant = along / f32(WIDTH);
  for (var k = 0u; k < WIDTH4; k++) {
    let g = parameters[gains + k] * deltas[above + k];
    let slope = scale.factor * (g - mean - slant * normalized(input, k, scale));
    deltas[below + k] = select(vec4f(), slope, isWithin(k));
  }
}

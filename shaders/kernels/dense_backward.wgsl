// One dense layer, backward to its inputs: δ_in = (Wᵀ δ_out) ∘ f′, with f′ of the layer below.
//
// parameters [agents × ARENAS × ARENA4]   W is [OUT4·4 rows × IN4] vec4s, in the first arena
// slopes     [agents × …]   f′ at the pre-activations of the layer below, left by its forward pass
// deltas     [agents × …]   ∂loss/∂z: this layer's at OUTPUT_DELTAS_AT, the one below's to INPUT_AT,
//                           where its slopes lie too
//
// Rumelhart, Hinton, Williams: Learning representations by back-propagating errors (Nature 1986).

import constants::{COLUMNS4, ROWS, WORKGROUP};

// Rows of the batch, or of its quantile samples.
override ROW_COUNT: u32 = 1u;
override IN4: u32 = 1u;
override OUT4: u32 = 1u;
override INPUT_STRIDE: u32 = 1u;
override OUTPUT_STRIDE: u32 = 1u;
override WEIGHTS_AT: u32 = 0u;
override OUTPUT_AT: u32 = 0u;
override INPUT_AT: u32 = 0u;
override ARENAS: u32 = 2u;
override ARENA4: u32 = 0u;
// Slopes and deltas have the same shape.
override SLOPES_AGENT: u32 = 0u;

@group(0) @binding(0) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(1) var<storage, read> slopes: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> deltas: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let agent = id.z;
  let tilesAcross = (IN4 + COLUMNS4 - 1u) / COLUMNS4;
  let firstRow = id.x / tilesAcross * ROWS;
  let firstColumn = id.x % tilesAcross * COLUMNS4;
  if (firstRow >= ROW_COUNT) {
    return;
  }
  let weights = agent * ARENAS * ARENA4 + WEIGHTS_AT;
  let above = agent * SLOPES_AGENT + OUTPUT_AT;

  @each(r < ROWS) let d$r = above + min(firstRow + $ru, ROW_COUNT - 1u) * OUTPUT_STRIDE;
  @each(c < COLUMNS4) let w$c = weights + min(firstColumn + $cu, IN4 - 1u);
  @each(r < ROWS, c < COLUMNS4) var sum$r_$c = vec4f();
  for (var k = 0u; k < OUT4; k++) {
    let rowOfW = k * 4u * IN4;
    @each(r < ROWS) let a$r = deltas[d$r + k];
    @each(c < COLUMNS4) let b$c = mat4x4f(parameters[w$c + rowOfW], parameters[w$c + rowOfW + IN4], parameters[w$c + rowOfW + 2u * IN4], parameters[w$c + rowOfW + 3u * IN4]);
    @each(r < ROWS, c < COLUMNS4) sum$r_$c += b$c * a$r;
  }

  @each(r < ROWS, c < COLUMNS4) store(agent, firstRow + $ru, firstColumn + $cu, sum$r_$c);
}

fn store(agent: u32, row: u32, column: u32, sum: vec4f) {
  if (row >= ROW_COUNT || column >= IN4) {
    return;
  }
  let at = agent * SLOPES_AGENT + INPUT_AT + row * INPUT_STRIDE + column;
  deltas[at] = sum * slopes[at];
}

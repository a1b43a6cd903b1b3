// One dense layer, forward: y = f(W x + b), for several passes at once.
//
// parameters  [agents × ARENAS × ARENA4]   arenas; W is [OUT4·4 rows × IN4] vec4s, then b
// activations [agents × …]   the layer's inputs at INPUT_AT, its outputs to OUTPUT_AT, rows padded to vec4
// slopes      [agents × …]   out, pass 0 only: f′ at the layer's pre-activations, which is all that the
//                            backward pass needs to know of f
//
// Which arena and which inputs a pass reads: ARENA_OF and INPUT_OF, four bits each (lib/passes).
//
// An invocation computes ROWS × 4·COLUMNS4 outputs in registers, as products of a row's vec4 with 4 × 4
// blocks of Wᵀ, reading W and x along their contiguous side. Padding stays zero: padded weights are
// zero, so padded outputs are f(0) = 0.

import constants::{COLUMNS4, ROWS, WORKGROUP};
import package::lib::passes::{BATCH, choiceOf, rowsBefore, rowsOf};
import package::slots::activation::{activate, slope};

override IN4: u32 = 1u;
override OUT4: u32 = 1u;
// From one row of inputs to the next, and of outputs.
override INPUT_STRIDE: u32 = 1u;
override OUTPUT_STRIDE: u32 = 1u;
override INPUT_AT: u32 = 0u;
override OUTPUT_AT: u32 = 0u;
override SLOPES_AT: u32 = 0u;
override WEIGHTS_AT: u32 = 0u;
override BIAS_AT: u32 = 0u;
override ARENAS: u32 = 2u;
override ARENA4: u32 = 0u;
override ARENA_OF: u32 = 0u;
// Whether the inputs are those of the network, of which passes may share one; then which.
override READS_INPUTS: bool = false;
override INPUT_OF: u32 = 0u;
override IS_SAMPLED: bool = false;
override ACTIVATIONS_AGENT: u32 = 0u;
override SLOPES_AGENT: u32 = 0u;

@group(0) @binding(0) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> activations: array<vec4f>;
@if(training) @group(0) @binding(2) var<storage, read_write> slopes: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let pass_ = id.y;
  let agent = id.z;
  let rows = rowsOf(pass_, IS_SAMPLED);
  let tilesAcross = (OUT4 + COLUMNS4 - 1u) / COLUMNS4;
  let firstRow = id.x / tilesAcross * ROWS;
  let firstColumn = id.x % tilesAcross * COLUMNS4;
  if (firstRow >= rows) {
    return;
  }
  let network = (agent * ARENAS + choiceOf(ARENA_OF, pass_)) * ARENA4;
  let weights = network + WEIGHTS_AT;
  let before = rowsBefore(pass_, IS_SAMPLED);
  let inputRow = select(before, choiceOf(INPUT_OF, pass_) * BATCH, READS_INPUTS);
  let input = agent * ACTIVATIONS_AGENT + INPUT_AT + inputRow * INPUT_STRIDE;
  let output = agent * ACTIVATIONS_AGENT + OUTPUT_AT + before * OUTPUT_STRIDE;

  // Rows and columns past the edge repeat the last one; they are computed and not stored.
  @each(r < ROWS) let x$r = input + min(firstRow + $ru, rows - 1u) * INPUT_STRIDE;
  @each(c < COLUMNS4) let w$c = weights + min(firstColumn + $cu, OUT4 - 1u) * 4u * IN4;
  @each(r < ROWS, c < COLUMNS4) var sum$r_$c = vec4f();
  for (var k = 0u; k < IN4; k++) {
    @each(r < ROWS) let a$r = activations[x$r + k];
    @each(c < COLUMNS4) let b$c = mat4x4f(parameters[w$c + k], parameters[w$c + IN4 + k], parameters[w$c + 2u * IN4 + k], parameters[w$c + 3u * IN4 + k]);
    @each(r < ROWS, c < COLUMNS4) sum$r_$c += a$r * b$c;
  }

  @each(c < COLUMNS4) let bias$c = parameters[network + BIAS_AT + min(firstColumn + $cu, OUT4 - 1u)];
  @each(r < ROWS, c < COLUMNS4) store(agent, pass_, output, rows, firstRow + $ru, firstColumn + $cu, sum$r_$c + bias$c);
}

fn store(agent: u32, pass_: u32, output: u32, rows: u32, row: u32, column: u32, z: vec4f) {
  if (row >= rows || column >= OUT4) {
    return;
  }
  let at = row * OUTPUT_STRIDE + column;
  activations[output + at] = activate(z);
  @if(training) {
    if (pass_ == 0u) {
      slopes[agent * SLOPES_AGENT + SLOPES_AT + at] = slope(z);
    }
  }
}

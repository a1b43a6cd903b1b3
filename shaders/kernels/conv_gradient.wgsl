// The gradients of one convolution, slice by slice: ∂loss/∂W = Σ δ ⊗ (what the kernel covers),
// ∂loss/∂b = Σ δ, over all pixels of all outputs of the batch.
//
// activations [agents × …]   the layer's inputs, pass 0
// inputs      [agents × …]   with bytes only: the layer's inputs, a word for each four channels
// deltas      [agents × …]   ∂loss/∂z
// sums        [agents × …]   out: for each slice the sums of W, [OUT4·4 rows × IN4]
//                            vec4s, then of b
//
// A convolution has few weights and sums over many pixels: too few tiles for a graphics card, and more
// pixels than one invocation may go through. So the batch's lines of pixels are cut into SLICES, and
// conv_gradient_sum adds those up. An invocation computes a tile of 4·ROWS4 rows of W by 4·COLUMNS4
// columns for one slice; slices follow each other, so that they fill vectors where tiles are few.

import constants::{COLUMNS4, ROWS4, WORKGROUP};
@if(bytes) import package::lib::bytes::fromBytes;
import package::lib::patches::{IN4, LINE4, OUTPUT_LINE4, OUT_HEIGHT, OUT_WIDTH, RUN4, STEP_X4, STEP_Y4};

override SLICES: u32 = 1u;
// Lines of the outputs of the whole batch.
override LINES: u32 = 1u;
override OUT4: u32 = 1u;
// From one row of the batch to the next.
override INPUT_STRIDE: u32 = 1u;
override OUTPUT_STRIDE: u32 = 1u;
override INPUT_AT: u32 = 0u;
override OUTPUT_AT: u32 = 0u;
override SUMS_AT: u32 = 0u;
// vec4s of one slice's sums.
override SLICE4: u32 = 1u;
override INPUTS_AGENT: u32 = 0u;
override SLOPES_AGENT: u32 = 0u;
override SUMS_AGENT: u32 = 0u;

@if(!bytes) @group(0) @binding(0) var<storage, read> activations: array<vec4f>;
@if(bytes) @group(0) @binding(0) var<storage, read> inputs: array<u32>;
@group(0) @binding(1) var<storage, read> deltas: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let agent = id.z;
  let tilesAcross = (IN4 + COLUMNS4 - 1u) / COLUMNS4;
  let tiles = (OUT4 + ROWS4 - 1u) / ROWS4 * tilesAcross;
  let slice = id.x / tiles;
  let tile = id.x - slice * tiles;
  let firstRow = tile / tilesAcross * ROWS4;
  let firstColumn = tile % tilesAcross * COLUMNS4;
  if (slice >= SLICES) {
    return;
  }
  let input = agent * INPUTS_AGENT + INPUT_AT;
  let delta = agent * SLOPES_AGENT + OUTPUT_AT;

  @each(r < ROWS4) let d$r = delta + min(firstRow + $ru, OUT4 - 1u);
  @each(c < COLUMNS4) let x$c = input + placeOf(min(firstColumn + $cu, IN4 - 1u));
  @each(r < ROWS4) var bias$r = vec4f();
  @each(r < ROWS4, c < COLUMNS4, i < 4) var sum$r_$c_$i = vec4f();
  let end = firstLine(slice + 1u);
  for (var line = firstLine(slice); line < end; line++) {
    let row = line / OUT_HEIGHT;
    let y = line - row * OUT_HEIGHT;
    var d = row * OUTPUT_STRIDE + y * OUTPUT_LINE4;
    var x = row * INPUT_STRIDE + y * STEP_Y4;
    for (var i = 0u; i < OUT_WIDTH; i++) {
      @each(r < ROWS4) let a$r = deltas[d$r + d];
      @each(c < COLUMNS4) let b$c = load(x$c + x);
      @each(r < ROWS4) bias$r += a$r;
      @each(r < ROWS4, c < COLUMNS4, i < 4) sum$r_$c_$i += a$r[$i] * b$c;
      d += OUT4;
      x += STEP_X4;
    }
  }

  let to = agent * SUMS_AGENT + SUMS_AT + slice * SLICE4;
  @each(r < ROWS4, c < COLUMNS4, i < 4) store(to + ((firstRow + $ru) * 4u + $iu) * IN4 + firstColumn + $cu, sum$r_$c_$i, firstRow + $ru < OUT4 && firstColumn + $cu < IN4);
  @each(r < ROWS4) store(to + OUT4 * 4u * IN4 + firstRow + $ru, bias$r, firstRow + $ru < OUT4 && firstColumn == 0u);
}

// Where a slice starts: all have as many lines, and the first ones a rest of one more each.
fn firstLine(slice: u32) -> u32 {
  return slice * (LINES / SLICES) + min(slice, LINES % SLICES);
}

// Where what a column of W is multiplied with lies, from the place where the kernel starts.
fn placeOf(column: u32) -> u32 {
  let line = column / RUN4;
  return line * LINE4 + column - line * RUN4;
}

fn load(at: u32) -> vec4f {
  @if(bytes) {
    return fromBytes(inputs[at]);
  }
  @if(!bytes) {
    return activations[at];
  }
}

fn store(at: u32, value: vec4f, inside: bool) {
  if (inside) {
    sums[at] = value;
  }
}

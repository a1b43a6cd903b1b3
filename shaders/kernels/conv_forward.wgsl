// One convolution, forward: y = f(W ∗ x + b), for several passes at once.
//
// parameters  [agents × ARENAS × ARENA4]   arenas; W is [OUT4·4 rows × IN4] vec4s, a row
//                            for each output channel: what the kernel covers, line by line; then b
// activations [agents × …]   pictures pixel by pixel: the layer's inputs at INPUT_AT, with zeros around
//                            them as the padding wants, its outputs to OUTPUT_AT
// inputs      [agents × …]   with bytes only: the layer's inputs, a word for each four channels
// slopes      [agents × …]   out, pass 0 only: f′ at the layer's pre-activations
//
// The dense kernel's product (dense_forward) with another way to the numbers: a row is a pixel of the
// output, and what the kernel covers in one line of the picture is one contiguous run. So no picture
// is ever laid out patch by patch.

import constants::{COLUMNS4, ROWS, WORKGROUP};
@if(bytes) import package::lib::bytes::fromBytes;
import package::lib::passes::{BATCH, choiceOf};
import package::lib::patches::{IN4, LINE4, OUTPUT_LINE4, OUT_HEIGHT, OUT_WIDTH, RUN4, STEP_X4, STEP_Y4};
import package::lib::pixels::{Pixel, pixelAfter, pixelOf};
import package::slots::activation::{activate, slope};

override OUT4: u32 = 1u;
override KERNEL_HEIGHT: u32 = 1u;
// From one row of the batch to the next.
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
override INPUTS_AGENT: u32 = 0u;
override ACTIVATIONS_AGENT: u32 = 0u;
override SLOPES_AGENT: u32 = 0u;

@group(0) @binding(0) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> activations: array<vec4f>;
@if(training) @group(0) @binding(2) var<storage, read_write> slopes: array<vec4f>;
@if(bytes) @group(0) @binding(3) var<storage, read> inputs: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let pass_ = id.y;
  let agent = id.z;
  let rows = BATCH * OUT_HEIGHT * OUT_WIDTH;
  let tilesAcross = (OUT4 + COLUMNS4 - 1u) / COLUMNS4;
  let firstRow = id.x / tilesAcross * ROWS;
  let firstColumn = id.x % tilesAcross * COLUMNS4;
  if (firstRow >= rows) {
    return;
  }
  let network = (agent * ARENAS + choiceOf(ARENA_OF, pass_)) * ARENA4;
  let weights = network + WEIGHTS_AT;
  let inputRow = select(pass_, choiceOf(INPUT_OF, pass_), READS_INPUTS) * BATCH;
  let input = agent * INPUTS_AGENT + INPUT_AT + inputRow * INPUT_STRIDE;
  let outputRow = pass_ * BATCH * OUTPUT_STRIDE;
  let output = agent * ACTIVATIONS_AGENT + OUTPUT_AT + outputRow;

  // Rows and columns past the edge repeat what is inside; they are computed and not stored.
  var pixel = pixelOf(firstRow, OUT_HEIGHT, OUT_WIDTH);
  @each(r < ROWS) let x$r = input + patchOf(pixel); let y$r = placeOf(pixel); pixel = pixelAfter(pixel, OUT_HEIGHT, OUT_WIDTH);
  @each(c < COLUMNS4) let w$c = weights + min(firstColumn + $cu, OUT4 - 1u) * 4u * IN4;
  @each(r < ROWS, c < COLUMNS4) var sum$r_$c = vec4f();
  var column = 0u;
  for (var ky = 0u; ky < KERNEL_HEIGHT; ky++) {
    let line = ky * LINE4;
    for (var k = 0u; k < RUN4; k++) {
      @each(r < ROWS) let a$r = load(x$r + line + k);
      @each(c < COLUMNS4) let b$c = mat4x4f(parameters[w$c + column], parameters[w$c + IN4 + column], parameters[w$c + 2u * IN4 + column], parameters[w$c + 3u * IN4 + column]);
      @each(r < ROWS, c < COLUMNS4) sum$r_$c += a$r * b$c;
      column++;
    }
  }

  @each(c < COLUMNS4) let bias$c = parameters[network + BIAS_AT + min(firstColumn + $cu, OUT4 - 1u)];
  @each(r < ROWS, c < COLUMNS4) store(agent, pass_, output, y$r, firstRow + $ru < rows, firstColumn + $cu, sum$r_$c + bias$c);
}

// Where what the kernel covers for a pixel of the output starts, in a row of inputs.
fn patchOf(pixel: Pixel) -> u32 {
  return min(pixel.row, BATCH - 1u) * INPUT_STRIDE + pixel.y * STEP_Y4 + pixel.x * STEP_X4;
}

fn placeOf(pixel: Pixel) -> u32 {
  return pixel.row * OUTPUT_STRIDE + pixel.y * OUTPUT_LINE4 + pixel.x * OUT4;
}

fn load(at: u32) -> vec4f {
  @if(bytes) {
    return fromBytes(inputs[at]);
  }
  @if(!bytes) {
    return activations[at];
  }
}

fn store(agent: u32, pass_: u32, output: u32, place: u32, isRow: bool, column: u32, z: vec4f) {
  if (!isRow || column >= OUT4) {
    return;
  }
  let at = place + column;
  activations[output + at] = activate(z);
  @if(training) {
    if (pass_ == 0u) {
      slopes[agent * SLOPES_AGENT + SLOPES_AT + at] = slope(z);
    }
  }
}

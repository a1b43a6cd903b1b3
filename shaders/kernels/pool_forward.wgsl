// Max pooling, forward: the largest number of each window, channel by channel, for several passes at once.
// Beyond the picture's edge lies −∞. A NaN counts as larger than any number, as in PyTorch.
//
// activations [agents × …]   pictures pixel by pixel, inputs at INPUT_AT, outputs to OUTPUT_AT
// slopes      [agents × …]   out, pass 0 only: 1, since a pooling is no activation
//
// An invocation for each vec4 of the output.

import package::lib::passes::{BATCH, choiceOf};
import package::lib::pixels::pixelOf;
import package::lib::windows::{CHANNELS4, KERNEL_HEIGHT, KERNEL_WIDTH, LOWEST, OUT_HEIGHT, OUT_WIDTH, isInside, isLarger, pictureAt, windowAt};

// vec4s of a line of the outputs, margins included; from one row of the batch to the next.
override OUTPUT_LINE4: u32 = 1u;
override INPUT_STRIDE: u32 = 1u;
override OUTPUT_STRIDE: u32 = 1u;
override INPUT_AT: u32 = 0u;
override OUTPUT_AT: u32 = 0u;
override SLOPES_AT: u32 = 0u;
override READS_INPUTS: bool = false;
override INPUT_OF: u32 = 0u;
override ACTIVATIONS_AGENT: u32 = 0u;
override SLOPES_AGENT: u32 = 0u;

@group(0) @binding(0) var<storage, read_write> activations: array<vec4f>;
@if(training) @group(0) @binding(1) var<storage, read_write> slopes: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let pass_ = id.y;
  let agent = id.z;
  let pixel = pixelOf(id.x / CHANNELS4, OUT_HEIGHT, OUT_WIDTH);
  let channel = id.x % CHANNELS4;
  if (pixel.row >= BATCH) {
    return;
  }
  let base = agent * ACTIVATIONS_AGENT;
  let inputRow = select(pass_, choiceOf(INPUT_OF, pass_), READS_INPUTS) * BATCH + pixel.row;
  let input = base + INPUT_AT + inputRow * INPUT_STRIDE + channel;
  let corner = windowAt(pixel.y, pixel.x);
  var best = vec4f(LOWEST);
  for (var ky = 0u; ky < KERNEL_HEIGHT; ky++) {
    for (var kx = 0u; kx < KERNEL_WIDTH; kx++) {
      let at = corner + vec2u(ky, kx);
      if (isInside(at)) {
        let value = activations[input + pictureAt(at)];
        best = select(best, value, isLarger(value, best));
      }
    }
  }
  let at = pixel.row * OUTPUT_STRIDE + pixel.y * OUTPUT_LINE4 + pixel.x * CHANNELS4 + channel;
  activations[base + OUTPUT_AT + pass_ * BATCH * OUTPUT_STRIDE + at] = best;
  @if(training) {
    if (pass_ == 0u) {
      slopes[agent * SLOPES_AGENT + SLOPES_AT + at] = vec4f(1.0);
    }
  }
}

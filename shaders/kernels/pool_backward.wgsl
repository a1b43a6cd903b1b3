// Max pooling, backward: a number has the deltas of the windows whose largest it was, the first of them
// where several are as large, as in PyTorch; times f′ of the layer below.
//
// activations [agents × …]   the layer's inputs, pass 0
// slopes      [agents × …]   f′ at the pre-activations of the layer below
// deltas      [agents × …]   ∂loss/∂y at OUTPUT_AT; ∂loss/∂z of the layer below to INPUT_AT, where its
//                            slopes lie too
//
// An invocation for each vec4 of the input. It looks again at each window that covers it: cheaper than
// to remember what the forward pass has seen.

import package::lib::pixels::pixelOf;
import package::lib::windows::{CHANNELS4, IN_HEIGHT, IN_WIDTH, KERNEL_HEIGHT, KERNEL_WIDTH, LINE4, LOWEST, OUT_HEIGHT, OUT_WIDTH, PADDING_X, PADDING_Y, STRIDE_X, STRIDE_Y, isInside, isLarger, pictureAt, windowAt};

override BATCH: u32 = 1u;
override OUTPUT_LINE4: u32 = 1u;
override INPUT_STRIDE: u32 = 1u;
override OUTPUT_STRIDE: u32 = 1u;
// Where the inputs lie among the activations, and their deltas.
override VALUES_AT: u32 = 0u;
override INPUT_AT: u32 = 0u;
override OUTPUT_AT: u32 = 0u;
override ACTIVATIONS_AGENT: u32 = 0u;
override SLOPES_AGENT: u32 = 0u;

@group(0) @binding(0) var<storage, read> activations: array<vec4f>;
@group(0) @binding(1) var<storage, read> slopes: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> deltas: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let agent = id.z;
  let pixel = pixelOf(id.x / CHANNELS4, IN_HEIGHT, IN_WIDTH);
  let channel = id.x % CHANNELS4;
  if (pixel.row >= BATCH) {
    return;
  }
  let values = agent * ACTIVATIONS_AGENT + VALUES_AT + pixel.row * INPUT_STRIDE + channel;
  let above = agent * SLOPES_AGENT + OUTPUT_AT + pixel.row * OUTPUT_STRIDE + channel;
  let y = pixel.y + PADDING_Y;
  let x = pixel.x + PADDING_X;
  var sum = vec4f();
  // Windows from the first that reaches the pixel to the last that starts before it.
  let lastY = min(y / STRIDE_Y + 1u, OUT_HEIGHT);
  let lastX = min(x / STRIDE_X + 1u, OUT_WIDTH);
  for (var oy = firstWindow(y, KERNEL_HEIGHT, STRIDE_Y); oy < lastY; oy++) {
    for (var ox = firstWindow(x, KERNEL_WIDTH, STRIDE_X); ox < lastX; ox++) {
      let delta = deltas[above + oy * OUTPUT_LINE4 + ox * CHANNELS4];
      sum += select(vec4f(), delta, isFirstLargest(values, oy, ox, vec2u(pixel.y, pixel.x)));
    }
  }
  let at = agent * SLOPES_AGENT + INPUT_AT + pixel.row * INPUT_STRIDE + pixel.y * LINE4 + pixel.x * CHANNELS4 + channel;
  deltas[at] = sum * slopes[at];
}

fn firstWindow(at: u32, kernel: u32, stride: u32) -> u32 {
  return select(0u, (at - kernel) / stride + 1u, at >= kernel);
}

// For four channels, whether a window takes its number from this pixel.
fn isFirstLargest(values: u32, oy: u32, ox: u32, wanted: vec2u) -> vec4<bool> {
  let corner = windowAt(oy, ox);
  var best = vec4f(LOWEST);
  var found = vec4<bool>();
  for (var ky = 0u; ky < KERNEL_HEIGHT; ky++) {
    for (var kx = 0u; kx < KERNEL_WIDTH; kx++) {
      let at = corner + vec2u(ky, kx);
      if (isInside(at)) {
        let value = activations[values + pictureAt(at)];
        let larger = isLarger(value, best);
        best = select(best, value, larger);
        found = select(found, vec4<bool>(all(at == wanted)), larger);
      }
    }
  }
  return found;
}

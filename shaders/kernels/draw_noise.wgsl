// The noise of a noisy network: for each pass f(ε) of every layer's inputs and outputs, ε standard
// normal, f(x) = sgn(x)·√|x|.
//
// noise [agents × passes × NOISE4]   out
//
// Fortunato et al.: Noisy networks for exploration (arXiv 1706.10295), section 3, factorised Gaussian
// noise. Normals by Box and Muller (1958), four to each four random words.

import package::lib::philox::philox;
import package::lib::tick::table;

// vec4s of all passes' noise.
override NOISE_AGENT: u32 = 1u;
// What it is drawn for: learning or acting. So the two share no numbers.
override STREAM: u32 = 5u;

const TWO_PI = 6.283185307179586;

@group(0) @binding(0) var<storage, read_write> noise: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= NOISE_AGENT) {
    return;
  }
  let tick = table[id.z];
  let words = philox(vec4u(id.x, 0u, tick.updateLow, tick.updateHigh), vec2u(tick.seed, STREAM));
  // 24 bits each: in (0, 1] under the logarithm, in [0, 1) around the circle.
  let uniform_ = vec4f(words >> vec4u(8u)) * 0x1p-24;
  let radius = sqrt(-2.0 * log(1.0 - uniform_.xy));
  let angle = TWO_PI * uniform_.zw;
  let normal = vec4f(radius * cos(angle), radius * sin(angle));
  noise[id.z * NOISE_AGENT + id.x] = sign(normal) * sqrt(abs(normal));
}

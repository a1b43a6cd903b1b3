// Draws the quantile samples τ ~ U(0, 1) of all passes, and writes their cosines, the inputs of the
// embedding: cos(π i τ) for i = 0, 1, …
//
// taus        [agents × BATCH × SAMPLES of all passes]   out; in, when explicitTaus says so
// activations [agents × …]   out: the cosines at COSINES_AT, padding zero
//
// An invocation for each vec4 of a sample's cosines. Dabney et al.: Implicit quantile networks
// (arXiv 1806.06923), equation 4. The angle is brought into one turn before the cosine, since drivers
// are exact near zero only.

import package::lib::philox::philox;
import package::lib::tick::table;

override ROWS_OF_ALL: u32 = 1u;
override COSINES: u32 = 1u;
override COSINES4: u32 = 1u;
override COSINES_AT: u32 = 0u;
override ACTIVATIONS_AGENT: u32 = 0u;

const STREAM_TAUS = 7u;
const PI = 3.141592653589793;

@group(0) @binding(0) var<storage, read_write> taus: array<f32>;
@group(0) @binding(1) var<storage, read_write> activations: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let agent = id.z;
  let row = id.x / COSINES4;
  let part = id.x % COSINES4;
  if (row >= ROWS_OF_ALL) {
    return;
  }
  let tick = table[agent];
  var tau: f32;
  if (tick.explicitTaus == 1u) {
    tau = taus[agent * ROWS_OF_ALL + row];
  } else {
    let word = philox(vec4u(row, 0u, tick.updateLow, tick.updateHigh), vec2u(tick.seed, STREAM_TAUS)).x;
    // In the middle of one of 2²³ steps: never 0, never 1.
    tau = (f32(word >> 9u) + 0.5) * 0x1p-23;
    if (part == 0u) {
      taus[agent * ROWS_OF_ALL + row] = tau;
    }
  }
  let i = vec4u(4u * part) + vec4u(0u, 1u, 2u, 3u);
  let halfTurns = vec4f(i) * tau;
  let cosines = cos(PI * (halfTurns - 2.0 * round(0.5 * halfTurns)));
  activations[agent * ACTIVATIONS_AGENT + COSINES_AT + id.x] = select(vec4f(), cosines, i < vec4u(COSINES));
}

// The weights that each pass of a noisy network uses: w = μ + σ ∘ (f(ε_out) f(ε_in)ᵀ),
// b = μ_b + σ_b ∘ f(ε_out).
//
// layers     [LAYERS]       where each dense layer's weights and noise lie
// parameters [agents × (online, target) × (μ, σ) × WEIGHTS4]
// noise      [agents × passes × NOISE4]      f(ε) of inputs and outputs
// weights    [agents × passes × WEIGHTS4]    out
//
// Fortunato et al.: Noisy networks for exploration (arXiv 1706.10295), equation 9.

import constants::LAYERS;
import package::lib::passes::choiceOf;

struct NoisyLayer {
  in4: u32,
  weightsAt: u32,
  biasAt: u32,
  // The first vec4 after its weights and biases.
  end: u32,
  noiseInAt: u32,
  noiseOutAt: u32,
  // The row of vec4s where a second linear part begins, which has input noise of its own.
  split4: u32,
  spare: u32,
}

override WEIGHTS4: u32 = 1u;
override NOISE4: u32 = 1u;
override NETWORK_OF: u32 = 0u;

@group(0) @binding(0) var<uniform> layers: array<NoisyLayer, LAYERS>;
@group(0) @binding(1) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read> noise: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> weights: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let pass_ = id.y;
  let agent = id.z;
  let arena = (agent * 2u + choiceOf(NETWORK_OF, pass_)) * 2u * WEIGHTS4;
  let target_ = agent * groups.y + pass_;
  for (var i = id.x; i < WEIGHTS4; i += groups.x * 64u) {
    let mean = parameters[arena + i];
    let sigma = parameters[arena + WEIGHTS4 + i];
    weights[target_ * WEIGHTS4 + i] = mean + sigma * noiseAt(target_ * NOISE4, i);
  }
}

// What the σs of four parameters are multiplied with; nothing where no dense layer has them.
fn noiseAt(pass_: u32, i: u32) -> vec4f {
  for (var l = 0u; l < LAYERS; l++) {
    let layer = layers[l];
    if (i < layer.weightsAt || i >= layer.end) {
      continue;
    }
    if (i >= layer.biasAt) {
      return noise[pass_ + layer.noiseOutAt + i - layer.biasAt];
    }
    let row = (i - layer.weightsAt) / layer.in4;
    let column = (i - layer.weightsAt) % layer.in4;
    let out = noise[pass_ + layer.noiseOutAt + row / 4u][row % 4u];
    let part = select(0u, layer.in4, row / 4u >= layer.split4);
    return out * noise[pass_ + layer.noiseInAt + part + column];
  }
  return vec4f();
}

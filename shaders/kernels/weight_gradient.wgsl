// All weight and bias gradients of a network in one dispatch: ∂loss/∂W = Σ_batch δ ⊗ x, ∂loss/∂b = Σ δ.
//
// layers      [LAYERS]       where each dense layer's tiles, inputs, deltas and gradients lie
// activations [agents × …]   the layers' inputs, pass 0
// deltas      [agents × …]   ∂loss/∂z of each layer
// gradients   [agents × PARAMETERS4]   out, each component clamped to ±maxGradValue (clip_grad_value_)
// partials    [agents × PARTIALS]      out, each workgroup's share of the squared norm, summed by the
//                                      optimiser in a fixed order
// noise       [agents × passes × NOISE4]   with noise only: f(ε) of each layer's inputs and outputs
//
// In a noisy network w = μ + σ·ε, so ∂loss/∂μ is the weight's gradient and ∂loss/∂σ that times ε
// (Fortunato et al., arXiv 1706.10295, equation 6); the σs' gradients follow the means', SIGMA_AT on.
//
// An invocation computes a tile of 4·ROWS4 rows of W by 4·COLUMNS4 columns; each sums over the batch in
// order, so a gradient's bits do not depend on the tile's shape.

import constants::{COLUMNS4, LAYERS, ROWS4, WORKGROUP};
import package::lib::tick::table;
import package::lib::workgroup_sums::sumOfNumbers;

struct Layer {
  firstTile: u32,
  in4: u32,
  out4: u32,
  // Rows of the batch, or of its quantile samples.
  rows: u32,
  inputAt: u32,
  inputStride: u32,
  deltasAt: u32,
  deltasStride: u32,
  weightsAt: u32,
  biasAt: u32,
  noiseInAt: u32,
  noiseOutAt: u32,
  // The row of vec4s where a second linear part begins, which has input noise of its own.
  split4: u32,
  spare0: u32,
  spare1: u32,
  spare2: u32,
}

// Tiles of all layers together.
override TILES: u32 = 1u;
// vec4s of one agent's gradients, activations and deltas.
override PARAMETERS4: u32 = 0u;
override ACTIVATIONS_AGENT: u32 = 0u;
override SLOPES_AGENT: u32 = 0u;
override PARTIALS: u32 = 1u;

@group(0) @binding(0) var<uniform> layers: array<Layer, LAYERS>;
@group(0) @binding(1) var<storage, read> activations: array<vec4f>;
@group(0) @binding(2) var<storage, read> deltas: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> gradients: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> partials: array<f32>;
@if(noisy) @group(0) @binding(5) var<storage, read> noise: array<vec4f>;
@if(noisy) override SIGMA_AT: u32 = 0u;
@if(noisy) override NOISE_AGENT: u32 = 0u;


@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) group: vec3u,
) {
  var square = 0.0;
  if (id.x < TILES) {
    square = tile(id.x, id.z);
  }
  let total = sumOfNumbers(local, square);
  if (local == 0u) {
    partials[group.z * PARTIALS + group.x] = total;
  }
}

// Computes one tile's gradients and returns the sum of their squares.
fn tile(index: u32, agent: u32) -> f32 {
  var layer = layers[0];
  for (var i = 1u; i < LAYERS; i++) {
    if (index >= layers[i].firstTile) {
      layer = layers[i];
    }
  }
  let tilesAcross = (layer.in4 + COLUMNS4 - 1u) / COLUMNS4;
  let firstRow = (index - layer.firstTile) / tilesAcross * ROWS4;
  let firstColumn = (index - layer.firstTile) % tilesAcross * COLUMNS4;
  let input = agent * ACTIVATIONS_AGENT + layer.inputAt;
  let delta = agent * SLOPES_AGENT + layer.deltasAt;

  @each(r < ROWS4) let d$r = delta + min(firstRow + $ru, layer.out4 - 1u);
  @each(c < COLUMNS4) let x$c = input + min(firstColumn + $cu, layer.in4 - 1u);
  @each(r < ROWS4) var bias$r = vec4f();
  @each(r < ROWS4, c < COLUMNS4, i < 4) var sum$r_$c_$i = vec4f();
  for (var b = 0u; b < layer.rows; b++) {
    @each(r < ROWS4) let a$r = deltas[d$r + b * layer.deltasStride];
    @each(c < COLUMNS4) let b$c = activations[x$c + b * layer.inputStride];
    @each(r < ROWS4) bias$r += a$r;
    @each(r < ROWS4, c < COLUMNS4, i < 4) sum$r_$c_$i += a$r[$i] * b$c;
  }

  var square = 0.0;
  let gradient = agent * PARAMETERS4;
  @if(noisy) {
    let noises = agent * NOISE_AGENT;
    @each(r < ROWS4) let out$r = noise[noises + layer.noiseOutAt + min(firstRow + $ru, layer.out4 - 1u)];
    @each(r < ROWS4, c < COLUMNS4) let in$r_$c = noise[noises + layer.noiseInAt + select(0u, layer.in4, firstRow + $ru >= layer.split4) + min(firstColumn + $cu, layer.in4 - 1u)];
    @each(r < ROWS4, c < COLUMNS4, i < 4) square += store(gradient + SIGMA_AT + layer.weightsAt + ((firstRow + $ru) * 4u + $iu) * layer.in4 + firstColumn + $cu, agent, sum$r_$c_$i * out$r[$i] * in$r_$c, firstRow + $ru < layer.out4 && firstColumn + $cu < layer.in4);
    @each(r < ROWS4) square += store(gradient + SIGMA_AT + layer.biasAt + firstRow + $ru, agent, bias$r * out$r, firstRow + $ru < layer.out4 && firstColumn == 0u);
  }
  @each(r < ROWS4, c < COLUMNS4, i < 4) square += store(gradient + layer.weightsAt + ((firstRow + $ru) * 4u + $iu) * layer.in4 + firstColumn + $cu, agent, sum$r_$c_$i, firstRow + $ru < layer.out4 && firstColumn + $cu < layer.in4);
  @each(r < ROWS4) square += store(gradient + layer.biasAt + firstRow + $ru, agent, bias$r, firstRow + $ru < layer.out4 && firstColumn == 0u);
  return square;
}

// Writes four components, clamped, and returns the sum of their squares.
fn store(at: u32, agent: u32, value: vec4f, inside: bool) -> f32 {
  if (!inside) {
    return 0.0;
  }
  let limit = vec4f(table[agent].maxGradValue);
  let clamped = clamp(value, -limit, limit);
  gradients[at] = clamped;
  return dot(clamped, clamped);
}

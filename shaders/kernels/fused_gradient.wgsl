// All gradients of a small network and the whole optimiser step in one dispatch, where the gradient's norm
// is not clipped: then nothing has to wait for it.
//
// layers      [LAYERS]       where each dense layer's tiles, inputs, deltas and gradients lie
// parameters, moments        in and out, see lib/learn
// activations [agents × …]   the layers' inputs, pass 0
// deltas      [agents × …]   ∂loss/∂z of each layer
// gradients   [agents × PARAMETERS4]   out, each component clamped to ±maxGradValue (clip_grad_value_)
// shares      [agents × (1 + SHARES)]  see lib/fused_last
// history     [agents × HISTORY]       out, component w: the gradient's norm
// health      [agents]                 in and out: what has gone wrong, see lib/health
//
// An update whose loss was not finite is not applied. Where the gradient overflows though the loss did not,
// that shows when the last workgroup is through: the run is rejected as ever, but what was finite of the
// gradient has been applied; the network stays finite.
//
// A share of the norm is an invocation's, or that of a team that `waits`: a workgroup. Tiles as in kernels/weight_gradient. Four rows of the batch are taken at a time, so that sums are held in
// registers for four products; each still runs over the batch in order.

import constants::{COLUMNS4, HISTORY, LAYERS, ROWS4, TEAM, WORKGROUP};
import package::lib::finite::isFinite;
import package::lib::fused_last::{isLast, leaveShare, shareOf};
import package::lib::health::NOT_FINITE;
import package::lib::learn::{PARAMETERS4, learn};
import package::lib::passes::BATCH;
import package::lib::tick::table;
@if(waits) import package::lib::workgroup_sums::sumOfNumbers;

struct Layer {
  firstTile: u32,
  in4: u32,
  out4: u32,
  inputAt: u32,
  inputStride: u32,
  deltasAt: u32,
  deltasStride: u32,
  weightsAt: u32,
  biasAt: u32,
  spare0: u32,
  spare1: u32,
  spare2: u32,
}

// Tiles of all layers together.
override TILES: u32 = 1u;
override ACTIVATIONS_AGENT: u32 = 0u;
override DELTAS_AGENT: u32 = 0u;

@group(0) @binding(1) var<uniform> layers: array<Layer, LAYERS>;
@group(0) @binding(3) var<storage, read> activations: array<vec4f>;
@group(0) @binding(4) var<storage, read> deltas: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> gradients: array<vec4f>;
@group(0) @binding(11) var<storage, read_write> history: array<vec4f>;
@group(0) @binding(12) var<storage, read_write> health: array<atomic<u32>>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_index) local: u32,
  @builtin(num_workgroups) groups: vec3u,
) {
  let agent = id.z;
  var square = 0.0;
  if (id.x < TILES) {
    square = tile(id.x, agent);
  }
  @if(waits) {
    square = sumOfNumbers(local, square);
  }
  let share = id.x / TEAM;
  if (id.x % TEAM == 0u) {
    let given = leaveShare(agent, share, square);
    let count = groups.x * WORKGROUP / TEAM;
    if (isLast(agent, count, given)) {
      summarize(agent, count);
    }
  }
}

fn summarize(agent: u32, count: u32) {
  var square = 0.0;
  for (var i = 0u; i < count; i++) {
    square += shareOf(agent, i);
  }
  let norm = sqrt(square);
  history[agent * HISTORY + table[agent].historyRow].w = norm;
  if (!isFinite(norm)) {
    atomicOr(&health[agent], NOT_FINITE);
  }
}

// Computes one tile's gradients, lets its parameters learn, and returns the sum of the gradients' squares.
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
  let delta = agent * DELTAS_AGENT + layer.deltasAt;

  @each(r < ROWS4) let d$r = delta + min(firstRow + $ru, layer.out4 - 1u);
  @each(c < COLUMNS4) let x$c = input + min(firstColumn + $cu, layer.in4 - 1u);
  @each(r < ROWS4) var bias$r = vec4f();
  @each(r < ROWS4, c < COLUMNS4, i < 4) var sum$r_$c_$i = vec4f();
  for (var b = 0u; b < BATCH; b += 4u) {
    // Past the batch's end deltas count nothing.
    @each(u < 4) let at$u = min(b + $uu, BATCH - 1u);
    @each(u < 4) let counts$u = f32(b + $uu < BATCH);
    @each(u < 4, r < ROWS4) let a$r_$u = counts$u * deltas[d$r + at$u * layer.deltasStride];
    @each(u < 4, c < COLUMNS4) let b$c_$u = activations[x$c + at$u * layer.inputStride];
    @each(r < ROWS4) bias$r = bias$r + a$r_0 + a$r_1 + a$r_2 + a$r_3;
    @each(r < ROWS4, c < COLUMNS4, i < 4) sum$r_$c_$i = sum$r_$c_$i + a$r_0[$i] * b$c_0 + a$r_1[$i] * b$c_1 + a$r_2[$i] * b$c_2 + a$r_3[$i] * b$c_3;
  }

  let gradient = agent * PARAMETERS4;
  @each(r < ROWS4, c < COLUMNS4, i < 4) put(gradient + layer.weightsAt + ((firstRow + $ru) * 4u + $iu) * layer.in4 + firstColumn + $cu, sum$r_$c_$i, firstRow + $ru < layer.out4 && firstColumn + $cu < layer.in4);
  @each(r < ROWS4) put(gradient + layer.biasAt + firstRow + $ru, bias$r, firstRow + $ru < layer.out4 && firstColumn == 0u);

  // One by one from here on: unrolled, the optimiser would take long to compile.
  var square = 0.0;
  let rows = min(4u * ROWS4, 4u * (layer.out4 - firstRow));
  let columns = min(u32(COLUMNS4), layer.in4 - firstColumn);
  for (var i = 0u; i < rows * columns; i++) {
    square += apply(agent, layer.weightsAt + (4u * firstRow + i / columns) * layer.in4 + firstColumn + i % columns);
  }
  if (firstColumn == 0u) {
    for (var i = 0u; i < rows / 4u; i++) {
      square += apply(agent, layer.biasAt + firstRow + i);
    }
  }
  return square;
}

fn put(at: u32, value: vec4f, inside: bool) {
  if (inside) {
    gradients[at] = value;
  }
}

// Clamps four components, applies them, and returns the sum of their squares.
fn apply(agent: u32, at: u32) -> f32 {
  let limit = vec4f(table[agent].maxGradValue);
  let clamped = clamp(gradients[agent * PARAMETERS4 + at], -limit, limit);
  gradients[agent * PARAMETERS4 + at] = clamped;
  let square = dot(clamped, clamped);
  if (isFinite(square) && atomicLoad(&health[agent]) == 0u) {
    learn(table[agent], agent, at, clamped);
  }
  return square;
}

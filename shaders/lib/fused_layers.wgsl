// All dense layers of a small network, forward and backward, for a few rows of the batch: those of a team of
// TEAM invocations. A team of one has nobody to wait for, which suits a processor that plays GPU: there
// barriers cost much, since they cut a kernel into coroutines. Larger teams are a workgroup each, with
// `waits`.
//
// layers      [LAYERS]                       where each layer's numbers lie
// parameters  [agents × ARENAS × ARENA4]     arenas; W is [OUT4·4 rows × IN4] vec4s, then b
// onlineWeights, targetWeights               uniformWeights only, instead of parameters: its two arenas. A
//                                            processor that plays GPU loads faster from uniforms; these are
//                                            small, and are of one agent
// activations [agents × …]                   each block, pass after pass; observations first
// deltas      [agents × …]                   training only, pass 0: ∂loss/∂z; before, with keepsSlopes, f′ at z,
//                                            where it does not follow from f(z)
//
// An invocation computes ROWS × 4·COLUMNS4 numbers in registers as in kernels/dense_forward and
// kernels/dense_backward, or where a layer has few outputs NARROW_ROWS × 4. Tiles of all passes are dealt out
// to the invocations in turn. Sums run in the order of those kernels, whatever the tile.

import constants::{COLUMNS4, GROUP_ROWS, LAYERS, NARROW_ROWS, PASSES, ROWS, TEAM};
@if(uniformWeights) import constants::{ONLINE4, TARGET4};
import package::lib::passes::{BATCH, choiceOf};
import package::slots::activation::activate;
@if(keepsSlopes) import package::slots::activation::slope;
@if(!keepsSlopes) import package::slots::activation::slopeOf;

struct Layer {
  in4: u32,
  out4: u32,
  // Index of pass 0's first row, and from one row to the next.
  inputAt: u32,
  inputStride: u32,
  outputAt: u32,
  outputStride: u32,
  // The same of deltas, where the block has any.
  inputDeltasAt: u32,
  outputDeltasAt: u32,
  weightsAt: u32,
  biasAt: u32,
  // See below.
  flags: u32,
  spare: u32,
}

// It reads observations: there is nothing to learn below, and passes may share them.
const READS_INPUTS = 1u;
// It is the last of its stream: no activation.
const IS_LAST = 2u;
// It has so few outputs that its tiles are narrow.
const IS_NARROW = 4u;

@if(!uniformWeights) override ARENAS: u32 = 2u;
@if(!uniformWeights) override ARENA4: u32 = 0u;
// Where the target's arena starts in its uniform, which starts where an offset may be.
@if(uniformWeights) override TARGET_AT: u32 = 0u;
// Which arena and which inputs a pass reads, four bits each.
override ARENA_OF: u32 = 0u;
override INPUT_OF: u32 = 0u;
override ACTIVATIONS_AGENT: u32 = 0u;
@if(training) override DELTAS_AGENT: u32 = 0u;

@group(0) @binding(1) var<uniform> layers: array<Layer, LAYERS>;
@if(!uniformWeights) @group(0) @binding(2) var<storage, read> parameters: array<vec4f>;
@if(uniformWeights) @group(0) @binding(2) var<uniform> onlineWeights: array<vec4f, ONLINE4>;
@if(uniformWeights) @group(0) @binding(13) var<uniform> targetWeights: array<vec4f, TARGET4>;
@group(0) @binding(3) var<storage, read_write> activations: array<vec4f>;
@if(training) @group(0) @binding(4) var<storage, read_write> deltas: array<vec4f>;

// Waits for the team.
fn wait() {
  @if(waits) {
    storageBarrier();
  }
}

// Where an arena starts, for `weight`.
fn arenaAt(agent: u32, arena: u32) -> u32 {
  @if(uniformWeights) {
    return select(TARGET_AT, 0u, arena == 0u);
  }
  @if(!uniformWeights) {
    return (agent * ARENAS + arena) * ARENA4;
  }
}

// A vec4 of an arena. Where arenas are bindings, callers know theirs when they are compiled: nothing is left
// of the choice.
fn weight(arena: u32, at: u32) -> vec4f {
  @if(uniformWeights) {
    if (arena == 0u) {
      return onlineWeights[at];
    }
    return targetWeights[at];
  }
  @if(!uniformWeights) {
    return parameters[at];
  }
}

// Sends GROUP_ROWS rows from `first` on through all layers, in all passes. All invocations must call, each
// with its number in the team.
fn forwardRows(agent: u32, first: u32, member: u32) {
  for (var l = 0u; l < LAYERS; l++) {
    let layer = layers[l];
    if ((layer.flags & IS_NARROW) != 0u) {
      let tilesDown = (GROUP_ROWS + NARROW_ROWS - 1u) / NARROW_ROWS;
      for (var t = member; t < PASSES * tilesDown * layer.out4; t += TEAM) {
        let row = first + t / layer.out4 % tilesDown * NARROW_ROWS;
        if (row < BATCH) {
          let pass_ = t / (tilesDown * layer.out4);
          let column = t % layer.out4;
          let arena = choiceOf(ARENA_OF, pass_);
          @if(uniformWeights) {
            if (arena == 0u) {
              narrowTile(layer, agent, pass_, 0u, row, column);
            } else {
              narrowTile(layer, agent, pass_, 1u, row, column);
            }
          }
          @if(!uniformWeights) {
            narrowTile(layer, agent, pass_, arena, row, column);
          }
        }
      }
    } else {
      let tilesAcross = (layer.out4 + COLUMNS4 - 1u) / COLUMNS4;
      let tilesDown = (GROUP_ROWS + ROWS - 1u) / ROWS;
      for (var t = member; t < PASSES * tilesDown * tilesAcross; t += TEAM) {
        let row = first + t / tilesAcross % tilesDown * ROWS;
        if (row < BATCH) {
          let pass_ = t / (tilesDown * tilesAcross);
          let column = t % tilesAcross * COLUMNS4;
          let arena = choiceOf(ARENA_OF, pass_);
          @if(uniformWeights) {
            if (arena == 0u) {
              forwardTile(layer, agent, pass_, 0u, row, column);
            } else {
              forwardTile(layer, agent, pass_, 1u, row, column);
            }
          }
          @if(!uniformWeights) {
            forwardTile(layer, agent, pass_, arena, row, column);
          }
        }
      }
    }
    wait();
  }
}

// The row of a pass where a layer's inputs are.
fn inputRow(layer: Layer, pass_: u32) -> u32 {
  return BATCH * select(pass_, choiceOf(INPUT_OF, pass_), (layer.flags & READS_INPUTS) != 0u);
}

fn forwardTile(layer: Layer, agent: u32, pass_: u32, arena: u32, firstRow: u32, firstColumn: u32) {
  let network = arenaAt(agent, arena);
  let weights = network + layer.weightsAt;
  let input = agent * ACTIVATIONS_AGENT + layer.inputAt + inputRow(layer, pass_) * layer.inputStride;
  let in4 = layer.in4;

  // Rows and columns past the edge repeat the last one, and are stored where that is.
  @each(r < ROWS) let x$r = input + min(firstRow + $ru, BATCH - 1u) * layer.inputStride;
  @each(c < COLUMNS4) let w$c = weights + min(firstColumn + $cu, layer.out4 - 1u) * 4u * in4;
  @each(r < ROWS, c < COLUMNS4) var sum$r_$c = vec4f();
  for (var k = 0u; k < in4; k++) {
    @each(r < ROWS) let a$r = activations[x$r + k];
    @each(c < COLUMNS4) let b$c = mat4x4f(weight(arena, w$c + k), weight(arena, w$c + in4 + k), weight(arena, w$c + 2u * in4 + k), weight(arena, w$c + 3u * in4 + k));
    @each(r < ROWS, c < COLUMNS4) sum$r_$c += a$r * b$c;
  }
  @each(c < COLUMNS4) let bias$c = weight(arena, network + layer.biasAt + min(firstColumn + $cu, layer.out4 - 1u));
  @each(r < ROWS) let y$r = min(firstRow + $ru, BATCH - 1u);
  @each(c < COLUMNS4) let z$c = min(firstColumn + $cu, layer.out4 - 1u);
  @each(r < ROWS, c < COLUMNS4) putOutput(layer, agent, pass_, y$r, z$c, sum$r_$c + bias$c);
}

fn narrowTile(layer: Layer, agent: u32, pass_: u32, arena: u32, firstRow: u32, column: u32) {
  let network = arenaAt(agent, arena);
  let input = agent * ACTIVATIONS_AGENT + layer.inputAt + inputRow(layer, pass_) * layer.inputStride;
  let in4 = layer.in4;
  let w = network + layer.weightsAt + column * 4u * in4;
  @each(r < NARROW_ROWS) let x$r = input + min(firstRow + $ru, BATCH - 1u) * layer.inputStride;
  @each(r < NARROW_ROWS) var sum$r = vec4f();
  for (var k = 0u; k < in4; k++) {
    let b = mat4x4f(weight(arena, w + k), weight(arena, w + in4 + k), weight(arena, w + 2u * in4 + k), weight(arena, w + 3u * in4 + k));
    @each(r < NARROW_ROWS) sum$r += activations[x$r + k] * b;
  }
  let bias = weight(arena, network + layer.biasAt + column);
  @each(r < NARROW_ROWS) putOutput(layer, agent, pass_, min(firstRow + $ru, BATCH - 1u), column, sum$r + bias);
}

fn putOutput(layer: Layer, agent: u32, pass_: u32, row: u32, column: u32, z: vec4f) {
  let at = (pass_ * BATCH + row) * layer.outputStride + column;
  let isLast = (layer.flags & IS_LAST) != 0u;
  activations[agent * ACTIVATIONS_AGENT + layer.outputAt + at] = select(activate(z), z, isLast);
  @if(keepsSlopes) {
    if (pass_ == 0u) {
      deltas[agent * DELTAS_AGENT + layer.outputDeltasAt + at] = slope(z);
    }
  }
}

// From the deltas of the last block down to those of the first hidden one. All invocations must call.
@if(training) fn backwardRows(agent: u32, first: u32, member: u32) {
  for (var l = u32(LAYERS); l > 0u; l--) {
    let layer = layers[l - 1u];
    if ((layer.flags & READS_INPUTS) != 0u) {
      continue;
    }
    let tilesAcross = (layer.in4 + COLUMNS4 - 1u) / COLUMNS4;
    let tilesDown = (GROUP_ROWS + ROWS - 1u) / ROWS;
    for (var t = member; t < tilesDown * tilesAcross; t += TEAM) {
      let row = first + t / tilesAcross * ROWS;
      if (row < BATCH) {
        backwardTile(layer, agent, row, t % tilesAcross * COLUMNS4);
      }
    }
    wait();
  }
}

@if(training) fn backwardTile(layer: Layer, agent: u32, firstRow: u32, firstColumn: u32) {
  let weights = arenaAt(agent, 0u) + layer.weightsAt;
  let above = agent * DELTAS_AGENT + layer.outputDeltasAt;
  let in4 = layer.in4;
  @each(r < ROWS) let d$r = above + min(firstRow + $ru, BATCH - 1u) * layer.outputStride;
  @each(c < COLUMNS4) let w$c = weights + min(firstColumn + $cu, in4 - 1u);
  @each(r < ROWS, c < COLUMNS4) var sum$r_$c = vec4f();
  for (var k = 0u; k < layer.out4; k++) {
    let rowOfW = k * 4u * in4;
    @each(r < ROWS) let a$r = deltas[d$r + k];
    @each(c < COLUMNS4) let b$c = mat4x4f(weight(0u, w$c + rowOfW), weight(0u, w$c + rowOfW + in4), weight(0u, w$c + rowOfW + 2u * in4), weight(0u, w$c + rowOfW + 3u * in4));
    @each(r < ROWS, c < COLUMNS4) sum$r_$c += b$c * a$r;
  }
  // Where there are slopes among the deltas, all are read before the first of these is written: what lies
  // past the edge goes where the last one does.
  let below = agent * DELTAS_AGENT + layer.inputDeltasAt;
  @if(!keepsSlopes) let input = agent * ACTIVATIONS_AGENT + layer.inputAt;
  @each(r < ROWS) let y$r = min(firstRow + $ru, BATCH - 1u) * layer.inputStride;
  @each(c < COLUMNS4) let z$c = min(firstColumn + $cu, in4 - 1u);
  @if(keepsSlopes) {
    @each(r < ROWS, c < COLUMNS4) sum$r_$c *= deltas[below + y$r + z$c];
  }
  @if(!keepsSlopes) {
    @each(r < ROWS, c < COLUMNS4) sum$r_$c *= slopeOf(activations[input + y$r + z$c]);
  }
  @each(r < ROWS, c < COLUMNS4) deltas[below + y$r + z$c] = sum$r_$c;
}

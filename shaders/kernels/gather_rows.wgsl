// Draws a batch, and finds the rows whose frames its stacks are made of. Which rows are drawn, the
// sampler says; what is learnt from them, lib/walk.wgsl. Their frames come in gather_frames.wgsl and
// gather_planes.wgsl.
//
// transitions [slots]                       the ring: what started at each row
// sources     [agents × 2 × BATCH × FRAME_STACK]  out: slots, oldest first, of each observation's stack,
//                                           then of each next observation's; NO_ROW where none was drawn
// batch       [agents × BATCH]              out: action, n-step return, discount, weight, next action,
//                                           masks
// health      [agents]                      out: a bit when no row could be drawn
//
// A stack reaches back to the first row of its episode at most, and is filled up with that one's frame,
// as Gymnasium's FrameStackObservation pads it with an episode's first observation.
//
// newest: the rows that an agent acts on, without next observations and without a batch.

@if(!newest) import package::lib::batch::Sample;
import package::lib::draw::NO_ROW;
import package::lib::health::NOTHING_DRAWABLE;
import package::lib::ring::{FRAME_STACK, LANES, REGION, isFirst, rowBefore, transitions};
@if(!newest) import package::lib::walk::{sampleOf, walkFrom};
import package::slots::sampler::drawOf;

override BATCH: u32 = 1u;

@group(0) @binding(1) var<storage, read_write> sources: array<u32>;
@if(!newest) @group(0) @binding(3) var<storage, read_write> batch: array<Sample>;
@group(0) @binding(4) var<storage, read_write> health: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let place = id.x;
  let agent = id.z;
  if (place >= BATCH) {
    return;
  }
  let ring = agent * LANES * REGION;
  @if(newest) let at = (agent * BATCH + place) * FRAME_STACK;
  @if(!newest) let at = (2u * agent * BATCH + place) * FRAME_STACK;
  @if(!newest) let next = at + BATCH * FRAME_STACK;
  let draw = drawOf(agent, place);
  if (draw.row == NO_ROW) {
    atomicOr(&health[agent], NOTHING_DRAWABLE);
    for (var i = 0u; i < FRAME_STACK; i++) {
      sources[at + i] = NO_ROW;
      @if(!newest) sources[next + i] = NO_ROW;
    }
    return;
  }
  stack(ring, draw.row, at);
  @if(!newest) {
    let walk = walkFrom(agent, ring, draw.row);
    batch[agent * BATCH + place] = sampleOf(ring, draw, walk);
    stack(ring, walk.last, next);
  }
}

// Writes the slots of a row's stack.
fn stack(ring: u32, last: u32, at: u32) {
  var row = last;
  for (var i = FRAME_STACK; i > 0u; i--) {
    sources[at + i - 1u] = ring + row;
    if (i > 1u && !isFirst(transitions[ring + row].kind)) {
      row = rowBefore(row);
    }
  }
}

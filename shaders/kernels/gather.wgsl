// Makes a batch dense where a frame is an input as it lies in the ring. Which rows, the sampler says; what
// is learnt from them, lib/walk.wgsl.
//
// transitions  [slots]                          the ring: what started at each row
// observations [slots × OBSERVATION4]           the ring's observations
// activations  [2 × BATCH × OBSERVATION4]       out: observations, then next observations: the
//                                               networks' inputs
// batch        [BATCH]                          out: action, n-step return, discount, weight, next
//                                               action, masks
// health       [agents]                         out: a bit when no row could be drawn
//
// An invocation for each row of the batch (x) and each vec4 of an observation (y). A sampler is a pure
// function of the table and of what was drawn before, so each repeats it and none has to wait.
//
// newest: the rows that an agent acts on. Nothing is learnt from them: observations are all there is.

@if(!newest) import package::lib::batch::Sample;
import package::lib::draw::NO_ROW;
import package::lib::health::NOTHING_DRAWABLE;
import package::lib::ring::{LANES, REGION};
@if(!newest) import package::lib::walk::{sampleOf, walkFrom};
import package::slots::sampler::drawOf;

override BATCH: u32 = 1u;
override OBSERVATION4: u32 = 1u;
// vec4s of one agent's activations.
override ACTIVATIONS_STRIDE: u32 = 0u;

@group(0) @binding(1) var<storage, read> observations: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> activations: array<vec4f>;
@if(!newest) @group(0) @binding(3) var<storage, read_write> batch: array<Sample>;
@group(0) @binding(4) var<storage, read_write> health: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let place = id.x;
  let part = id.y;
  let agent = id.z;
  if (place >= BATCH) {
    return;
  }
  let ring = agent * LANES * REGION;
  let input = agent * ACTIVATIONS_STRIDE + place * OBSERVATION4 + part;
  let draw = drawOf(agent, place);
  if (draw.row == NO_ROW) {
    atomicOr(&health[agent], NOTHING_DRAWABLE);
    return;
  }
  activations[input] = observations[(ring + draw.row) * OBSERVATION4 + part];
  @if(!newest) {
    let walk = walkFrom(agent, ring, draw.row);
    activations[input + BATCH * OBSERVATION4] = observations[(ring + walk.last) * OBSERVATION4 + part];
    if (part == 0u) {
      batch[agent * BATCH + place] = sampleOf(ring, draw, walk);
    }
  }
}

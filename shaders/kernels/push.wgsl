// Writes row images into the replay ring: one invocation for each vec4 of an image.
//
// transitions  [slots]                    what started at each row
// observations [slots × OBSERVATION4]     vec4s; images without go to the transitions alone
// images       the rows' images
//
// A submit never stages two images of one slot, so invocations do not meet.

import package::lib::images::{OBSERVATION4, headOf, imageSize, images, kindOf, slotOf};
import package::lib::ring::Transition;

override CAPACITY: u32 = 1u;

@group(0) @binding(0) var<storage, read_write> transitions: array<Transition>;
@if(complete) @group(0) @binding(1) var<storage, read_write> observations: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let agent = id.z;
  let step = groups.x * 64u;
  let total = images[0].x * imageSize();
  for (var i = id.x; i < total; i += step) {
    let part = i % imageSize();
    let head = headOf(i / imageSize());
    let slot = agent * CAPACITY + slotOf(head);
    if (part == 0u) {
      transitions[slot] = Transition(head.y, bitcast<f32>(head.z), kindOf(head), head.w);
    }
    @if(complete) {
      if (part > 0u) {
        observations[slot * OBSERVATION4 + part - 1u] = bitcast<vec4f>(images[1u + i]);
      }
    }
  }
}

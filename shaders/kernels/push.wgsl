// Writes row images into the replay ring: one invocation for each vec4 of an image.
//
// images      a vec4 whose x counts the images; then for each a vec4 of slot, action, reward and kind,
//             and OBSERVATION4 vec4s of its observation
// transitions [slots]                     what started at each row
// observations [slots × OBSERVATION4]     vec4s
//
// A submit never stages two images of one slot, so invocations do not meet.

import package::lib::ring::Transition;

// vec4s of one observation.
override OBSERVATION4: u32 = 1u;
override CAPACITY: u32 = 1u;

// x: how many images are staged; the images follow.
@group(0) @binding(0) var<storage, read> images: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> transitions: array<Transition>;
@group(0) @binding(2) var<storage, read_write> observations: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let agent = id.z;
  let step = groups.x * 64u;
  let imageSize = 1u + OBSERVATION4;
  let total = images[0].x * imageSize;
  for (var i = id.x; i < total; i += step) {
    let image = i / imageSize;
    let part = i % imageSize;
    let head = images[1u + image * imageSize];
    let slot = agent * CAPACITY + head.x;
    if (part == 0u) {
      transitions[slot] = Transition(head.y, bitcast<f32>(head.z), head.w, 0u);
    } else {
      observations[slot * OBSERVATION4 + part - 1u] = bitcast<vec4f>(images[1u + i]);
    }
  }
}

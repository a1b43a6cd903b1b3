// Brings the frames of a batch's stacks into the networks' inputs, unit by unit, in any order of a
// frame's numbers.
//
// frames  [slots × FRAME_WORDS]            the ring's frames, or part of them
// sources [agents × ROWS × FRAME_STACK]    the slots that each input is made of
// inputs  [agents × INPUTS_STRIDE]         out: inputs, ROWS of INPUT4 units
//
// Inputs are bytes if frames are, or floats, bytes being scaled.
//
// An invocation for each unit (x) of each input (y); for several units where frames lie in several
// buffers, and for several inputs where there are more than workgroups.

import package::lib::draw::NO_ROW;
import package::lib::frames::{
  CHANNELS, PIXELS, PLANES, ROWS, Task, frameOf, pixelAt, put, taskOf, units
};

override FRAME_WORDS: u32 = 1u;
// What a byte is multiplied with on its way to a float.
override SCALE: f32 = 1.0;
// From a number of a frame to that of the next pixel and to that of the next plane.
override PIXEL_STRIDE: u32 = 1u;
override PLANE_STRIDE: u32 = 1u;

@group(0) @binding(0) var<storage, read> frames: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  for (var row = id.y; row < ROWS; row += groups.y) {
    let task = taskOf(id.z, row);
    if (task.isHere) {
      bringAll(task, id.x, 64u * groups.x);
    }
  }
}

// Units of an input: the first of them, and how many further on the next is.
fn bringAll(task: Task, first: u32, step: u32) {
  let total = PIXELS * units();
  @if(!split) {
    if (first < total) {
      bring(task, first / units(), first % units());
    }
  }
  // Mostly there is nothing to do: so fewer find that out, and do more where there is.
  @if(split) {
    for (var i = first; i < total; i += step) {
      bring(task, i / units(), i % units());
    }
  }
}

// A unit of a pixel.
fn bring(task: Task, pixel: u32, unit: u32) {
  let at = task.input + pixelAt(pixel) + unit;
  @each(c < 4) let n$c = numberOf(task, pixel, 4u * unit + $cu);
  @if(packed) {
    put(task, at, n0 | (n1 << 8u) | (n2 << 16u) | (n3 << 24u));
  }
  @if(!packed) {
    put(task, at, vec4u(n0, n1, n2, n3));
  }
}

// A channel's number: a byte, or the bits of a float; 0 where there is none.
fn numberOf(task: Task, pixel: u32, channel: u32) -> u32 {
  if (channel >= CHANNELS) {
    return 0u;
  }
  let frame = frameOf(task, channel);
  @if(split) {
    if (frame == NO_ROW) {
      return 0u;
    }
  }
  let place = pixel * PIXEL_STRIDE + channel % PLANES * PLANE_STRIDE;
  @if(!bytes) {
    return frames[frame * FRAME_WORDS + place];
  }
  @if(bytes) {
    let number = (frames[frame * FRAME_WORDS + place / 4u] >> (8u * (place % 4u))) & 255u;
    @if(packed) {
      return number;
    }
    @if(!packed) {
      return bitcast<u32>(f32(number) * SCALE);
    }
  }
}

// Brings the frames of a batch's stacks into the networks' inputs where both are bytes and a plane's pixels
// lie side by side: sixteen pixels of four channels at a time, four words of each plane in, transposed,
// a word of each pixel out.
//
// frames  [slots × FRAME4]                 the ring's frames, or part of them
// sources [agents × ROWS × FRAME_STACK]    the slots that each input is made of
// inputs  [agents × INPUTS_STRIDE]         out: inputs, ROWS of INPUT4 units
//
// An invocation for each sixteen pixels of four channels (x) of each input (y); for several such parts
// where frames lie in several buffers, and for several inputs where there are more than workgroups.

import package::lib::draw::NO_ROW;
import package::lib::frames::{
  CHANNELS, PIXELS, PLANES, ROWS, Task, WIDTH, frameOf, pixelAt, put, taskOf, units
};

// vec4s of a frame, and from one plane of it to the next.
override FRAME4: u32 = 1u;
override PLANE4: u32 = 1u;

@group(0) @binding(0) var<storage, read> frames: array<vec4u>;

const EVEN = vec4u(0x00ff00ffu);
const ODD = vec4u(0xff00ff00u);
const LOW = vec4u(0x0000ffffu);
const HIGH = vec4u(0xffff0000u);
const BYTE = vec4u(8u);
const PAIR = vec4u(16u);

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  for (var row = id.y; row < ROWS; row += groups.y) {
    let task = taskOf(id.z, row);
    if (task.isHere) {
      transposeAll(task, id.x, 64u * groups.x);
    }
  }
}

// Parts of an input: the first of them, and how many further on the next is.
fn transposeAll(task: Task, first: u32, step: u32) {
  let parts = (PIXELS + 15u) / 16u;
  let total = units() * parts;
  @if(!split) {
    if (first < total) {
      transpose(task, first / parts, first % parts);
    }
  }
  // Mostly there is nothing to do: so fewer find that out, and do more where there is.
  @if(split) {
    for (var i = first; i < total; i += step) {
      transpose(task, i / parts, i % parts);
    }
  }
}

// Sixteen pixels of a unit's channels.
fn transpose(task: Task, unit: u32, part: u32) {
  @each(c < 4) let w$c = wordsOf(task, 4u * unit + $cu, part);
  // Of each word bytes 0 and 2, then 1 and 3, of two channels; then a byte of all four.
  let a = (w0 & EVEN) | ((w1 & EVEN) << BYTE);
  let b = ((w0 & ODD) >> BYTE) | (w1 & ODD);
  let c = (w2 & EVEN) | ((w3 & EVEN) << BYTE);
  let d = ((w2 & ODD) >> BYTE) | (w3 & ODD);
  let p0 = (a & LOW) | (c << PAIR);
  let p1 = (b & LOW) | (d << PAIR);
  let p2 = (a >> PAIR) | (c & HIGH);
  let p3 = (b >> PAIR) | (d & HIGH);
  let at = task.input + unit;
  @each(j < 4) putFour(task, at, 16u * part + 4u * $ju, vec4u(p0[$j], p1[$j], p2[$j], p3[$j]));
}

// Sixteen pixels of a channel; 0 where there is none.
fn wordsOf(task: Task, channel: u32, part: u32) -> vec4u {
  if (channel >= CHANNELS) {
    return vec4u();
  }
  let frame = frameOf(task, channel);
  @if(split) {
    if (frame == NO_ROW) {
      return vec4u();
    }
  }
  return frames[frame * FRAME4 + channel % PLANES * PLANE4 + part];
}

// Writes a unit of each of four pixels.
fn putFour(task: Task, at: u32, pixel: u32, four: vec4u) {
  if (WIDTH % 4u == 0u) {
    // They are in one line.
    if (pixel < PIXELS) {
      let first = at + pixelAt(pixel);
      @each(i < 4) put(task, first + $iu * units(), four[$i]);
    }
  } else {
    @each(i < 4) if (pixel + $iu < PIXELS) { put(task, at + pixelAt(pixel + $iu), four[$i]); }
  }
}

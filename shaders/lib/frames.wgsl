// The stacks that inputs are made of, and the part of them that lies in one of the ring's buffers.
//
// A frame's numbers are bytes, four in a word, the first one lowest, or floats. An input is a picture:
// of each pixel all channels, four in a unit, which is a word of bytes or a vec4 of floats; channels are
// a stack's frames, oldest first, and a frame's planes inside.
//
// An input may be made of frames from several buffers, of which one is bound at a time, in their order.
// So the first one that any of its frames is in overwrites what was there, and the others add their bits.

import package::lib::draw::NO_ROW;

// Inputs of one agent: observations, then next observations.
override ROWS: u32 = 1u;
override FRAME_STACK: u32 = 1u;
// Of the picture, and of one frame.
override PIXELS: u32 = 1u;
override WIDTH: u32 = 1u;
override CHANNELS: u32 = 1u;
override PLANES: u32 = 1u;
// Units from one line of an input to the next, and to its first pixel: margins are left alone.
override LINE4: u32 = 1u;
override FIRST4: u32 = 0u;
// Units of one input, and of one agent's.
override INPUT4: u32 = 1u;
override INPUTS_STRIDE: u32 = 0u;
// The slots whose frames are in this buffer.
@if(split) override CHUNK_FIRST: u32 = 0u;
@if(split) override CHUNK_SLOTS: u32 = 1u;

@group(0) @binding(1) var<storage, read> sources: array<u32>;
@group(0) @binding(2) var<storage, read_write> inputs: array<Unit>;

// Four channels of a pixel: bytes, or the bits of floats.
@if(packed) alias Unit = u32;
@if(!packed) alias Unit = vec4u;

// What is to be done about an input.
struct Task {
  // Where the slots of its stack are listed.
  sources: u32,
  // Where it begins.
  input: u32,
  // Whether this buffer has any of its frames, and is the first that has.
  isHere: bool,
  isFirst: bool,
}

fn taskOf(agent: u32, row: u32) -> Task {
  let at = (agent * ROWS + row) * FRAME_STACK;
  let input = agent * INPUTS_STRIDE + row * INPUT4 + FIRST4;
  @if(!split) {
    return Task(at, input, sources[at] != NO_ROW, true);
  }
  @if(split) {
    var isHere = false;
    var isFirst = true;
    for (var i = 0u; i < FRAME_STACK; i++) {
      let slot = sources[at + i];
      isHere |= isInChunk(slot);
      isFirst &= slot >= CHUNK_FIRST;
    }
    return Task(at, input, isHere, isFirst);
  }
}

@if(split) fn isInChunk(slot: u32) -> bool {
  return slot >= CHUNK_FIRST && slot - CHUNK_FIRST < CHUNK_SLOTS;
}

// Where the frame that a channel is of lies in this buffer, or NO_ROW.
fn frameOf(task: Task, channel: u32) -> u32 {
  let slot = sources[task.sources + channel / PLANES];
  @if(!split) {
    return slot;
  }
  @if(split) {
    return select(NO_ROW, slot - CHUNK_FIRST, isInChunk(slot));
  }
}

// Writes a unit of an input, or those of its channels that this buffer has.
fn put(task: Task, at: u32, unit: Unit) {
  @if(!split) {
    inputs[at] = unit;
  }
  @if(split) {
    if (task.isFirst) {
      inputs[at] = unit;
    } else {
      inputs[at] |= unit;
    }
  }
}

// Units of a pixel.
fn units() -> u32 {
  return (CHANNELS + 3u) / 4u;
}

// Where a pixel's first unit lies in an input.
fn pixelAt(pixel: u32) -> u32 {
  return pixel / WIDTH * LINE4 + pixel % WIDTH * units();
}

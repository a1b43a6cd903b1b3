// What environments in lockstep see after a step, into the ring's frames: an invocation for each word of a
// frame (x) of each lane (y), so that a picture's pixels are drawn side by side.
//
// frames [slots × FRAME_WORDS]   out: the ring's frames, or part of them
// states [agents × LANES]        the environments' states
// health [agents]                out: a bit when a number is not finite
//
// A word is a float, or four bytes, the first one lowest.

import package::lib::finite::isFinite;
import package::lib::health::ENVIRONMENT_NOT_FINITE;
import package::lib::ring::{LANES, REGION};
import package::lib::tick::table;
import package::slots::env::{State, observe};

// Numbers of a frame, and words of it as it is stored.
override SIZE: u32 = 1u;
override FRAME_WORDS: u32 = 4u;
// The slots whose frames are in this buffer.
override CHUNK_FIRST: u32 = 0u;
override CHUNK_SLOTS: u32 = 1u;

@group(0) @binding(0) var<storage, read_write> frames: array<u32>;
@group(0) @binding(1) var<storage, read> states: array<State>;
@group(0) @binding(2) var<storage, read_write> health: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let agent = id.z;
  for (var lane = id.y; lane < LANES; lane += groups.y) {
    let at = agent * LANES + lane;
    let slot = at * REGION + (table[agent].openRow + 1u) % REGION;
    if (id.x < FRAME_WORDS && slot >= CHUNK_FIRST && slot - CHUNK_FIRST < CHUNK_SLOTS) {
      frames[(slot - CHUNK_FIRST) * FRAME_WORDS + id.x] = wordOf(agent, at, id.x);
    }
  }
}

fn wordOf(agent: u32, at: u32, word: u32) -> u32 {
  let state = states[at];
  @if(bytes) {
    var packed = 0u;
    @each(c < 4) if (4u * word + $cu < SIZE) { packed |= byteOf(state, 4u * word + $cu) << (8u * $cu); }
    return packed;
  }
  @if(!bytes) {
    if (word >= SIZE) {
      return 0u;
    }
    let seen = observe(state, word);
    if (!isFinite(seen)) {
      atomicOr(&health[agent], ENVIRONMENT_NOT_FINITE);
    }
    return bitcast<u32>(seen);
  }
}

// What is no byte must not spill into its neighbour.
@if(bytes) fn byteOf(state: State, element: u32) -> u32 {
  return min(u32(observe(state, element)), 255u);
}

// Draws that a kernel of their own has made for the whole batch.
//
// draws [agents × BATCH]

import package::lib::draw::Draw;

override DRAWS: u32 = 1u;

@group(0) @binding(5) var<storage, read> draws: array<Draw>;

fn drawOf(agent: u32, place: u32) -> Draw {
  return draws[agent * DRAWS + place];
}

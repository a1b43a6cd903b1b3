// Draws a batch of consecutive transitions of one lane, from the row that the table names.
//
// transitions [slots]          the ring
// draws       [agents × BATCH] out: rows in the order of time
//
// Rows that can't be drawn, such as an episode's last, are stepped over: the sequence goes on in the
// lane's next episode. The host knows the write heads; it names only rows after which there are enough
// to draw before the head.

import package::lib::draw::{Draw, NO_ROW};
import package::lib::ring::{LANES, REGION, isDrawable};
import package::lib::tick::table;

override BATCH: u32 = 1u;

@group(0) @binding(1) var<storage, read_write> draws: array<Draw>;

const WORKGROUP = 64u;

// Whether each row of a stretch can be drawn, and how many places have their row.
var<workgroup> flags: array<u32, WORKGROUP>;
var<workgroup> placed: u32;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) me: u32, @builtin(workgroup_id) group: vec3u) {
  let agent = group.z;
  let ring = agent * LANES * REGION;
  let start = table[agent].sequenceStart;
  let lane = start / REGION * REGION;
  for (var seen = 0u; seen < REGION; seen += WORKGROUP) {
    let first = workgroupUniformLoad(&placed);
    if (first >= BATCH) {
      break;
    }
    let row = lane + (start - lane + seen + me) % REGION;
    let can = seen + me < REGION && isDrawable(ring, row);
    flags[me] = u32(can);
    workgroupBarrier();
    var place = first;
    for (var i = 0u; i < me; i++) {
      place += flags[i];
    }
    if (can && place < BATCH) {
      draws[agent * BATCH + place] = Draw(row, 1.0);
    }
    if (me == WORKGROUP - 1u) {
      placed = place + u32(can);
    }
  }
  // Rows that are not there are told by the gather.
  for (var place = workgroupUniformLoad(&placed) + me; place < BATCH; place += WORKGROUP) {
    draws[agent * BATCH + place] = Draw(NO_ROW, 1.0);
  }
}

// Draws a batch uniformly without replacement: as if place after place made tries until it hit a row
// that can be drawn and that no place before it has.
//
// transitions [slots]          the ring
// claims      [slots]          of each row, which place holds it; zero before and after
// draws       [agents × BATCH] out
//
// All places try at once, and claim what they hit. A place that an earlier one has outdone goes on to
// its next tries, past rows that an earlier place holds, until none has to. That ends with the rows that
// one after the other would have taken: a row that a place had to give up stays with an earlier one.
// Gale, Shapley: College admissions and the stability of marriage (1962).
//
// Where nearly all rows that can be drawn are wanted, the last places need many tries. That they run out
// has odds below e⁻³⁰ for batches up to 1024, unless hardly any stored row can be drawn; the gather
// tells then.

import package::lib::candidate::{TRIES, storedRow, tryWords};
import package::lib::draw::{Draw, NO_ROW};
import package::lib::ring::{LANES, REGION, isDrawable};
import package::lib::tick::{Tick, table};

override BATCH: u32 = 1u;

const WORKGROUP = 64u;
// Calls for random words that an invocation may make for all of its places.
const CALLS = 16384u;
// A place that has no row yet.
const SEEKING = 0xfffffffeu;

@group(0) @binding(1) var<storage, read_write> draws: array<Draw>;
@group(0) @binding(2) var<storage, read_write> claims: array<atomic<u32>>;

// Each place's row, and the tries that it has made.
var<workgroup> rows: array<u32, BATCH>;
var<workgroup> tries: array<u32, BATCH>;
var<workgroup> moving: atomic<u32>;
var<workgroup> goesOn: u32;

var<private> calls: u32;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) me: u32, @builtin(workgroup_id) group: vec3u) {
  let agent = group.z;
  let ring = agent * LANES * REGION;
  let tick = table[agent];
  for (var place = me; place < BATCH; place += WORKGROUP) {
    rows[place] = SEEKING;
  }
  for (;;) {
    for (var place = me; place < BATCH; place += WORKGROUP) {
      if (rows[place] == SEEKING) {
        seek(ring, tick, place);
      }
    }
    // Claims are only read above, and only made here.
    storageBarrier();
    for (var place = me; place < BATCH; place += WORKGROUP) {
      if (rows[place] != NO_ROW) {
        atomicMax(&claims[ring + rows[place]], claimOf(place));
      }
    }
    storageBarrier();
    for (var place = me; place < BATCH; place += WORKGROUP) {
      if (rows[place] != NO_ROW && atomicLoad(&claims[ring + rows[place]]) != claimOf(place)) {
        rows[place] = SEEKING;
        atomicStore(&moving, 1u);
      }
    }
    workgroupBarrier();
    if (me == 0u) {
      goesOn = atomicExchange(&moving, 0u);
    }
    if (workgroupUniformLoad(&goesOn) == 0u) {
      break;
    }
  }
  for (var place = me; place < BATCH; place += WORKGROUP) {
    draws[agent * BATCH + place] = Draw(rows[place], 1.0);
    if (rows[place] != NO_ROW) {
      atomicStore(&claims[ring + rows[place]], 0u);
    }
  }
}

// The earlier a place, the higher its claim.
fn claimOf(place: u32) -> u32 {
  return BATCH - place;
}

// A place's next try that hits a row that can be drawn and that no earlier place holds.
fn seek(ring: u32, tick: Tick, place: u32) {
  var row = NO_ROW;
  var next = tries[place];
  for (; row == NO_ROW && calls < CALLS && tick.filled > 0u; calls++) {
    let words = tryWords(tick, place, next / TRIES);
    for (var i = next % TRIES; i < TRIES && row == NO_ROW; i++) {
      let candidate = storedRow(tick, words[i]);
      if (candidate != NO_ROW && atomicLoad(&claims[ring + candidate]) < claimOf(place)) {
        row = select(NO_ROW, candidate, isDrawable(ring, candidate));
      }
      next++;
    }
  }
  rows[place] = row;
  tries[place] = next;
}

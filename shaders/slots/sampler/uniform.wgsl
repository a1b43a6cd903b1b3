// Uniform draws over all rows that start a transition, with replacement, by bounded rejection.
//
// Candidates are uniform over the stored rows, and those that start none that can be learnt from are
// drawn again. Never "the next one": that would favour rows behind episode ends. Where lanes step
// together, about half of the rows can be drawn even when every episode is one step long, and a few tries
// do. Where hardly any row can be drawn (one transition among many empty lanes, n steps of SARSA at the
// start) the host lets nothing be drawn (src/replay/draw.ts); should all tries fail, that is told.

import package::lib::candidate::{TRIES, storedRow, tryWords};
import package::lib::draw::{Draw, NO_ROW};
import package::lib::ring::{LANES, REGION, isDrawable};
import package::lib::tick::table;

const CALLS = 256u;

// The draw for one place in the batch.
fn drawOf(agent: u32, place: u32) -> Draw {
  let tick = table[agent];
  if (tick.filled > 0u) {
    for (var call = 0u; call < CALLS; call++) {
      let words = tryWords(tick, place, call);
      for (var i = 0u; i < TRIES; i++) {
        let row = storedRow(tick, words[i]);
        if (row != NO_ROW && isDrawable(agent * LANES * REGION, row)) {
          return Draw(row, 1.0);
        }
      }
    }
  }
  return Draw(NO_ROW, 1.0);
}

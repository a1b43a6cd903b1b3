// Rows that a step of environments in lockstep has just written: of each lane the row from which the step
// was made, and the one that it led to.

import package::lib::ring::{LANES, REGION};
import package::lib::tick::table;

fn writtenCount() -> u32 {
  return 2u * LANES;
}

fn writtenRow(agent: u32, i: u32) -> u32 {
  return i / 2u * REGION + (table[agent].openRow + i % 2u) % REGION;
}

// Each lane's newest row, where lanes go in lockstep: what an agent acts on.

import package::lib::draw::Draw;
import package::lib::ring::REGION;
import package::lib::tick::table;

fn drawOf(agent: u32, place: u32) -> Draw {
  return Draw(place * REGION + table[agent].openRow, 1.0);
}

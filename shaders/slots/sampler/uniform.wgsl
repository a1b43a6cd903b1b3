// Uniform draws over all rows that start a transition, by bounded rejection.
//
// Candidates are uniform over the stored rows (Lemire, Fast random integer generation in an interval,
// arXiv 1805.10941), and those that start none that can be learnt from are drawn again. Never "the next one": that would
// favour rows behind episode ends. Where lanes step together, about half of the rows can be drawn even
// when every episode is one step long, and failing all 128 tries has odds below 2⁻¹⁰⁰. Where hardly any
// row can be drawn (one transition among many empty lanes) tries can fail; that is told, not hidden.

import package::lib::philox::{multiplyWide, philox};
import package::lib::ring::{LANES, REGION, isDrawable};
import package::lib::tick::table;

const STREAM_SAMPLE = 1u;
const DRAWS = 32u;

// No row could be drawn.
const NO_ROW = 0xffffffffu;

// The ring's row for one place in the batch.
fn drawRow(agent: u32, place: u32) -> u32 {
  let tick = table[agent];
  let stored = LANES * tick.filled;
  if (stored == 0u) {
    return NO_ROW;
  }
  let tooLow = (0xffffffffu - stored + 1u) % stored;
  for (var draw = 0u; draw < DRAWS; draw++) {
    let words = philox(
      vec4u(place, draw, tick.updateLow, tick.updateHigh),
      vec2u(tick.seed, STREAM_SAMPLE),
    );
    for (var i = 0u; i < 4u; i++) {
      let scaled = multiplyWide(words[i], stored);
      if (scaled.x < tooLow) {
        continue;
      }
      let row = scaled.y / tick.filled * REGION + scaled.y % tick.filled;
      if (isDrawable(agent * LANES * REGION, row)) {
        return row;
      }
    }
  }
  return NO_ROW;
}

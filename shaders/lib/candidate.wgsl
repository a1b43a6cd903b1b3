// Uniform candidates among the rows that are stored: the tries of a draw by rejection.
// Lemire: Fast random integer generation in an interval (arXiv 1805.10941).

import package::lib::draw::NO_ROW;
import package::lib::philox::{multiplyWide, philox};
import package::lib::ring::{LANES, REGION};
import package::lib::tick::Tick;

const STREAM_SAMPLE = 1u;
// Tries that one call gives words for.
const TRIES = 4u;

// Random words for a place's next tries.
fn tryWords(tick: Tick, place: u32, call: u32) -> vec4u {
  return philox(
    vec4u(place, call, tick.updateLow, tick.updateHigh),
    vec2u(tick.seed, STREAM_SAMPLE),
  );
}

// The row that a word stands for, or NO_ROW for the few words that would favour some rows. At least one
// row must be stored.
fn storedRow(tick: Tick, word: u32) -> u32 {
  let stored = LANES * tick.filled;
  let scaled = multiplyWide(word, stored);
  if (scaled.x < (0xffffffffu - stored + 1u) % stored) {
    return NO_ROW;
  }
  return scaled.y / tick.filled * REGION + scaled.y % tick.filled;
}

// What a sampler says of one place in the batch.

struct Draw {
  // A row of the agent's ring, or NO_ROW.
  row: u32,
  // Its importance weight.
  weight: f32,
}

// No row could be drawn.
const NO_ROW = 0xffffffffu;

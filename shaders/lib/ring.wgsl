// The replay ring: a row per time step, a region of rows per lane, and the walk along a lane.
//
// A row holds an observation and, once the step from it has been made, the transition that started
// there. A row without a transition is either its lane's open row (the step is still to come) or an
// episode's last observation. Both can't be drawn, and a walk stops at both, so nothing needs to know
// where a lane's write head is.

override LANES: u32 = 1u;
// Rows of one lane.
override REGION: u32 = 1u;

const NO_TRANSITION = 0u;
const TERMINATES = 1u;
const CONTINUES = 2u;

struct Transition {
  action: u32,
  reward: f32,
  kind: u32,
  spare: u32,
}

@group(0) @binding(0) var<storage, read> transitions: array<Transition>;

// The row after this one in its lane.
fn rowAfter(row: u32) -> u32 {
  let lane = row / REGION;
  return lane * REGION + (row + 1u - lane * REGION) % REGION;
}

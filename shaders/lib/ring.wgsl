// The replay ring: a row per time step, a region of rows per lane, and the walk along a lane.
//
// A row holds an observation and, once the step from it has been made, the transition that started
// there. A row without a transition is either its lane's open row (the step is still to come) or an
// episode's last observation. Both can't be drawn, and a walk stops at both, so nothing needs to know
// where a lane's write head is.
//
// SARSA's target needs the action taken after the transition: the action of the row where the walk ends.
// An episode that was truncated ends in a row that holds the action its policy would have taken there;
// a row whose walk ends at an open one has to wait.

override LANES: u32 = 1u;
// Rows of one lane.
override REGION: u32 = 1u;
// Steps that a walk may have.
override N_STEPS: u32 = 1u;
// Whether a transition needs the action taken after it.
override NEEDS_NEXT_ACTION: bool = false;

const NO_TRANSITION = 0u;
const TERMINATES = 1u;
const CONTINUES = 2u;
// An episode's last row, with the action that would have been taken there.
const LAST_ACTION = 3u;

struct Transition {
  action: u32,
  reward: f32,
  kind: u32,
  // Which actions are allowed at the row's observation, a bit each.
  mask: u32,
}

@group(0) @binding(0) var<storage, read> transitions: array<Transition>;

// The row after this one in its lane.
fn rowAfter(row: u32) -> u32 {
  let lane = row / REGION;
  return lane * REGION + (row + 1u - lane * REGION) % REGION;
}

fn startsTransition(kind: u32) -> bool {
  return kind == TERMINATES || kind == CONTINUES;
}

// Whether a transition starts at a row and its walk ends where all is known that the target needs.
// `ring` is where the agent's rows start.
fn isDrawable(ring: u32, first: u32) -> bool {
  var kind = transitions[ring + first].kind;
  if (!startsTransition(kind) || !NEEDS_NEXT_ACTION) {
    return startsTransition(kind);
  }
  var row = first;
  for (var m = 0u; m < N_STEPS && startsTransition(kind); m++) {
    if (kind == TERMINATES) {
      return true;
    }
    row = rowAfter(row);
    kind = transitions[ring + row].kind;
  }
  return kind != NO_TRANSITION;
}

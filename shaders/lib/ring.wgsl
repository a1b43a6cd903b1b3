// The replay ring: a row per time step, a region of rows per lane, and the walks along a lane.
//
// A row holds an observation and, once the step from it has been made, the transition that started
// there. A row without a transition is either its lane's open row (the step is still to come) or an
// episode's last observation. Both can't be drawn, and a walk stops at both, so nothing needs to know
// where a lane's write head is.
//
// SARSA's target needs the action taken after the transition: the action of the row where the walk ends.
// An episode that was truncated ends in a row that holds the action its policy would have taken there;
// a row whose walk ends at an open one has to wait.
//
// A stack of frames is made of a row's own and those before it, back to the first row of its episode. It
// is known if each step back, from a row that is not the first, leads to one that starts a transition.
// What lies before a lane's oldest row is its newest, or was never written, and so starts none: a stack
// that would reach overwritten rows ends there, and its row can't be drawn. Where an n-step walk ends,
// the stack is known if it was at the start.

override LANES: u32 = 1u;
// Rows of one lane.
override REGION: u32 = 1u;
// Steps that a walk may have.
override N_STEPS: u32 = 1u;
// Whether a transition needs the action taken after it.
override NEEDS_NEXT_ACTION: bool = false;
// Frames of a stack.
override FRAME_STACK: u32 = 1u;

const NO_TRANSITION = 0u;
const TERMINATES = 1u;
const CONTINUES = 2u;
// An episode's last row, with the action that would have been taken there.
const LAST_ACTION = 3u;
// The bit beside the kind of an episode's first row, and the bits of the kind itself.
const FIRST = 4u;
const KIND_BITS = 3u;

struct Transition {
  action: u32,
  reward: f32,
  // What starts at the row, and whether its episode does.
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

// The row before this one in its lane.
fn rowBefore(row: u32) -> u32 {
  let lane = row / REGION;
  return lane * REGION + (row + REGION - 1u - lane * REGION) % REGION;
}

fn startsTransition(kind: u32) -> bool {
  return terminates(kind) || (kind & KIND_BITS) == CONTINUES;
}

fn terminates(kind: u32) -> bool {
  return (kind & KIND_BITS) == TERMINATES;
}

fn isFirst(kind: u32) -> bool {
  return (kind & FIRST) != 0u;
}

// Whether all rows are there that a row's stack is made of.
fn knowsStack(ring: u32, last: u32) -> bool {
  var row = last;
  for (var i = 1u; i < FRAME_STACK; i++) {
    if (isFirst(transitions[ring + row].kind)) {
      return true;
    }
    row = rowBefore(row);
    if (!startsTransition(transitions[ring + row].kind)) {
      return false;
    }
  }
  return true;
}

// Whether a transition starts at a row, its stack is known, and its walk ends where all is known that the
// target needs.
// `ring` is where the agent's rows start.
fn isDrawable(ring: u32, first: u32) -> bool {
  var kind = transitions[ring + first].kind;
  if (!startsTransition(kind) || !knowsStack(ring, first)) {
    return false;
  }
  if (!NEEDS_NEXT_ACTION) {
    return true;
  }
  var row = first;
  for (var m = 0u; m < N_STEPS && startsTransition(kind); m++) {
    if (terminates(kind)) {
      return true;
    }
    row = rowAfter(row);
    kind = transitions[ring + row].kind;
  }
  return (kind & KIND_BITS) != NO_TRANSITION;
}

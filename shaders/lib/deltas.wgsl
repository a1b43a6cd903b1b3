// Where the head's ∂loss/∂output goes: the deltas of the network's last block, laid out as lib/outputs
// reads it, pass 0.

import package::lib::outputs::{ACTIONS, actionStride, atomAt};
@if(dueling) import package::lib::outputs::VALUE_AT;

override DELTAS_AT: u32 = 0u;
override DELTAS_AGENT: u32 = 0u;

@group(0) @binding(1) var<storage, read_write> deltas: array<f32>;

// Lays down one atom's slope for the action that was taken; others' get none. With dueling, all
// advantages share the mean and all actions the value.
fn putDelta(agent: u32, row: u32, taken: u32, atom: u32, slope: f32) {
  let at = agent * DELTAS_AGENT + DELTAS_AT + atomAt(0u, row, atom);
  var shared_ = 0.0;
  @if(dueling) {
    deltas[at + VALUE_AT] = slope;
    shared_ = slope / f32(ACTIONS);
  }
  for (var action = 0u; action < ACTIONS; action++) {
    deltas[at + action * actionStride()] = select(0.0, slope, action == taken) - shared_;
  }
}

// The Q-values of a batch's forward passes: the networks' outputs themselves where those are Q-values,
// else what kernels/values has made of them. In a fused update they are the row's own.

import package::lib::outputs::ACTIONS;
@if(!fused) import package::lib::passes::BATCH;

@if(fused) import package::lib::fused_values::rowValues;

// Width of a row; index of the first value; index distance between agents.
@if(!fused) override VALUES_WIDTH: u32 = 4u;
@if(!fused) override VALUES_AT: u32 = 0u;
@if(!fused) override VALUES_AGENT: u32 = 0u;

const ONLINE = 0u;
const TARGET = 1u;

@if(!fused) @group(0) @binding(2) var<storage, read> values: array<f32>;

// Q-value of an action in a row of the batch.
fn qValue(agent: u32, pass_: u32, row: u32, action: u32) -> f32 {
  @if(fused) {
    return rowValues[pass_ * ACTIONS + action];
  }
  @if(!fused) {
    return values[agent * VALUES_AGENT + VALUES_AT + (pass_ * BATCH + row) * VALUES_WIDTH + action];
  }
}

// Whether a set of allowed actions has this one; sets end at 32 actions.
fn isAllowed(mask: u32, action: u32) -> bool {
  return action >= 32u || ((mask >> action) & 1u) == 1u;
}

// The allowed action of the highest value; the lowest such action at ties.
fn bestAction(agent: u32, pass_: u32, row: u32, mask: u32) -> u32 {
  var best = ACTIONS;
  var bestValue = 0.0;
  for (var action = 0u; action < ACTIONS; action++) {
    let value = qValue(agent, pass_, row, action);
    if (isAllowed(mask, action) && (best == ACTIONS || value > bestValue)) {
      best = action;
      bestValue = value;
    }
  }
  return min(best, ACTIONS - 1u);
}

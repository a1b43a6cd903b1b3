// The Q-values of one row of the batch, in an invocation's own memory: where the passes of a row and what is
// made of them are one kernel.

import constants::VALUES;
import package::lib::fused_layers::{ACTIVATIONS_AGENT, activations};
import package::lib::outputs::ACTIONS;
import package::lib::passes::BATCH;
@if(dueling) import package::lib::outputs::VALUE_AT;

// Where the last block lies among the activations: its first vec4, and vec4s of a row.
override OUTPUT4_AT: u32 = 0u;
override OUTPUT4: u32 = 1u;

// [passes × ACTIONS]
var<private> rowValues: array<f32, VALUES>;

// Takes a row's Q-values out of the last block, as lib/outputs reads them.
fn readValues(agent: u32, passes: u32, row: u32) {
  for (var pass_ = 0u; pass_ < passes; pass_++) {
    let at = agent * ACTIVATIONS_AGENT + OUTPUT4_AT + (pass_ * BATCH + row) * OUTPUT4;
    var sum = 0.0;
    for (var action = 0u; action < ACTIONS; action++) {
      let x = activations[at + action / 4u][action % 4u];
      rowValues[pass_ * ACTIONS + action] = x;
      sum += x;
    }
    @if(dueling) {
      let value = activations[at + VALUE_AT / 4u][VALUE_AT % 4u];
      for (var action = 0u; action < ACTIONS; action++) {
        let x = rowValues[pass_ * ACTIONS + action];
        rowValues[pass_ * ACTIONS + action] = x + value - sum / f32(ACTIONS);
      }
    }
  }
}

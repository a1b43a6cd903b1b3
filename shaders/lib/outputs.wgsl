// The networks' outputs for a batch, as the forward passes left them.

override BATCH: u32 = 1u;
override ACTIONS: u32 = 1u;
// Width of an output row, padded; index of the first output; index distance between agents.
override OUTPUT_WIDTH: u32 = 4u;
override OUTPUT_AT: u32 = 0u;
override OUTPUT_STRIDE: u32 = 0u;

// Which forward pass: the online network on the observations, the target network on the next
// observations, and with Double DQN the online network on the next observations.
const ONLINE = 0u;
const TARGET = 1u;
const ONLINE_NEXT = 2u;

@group(0) @binding(0) var<storage, read> outputs: array<f32>;

// Q-value of an action in a row of the batch.
fn qValue(agent: u32, pass_: u32, row: u32, action: u32) -> f32 {
  return outputs[agent * OUTPUT_STRIDE + OUTPUT_AT + (pass_ * BATCH + row) * OUTPUT_WIDTH + action];
}

// The action of the highest value; the lowest such action at ties.
fn bestAction(agent: u32, pass_: u32, row: u32) -> u32 {
  var best = 0u;
  var bestValue = qValue(agent, pass_, row, 0u);
  for (var action = 1u; action < ACTIONS; action++) {
    let value = qValue(agent, pass_, row, action);
    if (value > bestValue) {
      best = action;
      bestValue = value;
    }
  }
  return best;
}

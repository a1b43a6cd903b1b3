// Q-values from a network's outputs, where those are not Q-values themselves: dueling streams and
// distributions of returns.
//
// outputs [agents × …]                             what the forward passes left
// values  [agents × 2 × passes × BATCH × ACTIONS]  out: Q-values; then, of distributions over a support,
//                                                  ln Σ exp of their logits
//
// An invocation for each action of a row.

import package::lib::outputs::ACTIONS;
import package::lib::passes::BATCH;
import package::slots::distribution::expectation;

@group(0) @binding(1) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let pass_ = id.y;
  let agent = id.z;
  if (id.x >= BATCH * ACTIONS) {
    return;
  }
  let size = groups.y * BATCH * ACTIONS;
  let found = expectation(agent, pass_, id.x / ACTIONS, id.x % ACTIONS);
  let at = agent * 2u * size + pass_ * BATCH * ACTIONS + id.x;
  values[at] = found.x;
  values[at + size] = found.y;
}

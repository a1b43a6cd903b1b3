// What the networks gave for a batch, as numbers of (pass, row, action, atom): one atom for a scalar
// Q-value, as many as its distribution has for a distributional one.
//
// A row holds ACTIONS·ATOMS numbers, action by action. In a sampled network (IQN) a row of the batch
// has a row for each quantile sample, and each of those one number an action. With dueling the row's
// last numbers are the state's value, one for each atom, and
//     x(a, i) = A(a, i) + V(i) − mean_a′ A(a′, i).
// Wang et al.: Dueling network architectures (arXiv 1511.06581), equation 9.

import package::lib::passes::{rowsBefore, samplesOf};

override ACTIONS: u32 = 1u;
override ATOMS: u32 = 1u;
// Width of an output row, padded; index of the first output; index distance between agents.
override OUTPUT_WIDTH: u32 = 4u;
override OUTPUT_AT: u32 = 0u;
override OUTPUT_AGENT: u32 = 0u;
@if(dueling) override VALUE_AT: u32 = 0u;

@group(0) @binding(0) var<storage, read> outputs: array<f32>;

// Numbers of each action in a pass.
fn atomsOf(pass_: u32) -> u32 {
  @if(sampled) {
    return samplesOf(pass_);
  }
  @if(!sampled) {
    return ATOMS;
  }
}

// Where the numbers of an atom start: column 0 of its row when sampled, else the atom's column.
fn atomAt(pass_: u32, row: u32, atom: u32) -> u32 {
  @if(sampled) {
    return (rowsBefore(pass_, true) + row * samplesOf(pass_) + atom) * OUTPUT_WIDTH;
  }
  @if(!sampled) {
    return (rowsBefore(pass_, false) + row) * OUTPUT_WIDTH + atom;
  }
}

// Columns from one action to the next.
fn actionStride() -> u32 {
  @if(sampled) {
    return 1u;
  }
  @if(!sampled) {
    return ATOMS;
  }
}

fn output(agent: u32, pass_: u32, row: u32, action: u32, atom: u32) -> f32 {
  let at = agent * OUTPUT_AGENT + OUTPUT_AT + atomAt(pass_, row, atom);
  let own = outputs[at + action * actionStride()];
  @if(dueling) {
    var sum = 0.0;
    for (var other = 0u; other < ACTIONS; other++) {
      sum += outputs[at + other * actionStride()];
    }
    return own + outputs[at + VALUE_AT] - sum / f32(ACTIONS);
  }
  @if(!dueling) {
    return own;
  }
}

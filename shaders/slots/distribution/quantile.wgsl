// The outputs are quantiles of the return; the Q-value is their mean.
// Dabney, Rowland, Bellemare, Munos: Distributional RL with quantile regression (arXiv 1710.10044).

import package::lib::outputs::{atomsOf, output};

fn expectation(agent: u32, pass_: u32, row: u32, action: u32) -> vec2f {
  let atoms = atomsOf(pass_);
  var sum = 0.0;
  for (var atom = 0u; atom < atoms; atom++) {
    sum += output(agent, pass_, row, action, atom);
  }
  return vec2f(sum / f32(atoms), 0.0);
}

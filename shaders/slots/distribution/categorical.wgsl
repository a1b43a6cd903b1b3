// The outputs are the logits of a distribution over a fixed support z_i; the Q-value is Σ z_i p_i. The
// second number is what a logit loses to become a log-probability: ln Σ exp.
// Bellemare, Dabney, Munos: A distributional perspective on RL (arXiv 1707.06887).

import package::lib::outputs::{ATOMS, output};
import package::lib::support::atomValue;

fn expectation(agent: u32, pass_: u32, row: u32, action: u32) -> vec2f {
  var highest = output(agent, pass_, row, action, 0u);
  for (var atom = 1u; atom < ATOMS; atom++) {
    highest = max(highest, output(agent, pass_, row, action, atom));
  }
  var sum = 0.0;
  var mean = 0.0;
  for (var atom = 0u; atom < ATOMS; atom++) {
    let weight = exp(output(agent, pass_, row, action, atom) - highest);
    sum += weight;
    mean += weight * atomValue(atom);
  }
  return vec2f(mean / sum, highest + log(sum));
}

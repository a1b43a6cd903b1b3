// The output is the Q-value.

import package::lib::outputs::output;

fn expectation(agent: u32, pass_: u32, row: u32, action: u32) -> vec2f {
  return vec2f(output(agent, pass_, row, action, 0u), 0.0);
}

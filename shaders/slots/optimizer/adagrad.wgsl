// Adagrad as torch.optim, without learning-rate decay.
// Duchi, Hazan, Singer: Adaptive subgradient methods (JMLR 2011).

import package::lib::moments::Moments;
import package::lib::tick::Tick;

fn descend(tick: Tick, parameter: vec4f, gradient: vec4f, state: ptr<function, Moments>) -> vec4f {
  let g = gradient + tick.weightDecay * parameter;
  let sum = (*state).m0 + g * g;
  (*state).m0 = sum;
  return parameter - tick.learningRate * g / (sqrt(sum) + tick.epsilon);
}

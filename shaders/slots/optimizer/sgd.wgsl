// Gradient descent with momentum as torch.optim.SGD, without dampening or Nesterov.
// Polyak: Some methods of speeding up the convergence of iteration methods (1964).

import package::lib::moments::Moments;
import package::lib::tick::Tick;

fn descend(tick: Tick, parameter: vec4f, gradient: vec4f, state: ptr<function, Moments>) -> vec4f {
  let step = tick.momentum * (*state).m0 + gradient + tick.weightDecay * parameter;
  (*state).m0 = step;
  return parameter - tick.learningRate * step;
}

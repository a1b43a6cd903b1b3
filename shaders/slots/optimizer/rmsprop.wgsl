// RMSProp as torch.optim, with α in beta2; `centered` divides by the standard deviation instead of the
// root mean square. m0: mean square, m1: momentum buffer, m2: mean gradient.
// Tieleman, Hinton: Lecture 6.5, Coursera (2012). Graves: arXiv 1308.0850 (centred).

import package::lib::moments::Moments;
import package::lib::tick::Tick;

fn descend(tick: Tick, parameter: vec4f, gradient: vec4f, state: ptr<function, Moments>) -> vec4f {
  let g = gradient + tick.weightDecay * parameter;
  let square = tick.beta2 * (*state).m0 + tick.gain2 * g * g;
  (*state).m0 = square;
  var variance = square;
  @if(centered) {
    let mean = tick.beta2 * (*state).m2 + tick.gain2 * g;
    (*state).m2 = mean;
    variance = max(square - mean * mean, vec4f());
  }
  // Without momentum the buffer is just this step.
  let step = tick.momentum * (*state).m1 + g / (sqrt(variance) + tick.epsilon);
  (*state).m1 = step;
  return parameter - tick.learningRate * step;
}

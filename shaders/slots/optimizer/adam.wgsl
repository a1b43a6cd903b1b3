// Adam, or AdamW with `decoupled`, as torch.optim: ε outside the root.
// Kingma, Ba: Adam (arXiv 1412.6980). Loshchilov, Hutter: Decoupled weight decay (arXiv 1711.05101).

import package::lib::moments::Moments;
import package::lib::tick::Tick;

fn descend(tick: Tick, parameter: vec4f, gradient: vec4f, state: ptr<function, Moments>) -> vec4f {
  var p = parameter;
  var g = gradient;
  @if(decoupled) {
    p *= 1.0 - tick.learningRate * tick.weightDecay;
  }
  @if(!decoupled) {
    g += tick.weightDecay * p;
  }
  let m = tick.beta1 * (*state).m0 + tick.gain1 * g;
  let v = tick.beta2 * (*state).m1 + tick.gain2 * g * g;
  (*state).m0 = m;
  (*state).m1 = v;
  // The bias corrections come from the host: WGSL's pow is too coarse for them.
  return p - tick.learningRate * (m * tick.correction1) / (sqrt(v) * tick.correction2 + tick.epsilon);
}

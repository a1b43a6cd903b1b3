// Four parameters learn: a step of the optimiser in the online network, which the target network may
// follow.
//
// parameters [agents × (online, target) × PARAMETERS4]   in and out
// moments    [agents × MOMENTS × PARAMETERS4]            in and out: the optimiser's running averages

import constants::MOMENTS;
import package::lib::moments::Moments;
import package::lib::tick::Tick;
import package::slots::optimizer::descend;

override PARAMETERS4: u32 = 1u;

@group(0) @binding(0) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> moments: array<vec4f>;

fn learn(tick: Tick, agent: u32, i: u32, gradient: vec4f) {
  let online = agent * 2u * PARAMETERS4 + i;
  let target_ = online + PARAMETERS4;
  let moment = agent * MOMENTS * PARAMETERS4 + i;

  var state: Moments;
  @each(m < MOMENTS) state.m$m = moments[moment + $mu * PARAMETERS4];
  let updated = descend(tick, parameters[online], gradient, &state);
  @each(m < MOMENTS) moments[moment + $mu * PARAMETERS4] = state.m$m;

  parameters[online] = updated;
  if (tick.tau > 0.0) {
    parameters[target_] = select(mix(parameters[target_], updated, tick.tau), updated, tick.tau >= 1.0);
  }
}

// C51's support: ATOMS values from V_MIN to V_MAX, evenly spaced.

import package::lib::outputs::ATOMS;

override V_MIN: f32 = 0.0;
override V_MAX: f32 = 1.0;

fn atomValue(atom: u32) -> f32 {
  return V_MIN + f32(atom) * (V_MAX - V_MIN) / f32(ATOMS - 1u);
}

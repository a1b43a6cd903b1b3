// Acrobot: a double pendulum, swung up by the joint between its links. Equations and constants are those
// of src/envs/classic/acrobot.ts, in float32. The system is chaotic: over a long episode the two part.
//
// Sutton: Generalization in reinforcement learning: successful examples using sparse coarse coding
// (1996), with the equations of Sutton and Barto's book; Gymnasium's Acrobot-v1.

import package::lib::random::{Random, unit};

const PI = 3.141592653589793;
const GRAVITY = 9.8;
const TIME_STEP = 0.2;
const MAX_VELOCITY_1 = 4.0 * PI;
const MAX_VELOCITY_2 = 9.0 * PI;
const START_LIMIT = 0.1;

// Both angles, both angular velocities.
struct State {
  numbers: vec4f,
}

struct Outcome {
  state: State,
  reward: f32,
  terminated: bool,
}

fn reset(random: ptr<function, Random>) -> State {
  // One by one: the order of a constructor's arguments is not to be relied on.
  let angle1 = unit(random);
  let angle2 = unit(random);
  let velocity1 = unit(random);
  let velocity2 = unit(random);
  let drawn = vec4f(angle1, angle2, velocity1, velocity2);
  return State(2.0 * START_LIMIT * drawn - START_LIMIT);
}

// The slopes of the four numbers. cos(x − π/2) is written as the sine that it is.
fn slope(numbers: vec4f, torque: f32) -> vec4f {
  let velocity1 = numbers.z;
  let velocity2 = numbers.w;
  let cosine2 = cos(numbers.y);
  let sine2 = sin(numbers.y);
  let d1 = 0.25 + (1.25 + cosine2) + 1.0 + 1.0;
  let d2 = 0.25 + 0.5 * cosine2 + 1.0;
  let phi2 = 0.5 * GRAVITY * sin(numbers.x + numbers.y);
  let phi1 = -0.5 * (velocity2 * velocity2) * sine2 - velocity2 * velocity1 * sine2 +
    1.5 * GRAVITY * sin(numbers.x) + phi2;
  let acceleration2 = (torque + d2 / d1 * phi1 - 0.5 * (velocity1 * velocity1) * sine2 - phi2) /
    (1.25 - d2 * d2 / d1);
  let acceleration1 = -(d2 * acceleration2 + phi1) / d1;
  return vec4f(velocity1, velocity2, acceleration1, acceleration2);
}

// The angles turned into −π to π.
fn wrap(angles: vec2f) -> vec2f {
  return angles - 2.0 * PI * round(angles / (2.0 * PI));
}

fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
  let torque = f32(action) - 1.0;
  let now = state.numbers;
  // The fourth-order Runge-Kutta method.
  let slope1 = slope(now, torque);
  let slope2 = slope(now + 0.5 * TIME_STEP * slope1, torque);
  let slope3 = slope(now + 0.5 * TIME_STEP * slope2, torque);
  let slope4 = slope(now + TIME_STEP * slope3, torque);
  let next = now + TIME_STEP / 6.0 * (slope1 + 2.0 * slope2 + 2.0 * slope3 + slope4);
  let fastest = vec2f(MAX_VELOCITY_1, MAX_VELOCITY_2);
  let angles = wrap(next.xy);
  let bounded = vec4f(angles, clamp(next.zw, -fastest, fastest));
  let terminated = -cos(angles.x) - cos(angles.y + angles.x) > 1.0;
  return Outcome(State(bounded), select(-1.0, 0.0, terminated), terminated);
}

fn observe(state: State, element: u32) -> f32 {
  if (element >= 4u) {
    return state.numbers[element - 2u];
  }
  let angle = select(state.numbers.y, state.numbers.x, element < 2u);
  return select(cos(angle), sin(angle), (element & 1u) == 1u);
}

// CartPole: a pole on a cart, pushed left or right so that the pole stays up. Equations, constants and
// order of operations are those of src/envs/classic/cartpole.ts, in float32.
//
// Barto, Sutton, Anderson: Neuronlike adaptive elements that can solve difficult learning control
// problems (1983); dynamics by Florian: Correct equations for the dynamics of the cart-pole system
// (2005), without friction; Gymnasium's CartPole-v0 and -v1.

import package::lib::random::{Random, unit};

// Whether a step's reward is 0, the terminating one's −1, instead of 1 each.
override suttonBartoReward: bool = false;

const GRAVITY = 9.8;
const POLE_MASS = 0.1;
const TOTAL_MASS = POLE_MASS + 1.0;
// Half the pole's length.
const POLE_LENGTH = 0.5;
const POLE_MASS_LENGTH = POLE_MASS * POLE_LENGTH;
const FORCE = 10.0;
const TIME_STEP = 0.02;
const ANGLE_LIMIT = 12.0 * 2.0 * 3.141592653589793 / 360.0;
const POSITION_LIMIT = 2.4;
const START_LIMIT = 0.05;

// Position, velocity, angle, angular velocity.
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
  let position = unit(random);
  let velocity = unit(random);
  let angle = unit(random);
  let angularVelocity = unit(random);
  let drawn = vec4f(position, velocity, angle, angularVelocity);
  return State(2.0 * START_LIMIT * drawn - START_LIMIT);
}

fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
  let angle = state.numbers.z;
  let angularVelocity = state.numbers.w;
  let force = select(-FORCE, FORCE, action == 1u);
  let cosine = cos(angle);
  let sine = sin(angle);
  let push = (force + POLE_MASS_LENGTH * (angularVelocity * angularVelocity) * sine) / TOTAL_MASS;
  let angularAcceleration = (GRAVITY * sine - cosine * push) /
    (POLE_LENGTH * (4.0 / 3.0 - POLE_MASS * (cosine * cosine) / TOTAL_MASS));
  let acceleration = push - POLE_MASS_LENGTH * angularAcceleration * cosine / TOTAL_MASS;

  // Euler's method: all four go on from the old state.
  let slope = vec4f(state.numbers.y, acceleration, angularVelocity, angularAcceleration);
  let next = state.numbers + TIME_STEP * slope;
  let terminated = abs(next.x) > POSITION_LIMIT || abs(next.z) > ANGLE_LIMIT;
  let reward = select(1.0, select(0.0, -1.0, terminated), suttonBartoReward);
  return Outcome(State(next), reward, terminated);
}

fn observe(state: State, element: u32) -> f32 {
  return state.numbers[element];
}

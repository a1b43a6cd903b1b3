// MountainCar: a car too weak for the hill swings out of a valley. Equations, constants and order of
// operations are those of src/envs/classic/mountain_car.ts, in float32.
//
// Moore: Efficient memory-based learning for robot control (1990); Gymnasium's MountainCar-v0.

import package::lib::random::{Random, unit};

// The velocity that the car must have at the goal at least.
override goalVelocity: f32 = 0.0;

const MIN_POSITION = -1.2;
const MAX_POSITION = 0.6;
const MAX_SPEED = 0.07;
const GOAL_POSITION = 0.5;
const FORCE = 0.001;
const GRAVITY = 0.0025;
const START_LOW = -0.6;
const START_HIGH = -0.4;

struct State {
  position: f32,
  velocity: f32,
}

struct Outcome {
  state: State,
  reward: f32,
  terminated: bool,
}

fn reset(random: ptr<function, Random>) -> State {
  return State(START_LOW + (START_HIGH - START_LOW) * unit(random), 0.0);
}

fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
  let push = (f32(action) - 1.0) * FORCE - GRAVITY * cos(3.0 * state.position);
  var velocity = clamp(state.velocity + push, -MAX_SPEED, MAX_SPEED);
  let position = clamp(state.position + velocity, MIN_POSITION, MAX_POSITION);
  // The left wall stops the car.
  if (position == MIN_POSITION) {
    velocity = max(velocity, 0.0);
  }
  let terminated = position >= GOAL_POSITION && velocity >= goalVelocity;
  return Outcome(State(position, velocity), -1.0, terminated);
}

fn observe(state: State, element: u32) -> f32 {
  return select(state.velocity, state.position, element == 0u);
}

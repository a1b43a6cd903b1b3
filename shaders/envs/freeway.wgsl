// Freeway: get the chicken across the road. The rules are those of src/envs/minatar/freeway.ts.

import package::lib::minatar::{DOWN, EDGE, SIDE, UP, actionDone, higher, lower, oneIf};
import package::lib::nibbles::{nibbleOf, withNibble};
import package::lib::random::{Random, below, chance};

// Nothing, up, down.
const MINIMAL_ACTIONS = 0x420u;

// Car i drives in row i + 1.
const CARS = 8u;
const SLOWEST = 5u;
const CHICKEN_X = 4u;
// The chicken moves at most once in so many steps.
const MOVE_INTERVAL = 3u;
const TIME_LIMIT = 2500;

struct State {
  lastAction: u32,
  chickenY: u32,
  moveTimer: u32,
  timeLeft: i32,
  // Of the cars: where they are, the steps until they move, those that they rest between two moves,
  // and, a bit each, whether they drive to the right.
  carX: u32,
  carTimer: u32,
  carPace: u32,
  toRight: u32,
}

struct Outcome {
  state: State,
  reward: f32,
  terminated: bool,
}

fn reset(random: ptr<function, Random>) -> State {
  var state = State(0u, EDGE, MOVE_INTERVAL, TIME_LIMIT, 0u, 0u, 0u, 0u);
  changePaces(&state, random);
  return state;
}

// New paces for all cars: first all eight amounts are drawn, then all eight directions.
fn changePaces(state: ptr<function, State>, random: ptr<function, Random>) {
  var paces = 0u;
  for (var car = 0u; car < CARS; car++) {
    paces = withNibble(paces, car, 1u + below(random, SLOWEST));
  }
  var toRight = 0u;
  for (var car = 0u; car < CARS; car++) {
    toRight |= select(1u, 0u, chance(random, 0.5)) << car;
  }
  (*state).carPace = paces;
  (*state).carTimer = paces;
  (*state).toRight = toRight;
}

fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
  var next = state;
  let done = actionDone(action, MINIMAL_ACTIONS, state.lastAction, random);
  next.lastAction = done;
  if (state.moveTimer == 0u && (done == UP || done == DOWN)) {
    next.moveTimer = MOVE_INTERVAL;
    if (done == UP) {
      next.chickenY = lower(next.chickenY, 0u);
    } else {
      next.chickenY = higher(next.chickenY, EDGE);
    }
  }

  var reward = 0.0;
  if (next.chickenY == 0u) {
    reward = 1.0;
    changePaces(&next, random);
    next.chickenY = EDGE;
  }
  moveCars(&next);

  if (next.moveTimer > 0u) {
    next.moveTimer--;
  }
  next.timeLeft--;
  return Outcome(next, reward, next.timeLeft < 0);
}

// A car that hits the chicken, before it moves or after, puts it back to the start.
fn moveCars(state: ptr<function, State>) {
  for (var car = 0u; car < CARS; car++) {
    let x = nibbleOf((*state).carX, car);
    let timer = nibbleOf((*state).carTimer, car);
    let pace = nibbleOf((*state).carPace, car);
    let toRight = (((*state).toRight >> car) & 1u) == 1u;
    let movedX = select(x, around(x, toRight), timer == 0u);
    (*state).carX = withNibble((*state).carX, car, movedX);
    (*state).carTimer = withNibble((*state).carTimer, car, select(timer - 1u, pace, timer == 0u));
    if (car + 1u == (*state).chickenY && (x == CHICKEN_X || movedX == CHICKEN_X)) {
      (*state).chickenY = EDGE;
    }
  }
}

// The cell beside x: what leaves the board on one side comes in on the other.
fn around(x: u32, toRight: bool) -> u32 {
  return select(select(x - 1u, EDGE, x == 0u), select(x + 1u, 0u, x == EDGE), toRight);
}

// Channels: the chicken, cars, and for each of five paces where cars of that pace came from.
fn observe(state: State, element: u32) -> f32 {
  let channel = element % 7u;
  let x = element / 7u % SIDE;
  let y = element / 7u / SIDE;
  if (channel == 0u) {
    return oneIf(x == CHICKEN_X && y == state.chickenY);
  }
  if (y == 0u || y == EDGE) {
    return 0.0;
  }
  let car = y - 1u;
  let carX = nibbleOf(state.carX, car);
  if (channel == 1u) {
    return oneIf(x == carX);
  }
  let toRight = ((state.toRight >> car) & 1u) == 1u;
  return oneIf(nibbleOf(state.carPace, car) == channel - 1u && x == around(carX, !toRight));
}

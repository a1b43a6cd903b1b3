// Breakout: keep the ball off the ground with a paddle, and break the bricks above with it. The rules are
// those of src/envs/minatar/breakout.ts.

import package::lib::minatar::{EDGE, LEFT, RIGHT, SIDE, actionDone, higher, lower, oneIf};
import package::lib::random::{Random, below};

// Nothing, left, right.
const MINIMAL_ACTIONS = 0x310u;

// The wall has three rows from y = 1 on; bit 10 (y - 1) + x is the brick at (x, y).
const WALL = 0x3fffffffu;
const WALL_Y = 1;
const WALL_ROWS = 3;

// The ball's direction: bit 1 is set when it goes down, and bits 0 and 1 differ when it goes right.
const DOWN_RIGHT = 2u;
const DOWN_LEFT = 3u;
const MIRROR_X = 1u;
const MIRROR_Y = 3u;
const TURN_BACK = 2u;

struct State {
  lastAction: u32,
  paddleX: u32,
  ballX: u32,
  ballY: u32,
  direction: u32,
  // Where the ball was a step ago.
  lastX: u32,
  lastY: u32,
  // Whether the ball hit a brick in its last step or has been passing through bricks since.
  strike: u32,
  bricks: u32,
}

struct Outcome {
  state: State,
  reward: f32,
  terminated: bool,
}

fn reset(random: ptr<function, Random>) -> State {
  let fromRight = below(random, 2u) == 1u;
  let x = select(0u, EDGE, fromRight);
  let direction = select(DOWN_RIGHT, DOWN_LEFT, fromRight);
  return State(0u, 4u, x, 3u, direction, x, 3u, 0u, WALL);
}

fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
  let done = actionDone(action, MINIMAL_ACTIONS, state.lastAction, random);
  var paddleX = state.paddleX;
  if (done == LEFT) {
    paddleX = lower(paddleX, 0u);
  } else if (done == RIGHT) {
    paddleX = higher(paddleX, EDGE);
  }

  let lastX = i32(state.ballX);
  let lastY = i32(state.ballY);
  var direction = state.direction;
  var x = lastX + select(-1, 1, ((direction ^ (direction >> 1u)) & 1u) == 1u);
  var y = lastY + select(-1, 1, direction >= 2u);
  if (x < 0 || x > i32(EDGE)) {
    x = lastX;
    direction ^= MIRROR_X;
  }

  var reward = 0.0;
  var strike = 0u;
  var terminated = false;
  var bricks = state.bricks;
  let row = y - WALL_Y;
  let isInWall = row >= 0 && row < WALL_ROWS;
  let brick = select(0u, 1u << u32(10 * row + x), isInWall);
  if (y < 0) {
    y = 0;
    direction ^= MIRROR_Y;
  } else if ((bricks & brick) != 0u) {
    strike = 1u;
    if (state.strike == 0u) {
      reward = 1.0;
      bricks ^= brick;
      y = lastY;
      direction ^= MIRROR_Y;
    }
  } else if (y == i32(EDGE)) {
    if (bricks == 0u) {
      bricks = WALL;
    }
    if (lastX == i32(paddleX)) {
      direction ^= MIRROR_Y;
      y = lastY;
    } else if (x == i32(paddleX)) {
      direction ^= TURN_BACK;
      y = lastY;
    } else {
      terminated = true;
    }
  }
  let next = State(
    done,
    paddleX,
    u32(x),
    u32(y),
    direction,
    state.ballX,
    state.ballY,
    strike,
    bricks,
  );
  return Outcome(next, reward, terminated);
}

// Channels: the paddle, the ball, where it was, bricks.
fn observe(state: State, element: u32) -> f32 {
  let cell = element / 4u;
  switch (element % 4u) {
    case 0u: {
      return oneIf(cell == EDGE * SIDE + state.paddleX);
    }
    case 1u: {
      return oneIf(cell == state.ballY * SIDE + state.ballX);
    }
    case 2u: {
      return oneIf(cell == state.lastY * SIDE + state.lastX);
    }
    default: {
      let isInWall = cell >= SIDE && cell < 4u * SIDE;
      return oneIf(isInWall && ((state.bricks >> ((cell - SIDE) & 31u)) & 1u) == 1u);
    }
  }
}

// Pong: two paddles and a ball, from pixels. The rules are those of src/envs/pong/rules.ts: the same lines on
// the same integers, so that equal draws give equal games.
//
// Lengths are sixteenths of a pixel. The left upper corner is (0, 0), x goes to the right and y down; a
// thing's place is its own left upper corner.

import package::lib::random::{Random, below};

// How far the opponent's paddle gets in a tick.
override opponentSpeed: i32 = 12;
// The points that win the game.
override pointsToWin: i32 = 21;

const PIXEL = 16;
const PIXEL_BITS = 4u;
// The picture's width and height in pixels.
const PIXELS = 84;
const RIGHT = PIXELS * PIXEL;
// The walls are 4 pixels thick: where the upper one ends and the lower one begins.
const TOP = 4 * PIXEL;
const BOTTOM = (PIXELS - 4) * PIXEL;
const BALL = 2 * PIXEL;
const PADDLE_WIDTH = 2 * PIXEL;
const PADDLE_HEIGHT = 8 * PIXEL;
const OPPONENT_X = 8 * PIXEL;
const PLAYER_X = RIGHT - OPPONENT_X - PADDLE_WIDTH;
const BALL_MAX_Y = BOTTOM - BALL;
const PADDLE_MAX_Y = BOTTOM - PADDLE_HEIGHT;
const BALL_MIDDLE = (RIGHT - BALL) / 2;
const PADDLE_MIDDLE = (RIGHT - PADDLE_HEIGHT) / 2;

const UP = 1u;
const DOWN = 2u;

const TICKS = 4;
const PLAYER_SPEED = 12;
// How far off the ball may be from where the opponent wants it before the opponent moves.
const DEAD_ZONE = 16;
// The ball's speed along x at the serve, the highest, and from which one on the angles are steeper.
const SERVE_SPEED = 10;
const TOP_SPEED = 20;
const FAST = 14;
// Ticks from a point to the next serve.
const PAUSE = 32;
// The uppermost of the 32 pixel rows, all around the middle, in one of which the ball is served.
const FIRST_SERVE_Y = BALL_MIDDLE - 31 * PIXEL / 2;
// The largest distance from the middle of its paddle at which the opponent aims to meet the ball.
const WIDEST_AIM = 70;

// Grey levels; the field's is 0.
const WALL_LEVEL = 80.0;
const OPPONENT_LEVEL = 140.0;
const PLAYER_LEVEL = 200.0;
const BALL_LEVEL = 255.0;

struct State {
  playerY: i32,
  opponentY: i32,
  ballX: i32,
  ballY: i32,
  ballDX: i32,
  ballDY: i32,
  // Ticks until the serve, 0 while the ball is in play.
  wait: i32,
  // 1 when the next serve goes to the player.
  toPlayer: i32,
  // How far below its paddle's middle the opponent wants to meet the ball's.
  aim: i32,
  playerPoints: i32,
  opponentPoints: i32,
}

struct Outcome {
  state: State,
  reward: f32,
  terminated: bool,
}

fn reset(random: ptr<function, Random>) -> State {
  var state = State();
  state.playerY = PADDLE_MIDDLE;
  state.opponentY = PADDLE_MIDDLE;
  pause(&state, i32(below(random, 2u)));
  return state;
}

fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
  var next = state;
  let way = select(0, PLAYER_SPEED, action == DOWN) - select(0, PLAYER_SPEED, action == UP);
  var reward = 0;
  for (var tick = 0; tick < TICKS; tick++) {
    next.playerY = inField(next.playerY + way);
    moveOpponent(&next);
    if (next.wait == 0) {
      // The pause after a point is longer than a step: there is one point at most.
      reward += moveBall(&next, random);
    } else {
      next.wait--;
      if (next.wait == 0) {
        serve(&next, random);
      }
    }
  }
  let isOver = max(next.playerPoints, next.opponentPoints) == pointsToWin;
  return Outcome(next, f32(reward), isOver);
}

// The nearest place to y that a paddle can be at.
fn inField(y: i32) -> i32 {
  return clamp(y, TOP, PADDLE_MAX_Y);
}

// The opponent goes after the ball as it is now, without foresight.
fn moveOpponent(state: ptr<function, State>) {
  let wanted = (*state).opponentY + PADDLE_HEIGHT / 2 + (*state).aim;
  let off = (*state).ballY + BALL / 2 - wanted;
  if (off > DEAD_ZONE) {
    (*state).opponentY = inField((*state).opponentY + opponentSpeed);
  } else if (off < -DEAD_ZONE) {
    (*state).opponentY = inField((*state).opponentY - opponentSpeed);
  }
}

// Moves the ball; the reward.
fn moveBall(state: ptr<function, State>, random: ptr<function, Random>) -> i32 {
  let x = (*state).ballX + (*state).ballDX;
  let y = (*state).ballY + (*state).ballDY;
  (*state).ballX = x;
  (*state).ballY = y;
  if (y < TOP) {
    (*state).ballY = 2 * TOP - y;
    (*state).ballDY = -(*state).ballDY;
  } else if (y > BALL_MAX_Y) {
    (*state).ballY = 2 * BALL_MAX_Y - y;
    (*state).ballDY = -(*state).ballDY;
  }

  if ((*state).ballDX > 0) {
    if (isAt(x, (*state).ballY, PLAYER_X, (*state).playerY)) {
      (*state).ballX = PLAYER_X - BALL;
      bounce(state, (*state).playerY);
      aim(state, random);
    } else if (x >= RIGHT) {
      (*state).opponentPoints++;
      pause(state, 1);
      return -1;
    }
  } else if (isAt(x, (*state).ballY, OPPONENT_X, (*state).opponentY)) {
    (*state).ballX = OPPONENT_X + PADDLE_WIDTH;
    bounce(state, (*state).opponentY);
  } else if (x <= -BALL) {
    (*state).playerPoints++;
    pause(state, 0);
    return 1;
  }
  return 0;
}

// Whether the ball and a paddle overlap; to touch is not enough.
fn isAt(x: i32, y: i32, paddleX: i32, paddleY: i32) -> bool {
  return x + BALL > paddleX && x < paddleX + PADDLE_WIDTH &&
    y + BALL > paddleY && y < paddleY + PADDLE_HEIGHT;
}

// Sends the ball back from a paddle, faster, at the angle of the zone where it hit.
fn bounce(state: ptr<function, State>, paddleY: i32) {
  let speed = min(abs((*state).ballDX) + 1, TOP_SPEED);
  (*state).ballDX = select(speed, -speed, (*state).ballDX > 0);
  (*state).ballDY = steepness(((*state).ballY - paddleY + BALL) >> PIXEL_BITS, speed);
}

// The speed along y with which a ball leaves zone 0 at a paddle's upper end to 9 at its lower end.
fn steepness(zone: i32, speed: i32) -> i32 {
  return select(5, 3, speed < FAST) * select(zone - 4, zone - 5, zone < 5);
}

// Takes the ball out of play until it is served to the player (1) or the opponent (0).
fn pause(state: ptr<function, State>, toPlayer: i32) {
  (*state).ballX = BALL_MIDDLE;
  (*state).ballY = BALL_MIDDLE;
  (*state).ballDX = 0;
  (*state).ballDY = 0;
  (*state).wait = PAUSE;
  (*state).toPlayer = toPlayer;
  // So the opponent goes to the middle.
  (*state).aim = 0;
}

// Brings the ball into play: draws the row, the angle (all but the steepest two), and the aim.
fn serve(state: ptr<function, State>, random: ptr<function, Random>) {
  (*state).ballY = FIRST_SERVE_Y + PIXEL * i32(below(random, 32u));
  (*state).ballDX = select(-SERVE_SPEED, SERVE_SPEED, (*state).toPlayer == 1);
  (*state).ballDY = steepness(1 + i32(below(random, 8u)), SERVE_SPEED);
  aim(state, random);
}

// Draws with which part of its paddle the opponent wants to meet the ball.
fn aim(state: ptr<function, State>, random: ptr<function, Random>) {
  (*state).aim = 20 * i32(below(random, 8u)) - WIDEST_AIM;
}

// A pixel: the ball is in front of the paddles, cut off at the borders, and not seen while it is not in
// play.
fn observe(state: State, element: u32) -> f32 {
  let column = i32(element % u32(PIXELS));
  let row = i32(element / u32(PIXELS));
  if (state.wait == 0 && isSeen(column, row, state.ballX, state.ballY, BALL, BALL)) {
    return BALL_LEVEL;
  }
  if (row < TOP / PIXEL || row >= BOTTOM / PIXEL) {
    return WALL_LEVEL;
  }
  if (isSeen(column, row, PLAYER_X, state.playerY, PADDLE_WIDTH, PADDLE_HEIGHT)) {
    return PLAYER_LEVEL;
  }
  if (isSeen(column, row, OPPONENT_X, state.opponentY, PADDLE_WIDTH, PADDLE_HEIGHT)) {
    return OPPONENT_LEVEL;
  }
  return 0.0;
}

// Whether a rectangle covers a pixel; places are rounded down to pixels.
fn isSeen(column: i32, row: i32, x: i32, y: i32, width: i32, height: i32) -> bool {
  let right = column - (x >> PIXEL_BITS);
  let down = row - (y >> PIXEL_BITS);
  return right >= 0 && right < width / PIXEL && down >= 0 && down < height / PIXEL;
}

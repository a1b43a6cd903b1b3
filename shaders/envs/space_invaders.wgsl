// Space Invaders: shoot the aliens before they land. The rules are those of src/envs/minatar/space_invaders.ts.

import package::lib::board::{
  cellAt, columnsOf, has, isAny, lowestOf, movedDown, movedLeft, movedRight, movedUp, sizeOf
};
import package::lib::minatar::{
  difficultyRamping, EDGE, FIRE, LEFT, RIGHT, SIDE, actionDone, higher, lower, oneIf
};
import package::lib::random::Random;

// Nothing, left, right, fire.
const MINIMAL_ACTIONS = 0x5310u;

const SHOT_INTERVAL = 5u;
const ENEMY_SHOT_INTERVAL = 10u;
const FIRST_MOVE_INTERVAL = 12u;
const LEAST_MOVE_INTERVAL = 6u;
// Four rows of six aliens, at x from 2 to 7.
const WAVE = vec4u(0x0fc3f0fcu, 0xfcu, 0u, 0u);
const LAST_ROW = vec4u(0u, 0u, 0u, 0x3ffu);

struct State {
  // Cells of the board, as lib/board.wgsl has them.
  aliens: vec4u,
  ownBullets: vec4u,
  enemyBullets: vec4u,
  lastAction: u32,
  cannonX: u32,
  shotTimer: u32,
  // Whether the aliens move to the right.
  toRight: u32,
  moveInterval: u32,
  moveTimer: u32,
  enemyShotTimer: u32,
  rampIndex: u32,
}

struct Outcome {
  state: State,
  reward: f32,
  terminated: bool,
}

fn reset(random: ptr<function, Random>) -> State {
  var state = State();
  state.aliens = WAVE;
  state.cannonX = 5u;
  state.moveInterval = FIRST_MOVE_INTERVAL;
  state.moveTimer = FIRST_MOVE_INTERVAL;
  state.enemyShotTimer = ENEMY_SHOT_INTERVAL;
  return state;
}

fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
  var next = state;
  let done = actionDone(action, MINIMAL_ACTIONS, state.lastAction, random);
  next.lastAction = done;
  if (done == FIRE && state.shotTimer == 0u) {
    next.ownBullets |= cellAt(state.cannonX, EDGE);
    next.shotTimer = SHOT_INTERVAL;
  } else if (done == LEFT) {
    next.cannonX = lower(next.cannonX, 0u);
  } else if (done == RIGHT) {
    next.cannonX = higher(next.cannonX, EDGE);
  }

  next.ownBullets = movedUp(next.ownBullets);
  next.enemyBullets = movedDown(next.enemyBullets);
  let cannon = cellAt(next.cannonX, EDGE);
  var terminated = isAny((next.enemyBullets | next.aliens) & cannon);
  if (next.moveTimer == 0u) {
    next.moveTimer = min(sizeOf(next.aliens), next.moveInterval);
    let hasLanded = moveAliens(&next);
    terminated |= hasLanded || isAny(next.aliens & cannon);
  }
  if (next.enemyShotTimer == 0u) {
    next.enemyShotTimer = ENEMY_SHOT_INTERVAL;
    next.enemyBullets |= lowestOf(next.aliens, nearestColumn(columnsOf(next.aliens), next.cannonX));
  }

  let hits = next.aliens & next.ownBullets;
  next.aliens ^= hits;
  next.ownBullets ^= hits;

  if (next.shotTimer > 0u) {
    next.shotTimer--;
  }
  next.moveTimer--;
  next.enemyShotTimer--;
  if (!isAny(next.aliens)) {
    if (difficultyRamping && next.moveInterval > LEAST_MOVE_INTERVAL) {
      next.moveInterval--;
      next.rampIndex++;
    }
    next.aliens = WAVE;
  }
  return Outcome(next, f32(sizeOf(hits)), terminated);
}

// All aliens a cell aside, or at the edge a row down and about. Whether that was in the lowest row, which
// is the end.
fn moveAliens(state: ptr<function, State>) -> bool {
  let aliens = (*state).aliens;
  let toRight = (*state).toRight == 1u;
  if (((columnsOf(aliens) >> select(0u, EDGE, toRight)) & 1u) == 0u) {
    (*state).aliens = select(movedLeft(aliens), movedRight(aliens), toRight);
    return false;
  }
  (*state).toRight = select(1u, 0u, toRight);
  // Those in the lowest row come round to the highest: the last picture of a lost game.
  let lowest = aliens & LAST_ROW;
  (*state).aliens = movedDown(aliens) | lowest.wxyz;
  return isAny(lowest);
}

// Of the columns that are not empty the nearest to x, of two as near the left one.
fn nearestColumn(columns: u32, x: u32) -> u32 {
  let left = columns & ((2u << x) - 1u);
  let right = columns >> x;
  if (left == 0u) {
    return x + firstTrailingBit(right);
  }
  let nearestLeft = firstLeadingBit(left);
  let isRightNearer = right != 0u && firstTrailingBit(right) < x - nearestLeft;
  return select(nearestLeft, x + firstTrailingBit(right), isRightNearer);
}

// Channels: the cannon, aliens, aliens while they move to the left, the same to the right, the player's
// bullets, the aliens' bullets.
fn observe(state: State, element: u32) -> f32 {
  let x = element / 6u % SIDE;
  let y = element / 6u / SIDE;
  switch (element % 6u) {
    case 0u: {
      return oneIf(y == EDGE && x == state.cannonX);
    }
    case 1u: {
      return oneIf(has(state.aliens, x, y));
    }
    case 2u: {
      return oneIf(state.toRight == 0u && has(state.aliens, x, y));
    }
    case 3u: {
      return oneIf(state.toRight == 1u && has(state.aliens, x, y));
    }
    case 4u: {
      return oneIf(has(state.ownBullets, x, y));
    }
    default: {
      return oneIf(has(state.enemyBullets, x, y));
    }
  }
}

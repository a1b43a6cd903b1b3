// Seaquest: rescue divers, shoot the rest, come up for air. The rules are those of
// src/envs/minatar/seaquest_rules.ts.
//
// There things are in lists, and every loop that moves them starts at the list's end: the order decides
// which of several things in one cell is met. Here it is kept where it counts. Fish and submarines share
// one list, in which a gap is left where one goes until the step is over; of the player's bullets and of
// divers there are two at most; and the enemies' bullets, which nothing stops, are sets of cells. So are
// the cells where anything of the list is seen, for observing.

import package::lib::board::{has, movedLeft, movedRight};
import package::lib::minatar::{
  DOWN, EDGE, FIRE, LEFT, RIGHT, SIDE, UP, actionDone, difficultyRamping, higher, lower, oneIf
};
import package::lib::random::{Random, below, chance};
import package::lib::swimmer::{
  IS_SUB, MOVE_TIMER_AT, SHOT_TIMER_AT, Y_AT, advanced, cellBehind, cellOf, closed, goesRight,
  sharesCell, thingAt, thingAtEdge, timerOf, withTimer, yOf
};

// All six.
const MINIMAL_ACTIONS = 0x543210u;

const IS_FISH = 0u;

const MAX_OXYGEN = 200;
const MAX_DIVERS = 6;
// Things swim in the rows 1 to 8, where the submarine can be as well, and at the surface in row 0.
const LOWEST_Y = 8u;
// Steps between two enemies and that an enemy rests between two moves, in the beginning and in the end.
const FIRST_SPAWN_INTERVAL = 20u;
const FIRST_MOVE_INTERVAL = 5u;
const LEAST_MOVE_INTERVAL = 2u;
const DIVER_SPAWN_INTERVAL = 30u;
const DIVER_MOVE_INTERVAL = 5u;
// Steps between two of the player's shots, and that a submarine waits between two of its.
const SHOT_INTERVAL = 5u;
const ENEMY_SHOT_INTERVAL = 10u;
// At worst an enemy comes in every step, and is gone after ten moves that are by then 3 steps apart: 30.
const ENEMIES = 32u;

struct State {
  // The enemies' bullets, by where they go.
  shotsToLeft: vec4u,
  shotsToRight: vec4u,
  // What is seen of the enemies and the divers, and the cells behind them all.
  fishSeen: vec4u,
  subsSeen: vec4u,
  diversSeen: vec4u,
  trailsSeen: vec4u,
  // The player's bullets and divers in the water, things or 0, the older first.
  ownBullets: vec2u,
  divers: vec2u,
  lastAction: u32,
  // Where the submarine's front is, and whether it is to the right.
  x: u32,
  y: u32,
  facesRight: u32,
  oxygen: i32,
  // Divers on board; coming up with all six leaves it at -1, and from there it may go on down.
  onBoard: i32,
  // Whether the submarine was at the surface already.
  surfaced: u32,
  shotTimer: u32,
  enemyTimer: u32,
  enemyInterval: u32,
  diverTimer: u32,
  moveInterval: u32,
  rampIndex: u32,
  over: u32,
  // Fish and enemy submarines, the older first.
  enemyCount: u32,
  enemies: array<u32, ENEMIES>,
}

struct Outcome {
  state: State,
  reward: f32,
  terminated: bool,
}

fn reset(random: ptr<function, Random>) -> State {
  var state = State();
  state.x = 5u;
  state.oxygen = MAX_OXYGEN;
  state.surfaced = 1u;
  state.enemyTimer = FIRST_SPAWN_INTERVAL;
  state.enemyInterval = FIRST_SPAWN_INTERVAL;
  state.diverTimer = DIVER_SPAWN_INTERVAL;
  state.moveInterval = FIRST_MOVE_INTERVAL;
  return state;
}

fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
  var next = state;
  let done = actionDone(action, MINIMAL_ACTIONS, state.lastAction, random);
  next.lastAction = done;
  if (next.enemyTimer == 0u) {
    spawnEnemy(&next, random);
    next.enemyTimer = next.enemyInterval;
  }
  if (next.diverTimer == 0u) {
    spawnDiver(&next, random);
    next.diverTimer = DIVER_SPAWN_INTERVAL;
  }
  steer(&next, done);
  var reward = moveOwnBullets(&next);
  moveDivers(&next);
  reward += moveEnemies(&next, IS_SUB);
  moveShots(&next);
  reward += moveEnemies(&next, IS_FISH);
  look(&next);

  next.enemyTimer = lower(next.enemyTimer, 0u);
  next.diverTimer = lower(next.diverTimer, 0u);
  next.shotTimer = lower(next.shotTimer, 0u);
  if (next.oxygen <= 0) {
    next.over = 1u;
  }
  if (next.y > 0u) {
    next.oxygen--;
    next.surfaced = 0u;
  } else if (next.surfaced == 0u) {
    if (next.onBoard == 0) {
      next.over = 1u;
    } else {
      reward += comeUp(&next);
    }
  }
  return Outcome(next, f32(reward), next.over == 1u);
}

fn steer(state: ptr<function, State>, action: u32) {
  switch (action) {
    case FIRE: {
      if ((*state).shotTimer == 0u) {
        let bullet = thingAt((*state).x, (*state).y, (*state).facesRight == 1u);
        if ((*state).ownBullets.x == 0u) {
          (*state).ownBullets.x = bullet;
        } else {
          (*state).ownBullets.y = bullet;
        }
        (*state).shotTimer = SHOT_INTERVAL;
      }
    }
    case LEFT: {
      (*state).x = lower((*state).x, 0u);
      (*state).facesRight = 0u;
    }
    case RIGHT: {
      (*state).x = higher((*state).x, EDGE);
      (*state).facesRight = 1u;
    }
    case UP: {
      (*state).y = lower((*state).y, 0u);
    }
    case DOWN: {
      (*state).y = higher((*state).y, LOWEST_Y);
    }
    default: {}
  }
}

// Whether the thing is where the submarine's front is.
fn meets(state: ptr<function, State>, thing: u32) -> bool {
  return sharesCell(thing, (*state).x | ((*state).y << Y_AT));
}

// Moves the player's bullets; how many of them met an enemy.
fn moveOwnBullets(state: ptr<function, State>) -> u32 {
  let second = advanced((*state).ownBullets.y);
  let hasSecondMet = second != 0u && removeEnemy(state, second);
  let first = advanced((*state).ownBullets.x);
  let hasFirstMet = first != 0u && removeEnemy(state, first);
  let left = select(vec2u(first, second), vec2u(), vec2<bool>(hasFirstMet, hasSecondMet));
  (*state).ownBullets = closed(left);
  return u32(hasFirstMet) + u32(hasSecondMet);
}

// Takes the first fish out that is in the bullet's cell, or else the first submarine; whether there was one.
fn removeEnemy(state: ptr<function, State>, bullet: u32) -> bool {
  var found = ENEMIES;
  for (var i = (*state).enemyCount; i > 0u; i--) {
    let enemy = (*state).enemies[i - 1u];
    let isSecondChoice = (enemy & IS_SUB) != 0u && found != ENEMIES &&
      ((*state).enemies[found] & IS_SUB) == 0u;
    if (sharesCell(enemy, bullet) && !isSecondChoice) {
      found = i - 1u;
    }
  }
  if (found == ENEMIES) {
    return false;
  }
  (*state).enemies[found] = 0u;
  return true;
}

fn moveDivers(state: ptr<function, State>) {
  let second = moveDiver(state, (*state).divers.y);
  let first = moveDiver(state, (*state).divers.x);
  (*state).divers = closed(vec2u(first, second));
}

// Moves a diver when it is time, and brings it on board where it meets the submarine; 0 where it is gone.
fn moveDiver(state: ptr<function, State>, diver: u32) -> u32 {
  if (diver == 0u) {
    return 0u;
  }
  let hasRoom = (*state).onBoard < MAX_DIVERS;
  if (!hasRoom || !meets(state, diver)) {
    let timer = timerOf(diver, MOVE_TIMER_AT);
    if (timer > 0u) {
      return withTimer(diver, MOVE_TIMER_AT, timer - 1u);
    }
    let moved = advanced(withTimer(diver, MOVE_TIMER_AT, DIVER_MOVE_INTERVAL));
    if (!hasRoom || !meets(state, moved)) {
      return moved;
    }
  }
  (*state).onBoard++;
  return 0u;
}

// Moves the fish or the submarines, each when it is time. Where one meets a bullet, both go; how many did.
fn moveEnemies(state: ptr<function, State>, kind: u32) -> u32 {
  var hits = 0u;
  for (var i = (*state).enemyCount; i > 0u; i--) {
    let enemy = (*state).enemies[i - 1u];
    if (enemy == 0u || (enemy & IS_SUB) != kind) {
      continue;
    }
    let timer = timerOf(enemy, MOVE_TIMER_AT);
    var moved: u32;
    if (timer == 0u) {
      moved = advanced(withTimer(enemy, MOVE_TIMER_AT, (*state).moveInterval));
    } else {
      moved = withTimer(enemy, MOVE_TIMER_AT, timer - 1u);
    }
    let hasMet = meets(state, moved);
    if (hasMet || meets(state, enemy)) {
      (*state).over = 1u;
    }
    let isHit = timer == 0u && moved != 0u && !hasMet && takeOwnBullet(state, moved);
    // One that has just gone shoots as well, from where it would be.
    if (kind == IS_SUB && moved != 0u) {
      moved = afterShot(state, moved);
    }
    (*state).enemies[i - 1u] = select(moved, 0u, isHit);
    hits += u32(isHit);
  }
  return hits;
}

// Takes the player's first bullet out that is in the enemy's cell; whether there was one.
fn takeOwnBullet(state: ptr<function, State>, enemy: u32) -> bool {
  let bullets = (*state).ownBullets;
  let isFirst = sharesCell(bullets.x, enemy);
  let isSecond = !isFirst && sharesCell(bullets.y, enemy);
  (*state).ownBullets = closed(select(bullets, vec2u(), vec2<bool>(isFirst, isSecond)));
  return isFirst || isSecond;
}

// The submarine after it has shot, if it is time for that.
fn afterShot(state: ptr<function, State>, sub: u32) -> u32 {
  let timer = timerOf(sub, SHOT_TIMER_AT);
  if (timer > 0u) {
    return withTimer(sub, SHOT_TIMER_AT, timer - 1u);
  }
  if (goesRight(sub)) {
    (*state).shotsToRight |= cellOf(sub);
  } else {
    (*state).shotsToLeft |= cellOf(sub);
  }
  return withTimer(sub, SHOT_TIMER_AT, ENEMY_SHOT_INTERVAL);
}

fn moveShots(state: ptr<function, State>) {
  let before = (*state).shotsToLeft | (*state).shotsToRight;
  (*state).shotsToLeft = movedLeft((*state).shotsToLeft);
  (*state).shotsToRight = movedRight((*state).shotsToRight);
  let after = (*state).shotsToLeft | (*state).shotsToRight;
  if (has(before | after, (*state).x, (*state).y)) {
    (*state).over = 1u;
  }
}

// The submarine comes up with divers on board; the reward.
fn comeUp(state: ptr<function, State>) -> u32 {
  var reward = 0u;
  if ((*state).onBoard == MAX_DIVERS) {
    (*state).onBoard = 0;
    reward = oxygenCells((*state).oxygen);
  }
  (*state).surfaced = 1u;
  (*state).oxygen = MAX_OXYGEN;
  (*state).onBoard--;
  let canMoveMore = (*state).moveInterval > LEAST_MOVE_INTERVAL;
  if (difficultyRamping && ((*state).enemyInterval > 1u || canMoveMore)) {
    if (canMoveMore && (*state).rampIndex % 2u == 1u) {
      (*state).moveInterval--;
    }
    (*state).enemyInterval = lower((*state).enemyInterval, 1u);
    (*state).rampIndex++;
  }
  return reward;
}

// How many cells of the board's width the oxygen fills.
fn oxygenCells(oxygen: i32) -> u32 {
  return u32(max(oxygen, 0)) * SIDE / u32(MAX_OXYGEN);
}

// An enemy in a random row, unless it would swim against others there.
fn spawnEnemy(state: ptr<function, State>, random: ptr<function, Random>) {
  let toRight = chance(random, 0.5);
  let isSub = chance(random, 1.0 / 3.0);
  var enemy = thingAtEdge(1u + below(random, LOWEST_Y), toRight);
  for (var i = 0u; i < (*state).enemyCount; i++) {
    let other = (*state).enemies[i];
    if (yOf(other) == yOf(enemy) && goesRight(other) != toRight) {
      return;
    }
  }
  if ((*state).enemyCount == ENEMIES) {
    return;
  }
  enemy = withTimer(enemy, MOVE_TIMER_AT, (*state).moveInterval);
  if (isSub) {
    enemy = withTimer(enemy, SHOT_TIMER_AT, ENEMY_SHOT_INTERVAL) | IS_SUB;
  }
  (*state).enemies[(*state).enemyCount] = enemy;
  (*state).enemyCount++;
}

fn spawnDiver(state: ptr<function, State>, random: ptr<function, Random>) {
  let toRight = chance(random, 0.5);
  let diver = thingAtEdge(1u + below(random, LOWEST_Y), toRight);
  (*state).divers.y = withTimer(diver, MOVE_TIMER_AT, DIVER_MOVE_INTERVAL);
  (*state).divers = closed((*state).divers);
}

// The enemies' list without gaps, and all cells that are seen.
fn look(state: ptr<function, State>) {
  var fish = vec4u();
  var subs = vec4u();
  var trails = vec4u();
  var kept = 0u;
  for (var i = 0u; i < (*state).enemyCount; i++) {
    let enemy = (*state).enemies[i];
    if (enemy == 0u) {
      continue;
    }
    (*state).enemies[kept] = enemy;
    kept++;
    if ((enemy & IS_SUB) != 0u) {
      subs |= cellOf(enemy);
    } else {
      fish |= cellOf(enemy);
    }
    trails |= cellBehind(enemy);
  }
  let divers = (*state).divers;
  (*state).enemyCount = kept;
  (*state).fishSeen = fish;
  (*state).subsSeen = subs;
  (*state).diversSeen = cellOf(divers.x) | cellOf(divers.y);
  (*state).trailsSeen = trails | cellBehind(divers.x) | cellBehind(divers.y);
}

// Channels: the submarine's front, its back, the player's bullets, where something came from, the enemies'
// bullets, fish, enemy submarines, oxygen, divers on board, divers.
fn observe(state: State, element: u32) -> f32 {
  let cell = element / SIDE;
  let x = cell % SIDE;
  let y = cell / SIDE;
  let front = state.y * SIDE + state.x;
  switch (element % SIDE) {
    case 0u: {
      return oneIf(cell == front);
    }
    case 1u: {
      return oneIf(select(cell == front + 1u, cell + 1u == front, state.facesRight == 1u));
    }
    case 2u: {
      let place = x | (y << Y_AT);
      return oneIf(sharesCell(state.ownBullets.x, place) || sharesCell(state.ownBullets.y, place));
    }
    case 3u: {
      return oneIf(has(state.trailsSeen, x, y));
    }
    case 4u: {
      return oneIf(has(state.shotsToLeft | state.shotsToRight, x, y));
    }
    case 5u: {
      return oneIf(has(state.fishSeen, x, y));
    }
    case 6u: {
      return oneIf(has(state.subsSeen, x, y));
    }
    case 7u: {
      return oneIf(y == EDGE && x < oxygenCells(state.oxygen));
    }
    case 8u: {
      return oneIf(y == EDGE && x < EDGE && i32(x) >= i32(EDGE) - state.onBoard);
    }
    default: {
      return oneIf(has(state.diversSeen, x, y));
    }
  }
}

// Asterix: gather gold, keep out of the enemies' way. The rules are those of src/envs/minatar/asterix.ts.

import package::lib::minatar::{
  difficultyRamping, DOWN, EDGE, LEFT, RIGHT, SIDE, UP, actionDone, higher, lower, oneIf
};
import package::lib::nibbles::{nibbleOf, withNibble};
import package::lib::random::{Random, below, chance};

// Nothing, left, up, right, down.
const MINIMAL_ACTIONS = 0x43210u;

// Enemies and gold have one of so many rows to themselves, the first of which is at y = 1.
const SLOTS = 8u;
const ALL_SLOTS = 0xffu;
const NOBODY = 0u;
const ENEMY = 1u;
const GOLD = 2u;
const RAMP_INTERVAL = 100;
const FIRST_SPAWN_INTERVAL = 10u;
const FIRST_MOVE_INTERVAL = 5u;

struct State {
  lastAction: u32,
  playerX: u32,
  playerY: u32,
  // A bit a slot: whether there is an enemy, whether there is gold, whether it goes to the right.
  enemies: u32,
  gold: u32,
  toRight: u32,
  // Where in its row it is.
  x: u32,
  spawnInterval: u32,
  spawnTimer: u32,
  moveInterval: u32,
  moveTimer: u32,
  rampTimer: i32,
  rampIndex: u32,
}

struct Outcome {
  state: State,
  reward: f32,
  terminated: bool,
}

fn reset(random: ptr<function, Random>) -> State {
  var state = State();
  state.playerX = 5u;
  state.playerY = 5u;
  state.spawnInterval = FIRST_SPAWN_INTERVAL;
  state.spawnTimer = FIRST_SPAWN_INTERVAL;
  state.moveInterval = FIRST_MOVE_INTERVAL;
  state.moveTimer = FIRST_MOVE_INTERVAL;
  state.rampTimer = RAMP_INTERVAL;
  return state;
}

fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
  var next = state;
  let done = actionDone(action, MINIMAL_ACTIONS, state.lastAction, random);
  next.lastAction = done;
  if (state.spawnTimer == 0u) {
    spawn(&next, random);
    next.spawnTimer = next.spawnInterval;
  }

  switch (done) {
    case LEFT: {
      next.playerX = lower(next.playerX, 0u);
    }
    case RIGHT: {
      next.playerX = higher(next.playerX, EDGE);
    }
    case UP: {
      next.playerY = lower(next.playerY, 1u);
    }
    case DOWN: {
      next.playerY = higher(next.playerY, SLOTS);
    }
    default: {}
  }

  let before = touch(&next);
  var after = NOBODY;
  if (next.moveTimer == 0u) {
    next.moveTimer = next.moveInterval;
    moveAll(&next);
    after = touch(&next);
  }
  next.spawnTimer--;
  next.moveTimer--;
  if (difficultyRamping) {
    ramp(&next);
  }
  let reward = oneIf(before == GOLD) + oneIf(after == GOLD);
  return Outcome(next, reward, before == ENEMY || after == ENEMY);
}

// What the player meets: gold is gathered, an enemy ends the game.
fn touch(state: ptr<function, State>) -> u32 {
  let slot = (*state).playerY - 1u;
  if (nibbleOf((*state).x, slot) != (*state).playerX) {
    return NOBODY;
  }
  if (hasSlot((*state).enemies, slot)) {
    return ENEMY;
  }
  if (hasSlot((*state).gold, slot)) {
    vacate(state, slot);
    return GOLD;
  }
  return NOBODY;
}

fn hasSlot(slots: u32, slot: u32) -> bool {
  return ((slots >> slot) & 1u) == 1u;
}

fn vacate(state: ptr<function, State>, slot: u32) {
  let others = ~(1u << slot);
  (*state).enemies &= others;
  (*state).gold &= others;
  (*state).toRight &= others;
  (*state).x = withNibble((*state).x, slot, 0u);
}

fn moveAll(state: ptr<function, State>) {
  for (var slot = 0u; slot < SLOTS; slot++) {
    if (!hasSlot((*state).enemies | (*state).gold, slot)) {
      continue;
    }
    let x = nibbleOf((*state).x, slot);
    let toRight = hasSlot((*state).toRight, slot);
    if (x == select(0u, EDGE, toRight)) {
      vacate(state, slot);
    } else {
      (*state).x = withNibble((*state).x, slot, select(x - 1u, x + 1u, toRight));
    }
  }
}

// Something new in a random free row, if there is one.
fn spawn(state: ptr<function, State>, random: ptr<function, Random>) {
  let toRight = chance(random, 0.5);
  let isGold = chance(random, 1.0 / 3.0);
  var free = ALL_SLOTS & ~((*state).enemies | (*state).gold);
  if (free == 0u) {
    return;
  }
  for (var skip = below(random, countOneBits(free)); skip > 0u; skip--) {
    free &= free - 1u;
  }
  let slot = firstTrailingBit(free);
  let bit = 1u << slot;
  if (isGold) {
    (*state).gold |= bit;
  } else {
    (*state).enemies |= bit;
  }
  if (toRight) {
    (*state).toRight |= bit;
  }
  (*state).x = withNibble((*state).x, slot, select(EDGE, 0u, toRight));
}

fn ramp(state: ptr<function, State>) {
  if ((*state).spawnInterval == 1u && (*state).moveInterval == 1u) {
    return;
  }
  if ((*state).rampTimer >= 0) {
    (*state).rampTimer--;
    return;
  }
  if ((*state).moveInterval > 1u && (*state).rampIndex % 2u == 1u) {
    (*state).moveInterval--;
  }
  if ((*state).spawnInterval > 1u) {
    (*state).spawnInterval--;
  }
  (*state).rampIndex++;
  (*state).rampTimer = RAMP_INTERVAL;
}

// Channels: the player, enemies, where something came from, gold.
fn observe(state: State, element: u32) -> f32 {
  let channel = element % 4u;
  let x = element / 4u % SIDE;
  let y = element / 4u / SIDE;
  if (channel == 0u) {
    return oneIf(x == state.playerX && y == state.playerY);
  }
  if (y == 0u || y == EDGE) {
    return 0.0;
  }
  let slot = y - 1u;
  let thingX = nibbleOf(state.x, slot);
  if (channel == 1u) {
    return oneIf(hasSlot(state.enemies, slot) && x == thingX);
  }
  if (channel == 3u) {
    return oneIf(hasSlot(state.gold, slot) && x == thingX);
  }
  // At the edge that something comes from nothing is behind it.
  let isBehind = select(x == thingX + 1u, x + 1u == thingX, hasSlot(state.toRight, slot));
  return oneIf(hasSlot(state.enemies | state.gold, slot) && isBehind);
}

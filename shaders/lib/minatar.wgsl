// What MinAtar's games share: a board of 10 × 10 cells, x to the right and y down, six actions of which
// each game needs some, and actions that stick.
//
// K. Young and T. Tian, "MinAtar: An Atari-Inspired Testbed for Thorough and Reproducible Reinforcement
// Learning Experiments" (2019). The games are those of src/envs/minatar: equal states, rewards and ends
// for equal draws, which come in the same order. Two things differ. The draws are the counter-based
// generator's, not NumPy's; and an episode's first action, where it sticks, is to do nothing, while there
// the last action of the episode before is done again.

import package::lib::random::{Random, chance};

// The games' options, by their names in TypeScript. The probability that the last action is done again.
override stickyActionProb: f32 = 0.1;
// Whether the game gets harder as it goes on.
override difficultyRamping: bool = true;
// Whether the action space has only the actions that do something in the game.
override useMinimalActionSet: bool = true;

const SIDE = 10u;
// The greatest coordinate.
const EDGE = 9u;

// Actions; 0 is to do nothing.
const LEFT = 1u;
const UP = 2u;
const RIGHT = 3u;
const DOWN = 4u;
const FIRE = 5u;

// What is done when an action is taken after another one was done. `minimal` has the game's actions, four
// bits each, the first in the lowest.
fn actionDone(action: u32, minimal: u32, last: u32, random: ptr<function, Random>) -> u32 {
  if (chance(random, stickyActionProb)) {
    return last;
  }
  if (useMinimalActionSet) {
    return (minimal >> (4u * action)) & 15u;
  }
  return action;
}

// A coordinate or timer that goes down or up by one, but not beyond the least or the greatest.
fn lower(at: u32, least: u32) -> u32 {
  return max(at, least + 1u) - 1u;
}

fn higher(at: u32, greatest: u32) -> u32 {
  return min(at + 1u, greatest);
}

fn oneIf(condition: bool) -> f32 {
  return select(0.0, 1.0, condition);
}

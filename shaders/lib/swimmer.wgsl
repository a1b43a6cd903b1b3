// Things that move along a row of Seaquest: fish, submarines, divers and bullets, a word each: x and y,
// where it goes, what it is, steps until it moves and until it shoots, and a bit that every thing has. So
// none is 0, which stands for no thing.

import package::lib::board::{cellAt, movedLeft, movedRight};
import package::lib::minatar::EDGE;

const Y_AT = 4u;
const MOVE_TIMER_AT = 8u;
const SHOT_TIMER_AT = 12u;
const TIMER_BITS = 4u;
const TO_RIGHT = 1u << 16u;
const IS_SUB = 1u << 17u;
const IS_THERE = 1u << 18u;
const CELL_BITS = 0xffu;

// A thing without timers.
fn thingAt(x: u32, y: u32, toRight: bool) -> u32 {
  return x | (y << Y_AT) | select(0u, TO_RIGHT, toRight) | IS_THERE;
}

fn xOf(thing: u32) -> u32 {
  return thing & 15u;
}

fn yOf(thing: u32) -> u32 {
  return (thing >> Y_AT) & 15u;
}

fn goesRight(thing: u32) -> bool {
  return (thing & TO_RIGHT) != 0u;
}

fn timerOf(thing: u32, timerAt: u32) -> u32 {
  return extractBits(thing, timerAt, TIMER_BITS);
}

fn withTimer(thing: u32, timerAt: u32, steps: u32) -> u32 {
  return insertBits(thing, steps, timerAt, TIMER_BITS);
}

// The thing a cell further, or 0 where that is off the board.
fn advanced(thing: u32) -> u32 {
  let isOff = xOf(thing) == select(0u, EDGE, goesRight(thing));
  return select(select(thing - 1u, thing + 1u, goesRight(thing)), 0u, isOff);
}

// Whether two things, of which the first may be 0, are in the same cell.
fn sharesCell(thing: u32, other: u32) -> bool {
  return thing != 0u && ((thing ^ other) & CELL_BITS) == 0u;
}

// Something at the edge of row y from which it comes.
fn thingAtEdge(y: u32, toRight: bool) -> u32 {
  return thingAt(select(EDGE, 0u, toRight), y, toRight);
}

// Two things without a gap before the second.
fn closed(things: vec2u) -> vec2u {
  return select(things, things.yx, things.x == 0u);
}

// The thing's cell, no cell where there is none.
fn cellOf(thing: u32) -> vec4u {
  return select(vec4u(), cellAt(xOf(thing), yOf(thing)), thing != 0u);
}

// The cell behind a thing, if that is on the board.
fn cellBehind(thing: u32) -> vec4u {
  return select(movedRight(cellOf(thing)), movedLeft(cellOf(thing)), goesRight(thing));
}

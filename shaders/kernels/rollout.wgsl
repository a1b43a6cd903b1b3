// A step of all environments, in lockstep: choose an action, step, store, and count the episode. One
// invocation a lane.
//
// transitions  [agents × LANES × REGION]            the ring: the row that the step is made from is
//                                                   completed, and the next one opened
// observations [agents × LANES × REGION × OBSERVATION4]   inline only, out: what is seen next; else
//                                                   kernels/observe writes it
// values       [agents × LANES × VALUES_WIDTH]      Q-values of what was seen last; unread where all
//                                                   actions are random
// states       [agents × LANES]                     in and out: the environments' states
// episodes     [agents × LANES]                     in and out: the running episodes
// log          [agents × LOG]                       out: episodes that have ended
// logged       [agents]                             in and out: how many ever ended
// health       [agents]                             out: a bit when a number is not finite
//
// A lane whose episode has ended takes this step to begin the next one: the row that it is made from is
// an episode's last and starts no transition (NEXT_STEP autoreset). With SARSA's target it keeps the
// action that would have been taken there if the episode was truncated.

import package::lib::explore::chooseAction;
import package::lib::finite::isFinite;
import package::lib::health::ENVIRONMENT_NOT_FINITE;
import package::lib::random::randomOf;
import package::lib::ring::{
  CONTINUES, FIRST, LANES, LAST_ACTION, NEEDS_NEXT_ACTION, NO_TRANSITION, REGION, TERMINATES, Transition
};
import package::lib::tick::table;
import constants::WORKGROUP;
import package::slots::env::{State, observe, reset, step};
@if(inline) import constants::PARTS;

// Steps after which an episode is truncated; 0 for never.
override LIMIT: u32 = 0u;
override LOG: u32 = 1u;
override STREAM_ENV: u32 = 8u;
@if(inline) override SIZE: u32 = 1u;

// Every action is allowed.
const ALL = 0xffffffffu;
// What a lane is about to do: begin an episode, for the first time or because the last one has ended, by
// the environment's rules or by the limit; or go on.
const BEGINS = 0u;
const RUNS = 1u;
const TRUNCATED = 2u;

struct Episode {
  total: f32,
  length: u32,
  phase: u32,
  spare: u32,
}

struct Ended {
  total: f32,
  length: u32,
  // Whether the environment ended it: the lowest bit; the lane above.
  laneAndEnd: u32,
  // The step's number, its low word.
  step: u32,
}

@group(0) @binding(0) var<storage, read_write> transitions: array<Transition>;
@if(inline) @group(0) @binding(1) var<storage, read_write> observations: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> states: array<State>;
@group(0) @binding(4) var<storage, read_write> episodes: array<Episode>;
@group(0) @binding(5) var<storage, read_write> log_: array<Ended>;
@group(0) @binding(6) var<storage, read_write> logged: array<atomic<u32>>;
@group(0) @binding(7) var<storage, read_write> health: array<atomic<u32>>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lane = id.x;
  let agent = id.z;
  if (lane >= LANES) {
    return;
  }
  let tick = table[agent];
  let at = agent * LANES + lane;
  let row = at * REGION + tick.openRow;
  let next = at * REGION + (tick.openRow + 1u) % REGION;
  var random = randomOf(tick.seed, STREAM_ENV, lane, tick.updateLow, tick.updateHigh);
  var episode = episodes[at];
  let isFirst = transitions[row].kind & FIRST;

  if (episode.phase == RUNS) {
    let action = chooseAction(agent, lane, false);
    let outcome = step(states[at], action, &random);
    states[at] = outcome.state;
    if (!isFinite(outcome.reward)) {
      atomicOr(&health[agent], ENVIRONMENT_NOT_FINITE);
    }
    let kind = select(CONTINUES, TERMINATES, outcome.terminated);
    transitions[row] = Transition(action, outcome.reward, kind | isFirst, ALL);
    transitions[next] = Transition(0u, 0.0, NO_TRANSITION, ALL);
    episode.total += outcome.reward;
    episode.length += 1u;
    let truncated = LIMIT > 0u && episode.length >= LIMIT;
    if (outcome.terminated || truncated) {
      let ended = Ended(
        episode.total, episode.length, lane * 2u + u32(outcome.terminated), tick.updateLow,
      );
      log_[agent * LOG + atomicAdd(&logged[agent], 1u) % LOG] = ended;
      episode.phase = select(TRUNCATED, BEGINS, outcome.terminated);
    }
  } else {
    let keeps = NEEDS_NEXT_ACTION && episode.phase == TRUNCATED;
    var last = Transition(0u, 0.0, NO_TRANSITION | isFirst, ALL);
    if (keeps) {
      last = Transition(chooseAction(agent, lane, true), 0.0, LAST_ACTION | isFirst, ALL);
    }
    transitions[row] = last;
    states[at] = reset(&random);
    transitions[next] = Transition(0u, 0.0, NO_TRANSITION | FIRST, ALL);
    episode = Episode(0.0, 0u, RUNS, 0u);
  }
  episodes[at] = episode;
  @if(inline) {
    let state = states[at];
    let seen = next * PARTS;
    @each(p < PARTS) observations[seen + $pu] = look(agent, state, $pu);
  }
}

@if(inline) fn look(agent: u32, state: State, part: u32) -> vec4f {
  let first = 4u * part;
  var seen = vec4f();
  @each(c < 4) if (first + $cu < SIZE) { seen[$c] = observe(state, first + $cu); }
  if (!isFinite(seen.x) || !isFinite(seen.y) || !isFinite(seen.z) || !isFinite(seen.w)) {
    atomicOr(&health[agent], ENVIRONMENT_NOT_FINITE);
  }
  return seen;
}

// A batch in one dispatch, for small networks of dense layers and scalar Q-values: rows are drawn from the
// ring, sent through all networks, compared with their targets, and their deltas go back down. What comes
// after are the gradients, of which each is a sum over the whole batch.
//
// transitions  [slots]                  the ring: what started at each row
// observations [slots × OBSERVATION4]   the ring's observations
// draws        [agents × BATCH]         drawn only: see slots/sampler/drawn
// batch        [agents × BATCH]         out: see lib/batch; in where it has been laid by hand
// layers, parameters, activations, deltas   see lib/fused_layers; observations are laid first among the
//                                       activations, or lie there already
// tdErrors     [agents × BATCH]         out: target − Q(s, a)
// priorities   [agents × BATCH]         out: |TD error|
// shares       [agents × (1 + SHARES)]  see lib/fused_last
// history      [agents × HISTORY]       out: mean of w·loss, of Q(s, a) and of |TD error|
// health       [agents]                 out: bits when no row could be drawn, or the loss is not finite
//
// A team of invocations takes GROUP_ROWS rows of the batch all the way, so that nobody else has to be waited
// for. Numbers lie in storage meanwhile, not in workgroup memory: that is small, and slow where a processor
// plays GPU.

import constants::{GROUP_ROWS, HISTORY, PASSES, TEAM, WORKGROUP};
import package::lib::batch::Sample;
import package::lib::draw::NO_ROW;
import package::lib::finite::isFinite;
import package::lib::fused_last::{isLast, leaveShare, shareOf};
import package::lib::fused_layers::{ACTIVATIONS_AGENT, DELTAS_AGENT, activations, backwardRows, deltas, forwardRows, wait};
import package::lib::fused_values::{OUTPUT4, readValues};
import package::lib::health::{NOTHING_DRAWABLE, NOT_FINITE};
import package::lib::outputs::ACTIONS;
@if(dueling) import package::lib::outputs::VALUE_AT;
import package::lib::passes::BATCH;
import package::lib::ring::{LANES, REGION};
import package::lib::scalar_error::errorOf;
import package::lib::tick::table;
import package::lib::walk::{sampleOf, walkFrom};
@if(waits) import package::lib::workgroup_sums::sumOfVectors;
import package::slots::sampler::drawOf;

override OBSERVATION4: u32 = 1u;
// The last block's deltas.
override OUTPUT_DELTAS_AT: u32 = 0u;

@group(0) @binding(6) var<storage, read> observations: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> batch: array<Sample>;
@group(0) @binding(8) var<storage, read_write> tdErrors: array<f32>;
@group(0) @binding(9) var<storage, read_write> priorities: array<f32>;
@group(0) @binding(11) var<storage, read_write> history: array<vec4f>;
@group(0) @binding(12) var<storage, read_write> health: array<atomic<u32>>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_index) local: u32,
  @builtin(num_workgroups) groups: vec3u,
) {
  let agent = id.z;
  let team = id.x / TEAM;
  let member = id.x % TEAM;
  let first = team * GROUP_ROWS;
  let end = min(first + GROUP_ROWS, BATCH);
  if (table[agent].explicitBatch == 0u) {
    for (var place = first + member; place < end; place += TEAM) {
      gather(agent, place);
    }
  }
  wait();
  forwardRows(agent, first, member);
  var sum = vec4f();
  for (var place = first + member; place < end; place += TEAM) {
    sum += compare(agent, place);
  }
  wait();
  backwardRows(agent, first, member);

  @if(waits) {
    sum = sumOfVectors(local, sum);
  }
  if (member == 0u) {
    var given = leaveShare(agent, 3u * team, sum.x);
    given = min(given, leaveShare(agent, 3u * team + 1u, sum.y));
    given = min(given, leaveShare(agent, 3u * team + 2u, sum.z));
    let teams = groups.x * WORKGROUP / TEAM;
    if (isLast(agent, teams, given)) {
      summarize(agent, teams);
    }
  }
}

// Draws a row and lays it out, as kernels/gather.
fn gather(agent: u32, place: u32) {
  let ring = agent * LANES * REGION;
  let draw = drawOf(agent, place);
  if (draw.row == NO_ROW) {
    atomicOr(&health[agent], NOTHING_DRAWABLE);
    return;
  }
  let walk = walkFrom(agent, ring, draw.row);
  batch[agent * BATCH + place] = sampleOf(ring, draw, walk);
  let input = agent * ACTIVATIONS_AGENT + place * OBSERVATION4;
  for (var part = 0u; part < OBSERVATION4; part++) {
    activations[input + part] = observations[(ring + draw.row) * OBSERVATION4 + part];
    activations[input + BATCH * OBSERVATION4 + part] = observations[(ring + walk.last) * OBSERVATION4 + part];
  }
}

// A row's TD error, and the deltas of its outputs: as kernels/td_error and lib/deltas.
fn compare(agent: u32, place: u32) -> vec4f {
  readValues(agent, PASSES, place);
  let sample = batch[agent * BATCH + place];
  let error = errorOf(agent, place, sample);
  tdErrors[agent * BATCH + place] = error.tdError;
  priorities[agent * BATCH + place] = abs(error.tdError);

  var shared_ = 0.0;
  @if(dueling) {
    shared_ = error.slope / f32(ACTIONS);
  }
  let at = agent * DELTAS_AGENT + OUTPUT_DELTAS_AT + place * OUTPUT4;
  for (var i = 0u; i < OUTPUT4; i++) {
    let columns = 4u * i + vec4u(0u, 1u, 2u, 3u);
    let own = select(vec4f(), vec4f(error.slope), columns == vec4u(sample.action));
    var delta = select(vec4f(), own - shared_, columns < vec4u(ACTIONS));
    @if(dueling) {
      delta = select(delta, vec4f(error.slope), columns == vec4u(VALUE_AT));
    }
    deltas[at + i] = delta;
  }
  return error.summed;
}

fn summarize(agent: u32, teams: u32) {
  var sum = vec4f();
  for (var i = 0u; i < teams; i++) {
    sum += vec4f(shareOf(agent, 3u * i), shareOf(agent, 3u * i + 1u), shareOf(agent, 3u * i + 2u), 0.0);
  }
  let mean = sum / f32(BATCH);
  history[agent * HISTORY + table[agent].historyRow] = mean;
  if (!isFinite(mean.x)) {
    atomicOr(&health[agent], NOT_FINITE);
  }
}

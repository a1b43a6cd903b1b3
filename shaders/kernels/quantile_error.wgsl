// QR-DQN and IQN: the quantile Huber loss of all pairs of quantiles, and ∂loss/∂quantiles.
//
// outputs    [agents × …]                   quantiles of the forward passes
// values     [agents × …]                   Q-values, from kernels/values
// batch      [agents × BATCH]               see lib/batch
// taus       [agents × …]                   with sampled quantiles: which they are
// deltas     [agents × …]                   out: ∂loss/∂quantiles
// tdErrors   [agents × BATCH]               out: mean of the target − Q(s, a)
// priorities [agents × BATCH]               out: the loss of a quantile, on average
// rowStats   [agents × BATCH]               out: w·loss, Q(s, a), |TD error|
//
// With u = T_j − θ_i: Σ_i mean_j |τ_i − 1{u < 0}| · H_κ(u) / κ, where H_κ is Huber's loss with threshold
// κ; at κ = 0 it is |τ_i − 1{u < 0}| · |u|.
//
// Dabney, Rowland, Bellemare, Munos: Distributional RL with quantile regression (arXiv 1710.10044),
// equation 10; Dabney, Ostrovski, Silver, Munos: Implicit quantile networks (arXiv 1806.06923),
// equation 3. One workgroup for each row.

import constants::{TARGET_ATOMS, WORKGROUP};
import package::lib::batch::Sample;
import package::lib::deltas::putDelta;
import package::lib::outputs::{ACTIONS, atomsOf, output};
import package::lib::passes::{BATCH, samplesOf};
import package::lib::workgroup_sums::sumOfVectors;
import package::lib::values::{ONLINE, TARGET, qValue};
import package::slots::target::{bonus, lookAhead, shareOf};

// κ.
override KAPPA: f32 = 1.0;
// Samples of all passes together.
@if(sampled) override TAUS_AGENT: u32 = 0u;

@group(0) @binding(3) var<storage, read> batch: array<Sample>;
@group(0) @binding(4) var<storage, read_write> tdErrors: array<f32>;
@group(0) @binding(5) var<storage, read_write> priorities: array<f32>;
@group(0) @binding(6) var<storage, read_write> rowStats: array<vec4f>;
@if(sampled) @group(0) @binding(7) var<storage, read> taus: array<f32>;

// vec4s that hold the targets; what is left over of the last one does not count. One invocation writes a
// whole vec4: components written by several would be a race, since a write to one may touch all four.
const TARGETS4 = (TARGET_ATOMS + 3u) / 4u;
var<workgroup> targets: array<vec4f, TARGETS4>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u) {
  let row = group.x;
  let agent = group.z;
  let sample = batch[agent * BATCH + row];
  let next = lookAhead(agent, row, sample);
  let reward = sample.reward + bonus(agent, row, sample);
  var terms = vec4f();
  for (var j = local; j < TARGETS4; j += WORKGROUP) {
    var ahead = vec4f();
    for (var action = 0u; action < ACTIONS; action++) {
      let share = shareOf(agent, row, sample, next, action);
      if (share.weight > 0.0) {
        for (var k = 0u; k < 4u; k++) {
          let atom = min(4u * j + k, TARGET_ATOMS - 1u);
          ahead[k] += share.weight * (output(agent, TARGET, row, action, atom) - share.shift);
        }
      }
    }
    let four = reward + sample.discount * ahead;
    targets[j] = four;
    terms.y += dot(select(vec4f(), four, counts(j)), vec4f(1.0));
  }
  workgroupBarrier();

  let atoms = atomsOf(ONLINE);
  for (var i = local; i < atoms; i += WORKGROUP) {
    let quantile = output(agent, ONLINE, row, sample.action, i);
    let tau = tauOf(agent, row, i, atoms);
    var losses = vec4f();
    var slopes = vec4f();
    for (var j = 0u; j < TARGETS4; j++) {
      let u = select(vec4f(), targets[j] - quantile, counts(j));
      let weight = abs(tau - select(vec4f(), vec4f(1.0), u < vec4f()));
      losses += weight * huber(u);
      slopes += weight * huberSlope(u);
    }
    terms.x += dot(losses, vec4f(1.0));
    let pull = dot(slopes, vec4f(1.0)) / f32(TARGET_ATOMS);
    let slope = -sample.weight * pull / f32(BATCH);
    putDelta(agent, row, sample.action, i, slope);
  }
  let sums = sumOfVectors(local, terms);
  if (local == 0u) {
    let q = qValue(agent, ONLINE, row, sample.action);
    let loss = sums.x / f32(TARGET_ATOMS);
    let tdError = sums.y / f32(TARGET_ATOMS) - q;
    let at = agent * BATCH + row;
    tdErrors[at] = tdError;
    priorities[at] = loss / f32(atoms);
    rowStats[at] = vec4f(sample.weight * loss, q, abs(tdError), 0.0);
  }
}

// Which of the j-th four targets there are.
fn counts(j: u32) -> vec4<bool> {
  return vec4u(4u * j) + vec4u(0u, 1u, 2u, 3u) < vec4u(TARGET_ATOMS);
}

// A quantile's τ: the midpoint of its share, or the one that was sampled.
fn tauOf(agent: u32, row: u32, i: u32, atoms: u32) -> f32 {
  @if(sampled) {
    return taus[agent * TAUS_AGENT + row * samplesOf(ONLINE) + i];
  }
  @if(!sampled) {
    return (f32(i) + 0.5) / f32(atoms);
  }
}

// H_κ(u) / κ, which is |u| at κ = 0; nothing at u = 0.
fn huber(u: vec4f) -> vec4f {
  let size = abs(u);
  return select(size - 0.5 * KAPPA, 0.5 * u * u / max(KAPPA, 1e-30), size <= vec4f(KAPPA));
}

fn huberSlope(u: vec4f) -> vec4f {
  return select(sign(u), u / max(KAPPA, 1e-30), abs(u) <= vec4f(KAPPA));
}

// C51: the projected target distribution, its cross-entropy with the online one, and ∂loss/∂logits.
//
// outputs    [agents × …]                   logits of the forward passes
// values     [agents × 2 × …]               Q-values, and ln Σ exp of the logits, from kernels/values
// batch      [agents × BATCH]               see lib/batch
// deltas     [agents × …]                   out: ∂loss/∂logits
// tdErrors   [agents × BATCH]               out: mean of the target − Q(s, a)
// priorities [agents × BATCH]               out: KL(target ‖ online)
// rowStats   [agents × BATCH]               out: w·loss, Q(s, a), |TD error|
//
// A target atom at r + γ z_j, clamped to the support, gives each support atom z_i the share
// max(0, 1 − |distance| / Δz) of its mass: the same as parting it between its two neighbours, and an
// atom that it hits gets all. The loss is −Σ m_i ln p_i(s, a).
//
// Bellemare, Dabney, Munos: A distributional perspective on RL (arXiv 1707.06887), equation 7 and
// algorithm 1. One workgroup for each row.

import constants::WORKGROUP;
import package::lib::batch::Sample;
import package::lib::deltas::putDelta;
import package::lib::finite::isFinite;

import package::lib::outputs::{ACTIONS, ATOMS, output};
import package::lib::passes::BATCH;
import package::lib::workgroup_sums::sumOfVectors;
import package::lib::support::{V_MAX, V_MIN, atomValue};
import package::lib::values::{ONLINE, TARGET, VALUES_AGENT, qValue, values};
import package::slots::target::{bonus, lookAhead, shareOf};

// Where the logarithms of the normalisers start.
override NORMALIZERS_AT: u32 = 0u;

@group(0) @binding(3) var<storage, read> batch: array<Sample>;
@group(0) @binding(4) var<storage, read_write> tdErrors: array<f32>;
@group(0) @binding(5) var<storage, read_write> priorities: array<f32>;
@group(0) @binding(6) var<storage, read_write> rowStats: array<vec4f>;

// vec4s that hold the atoms; those past the last have no mass.
override ATOMS4: u32 = (ATOMS + 3u) / 4u;

// An action's share of the target: the mass of each atom, and where on the support it lands. One invocation
// writes a whole vec4: components written by several would be a race, since a write to one may touch all four.
var<workgroup> mass: array<vec4f, ATOMS4>;
var<workgroup> place: array<vec4f, ATOMS4>;
var<workgroup> projected: array<f32, ATOMS>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u) {
  let row = group.x;
  let agent = group.z;
  let sample = batch[agent * BATCH + row];
  let next = lookAhead(agent, row, sample);
  let reward = sample.reward + bonus(agent, row, sample);
  for (var i = local; i < ATOMS; i += WORKGROUP) {
    projected[i] = 0.0;
  }
  for (var action = 0u; action < ACTIONS; action++) {
    let share = shareOf(agent, row, sample, next, action);
    // All invocations see the same share, so all go through the barriers or none.
    if (share.weight > 0.0) {
      workgroupBarrier();
      let normalizer = normalizerOf(agent, TARGET, row, action);
      for (var j = local; j < ATOMS4; j += WORKGROUP) {
        var masses = vec4f();
        var places = vec4f();
        for (var k = 0u; k < 4u; k++) {
          // Past the last atom the place of the last one, without mass.
          let atom = min(4u * j + k, ATOMS - 1u);
          let probability = exp(output(agent, TARGET, row, action, atom) - normalizer);
          masses[k] = select(0.0, share.weight * probability, 4u * j + k < ATOMS);
          places[k] = placeOf(reward + sample.discount * (atomValue(atom) - share.shift));
        }
        mass[j] = masses;
        place[j] = places;
      }
      workgroupBarrier();
      for (var i = local; i < ATOMS; i += WORKGROUP) {
        var sum = vec4f();
        for (var j = 0u; j < ATOMS4; j++) {
          sum += mass[j] * max(vec4f(), 1.0 - abs(place[j] - f32(i)));
        }
        projected[i] += dot(sum, vec4f(1.0));
      }
    }
  }

  let q = qValue(agent, ONLINE, row, sample.action);
  let normalizer = normalizerOf(agent, ONLINE, row, sample.action);
  var terms = vec4f();
  for (var i = local; i < ATOMS; i += WORKGROUP) {
    let m = projected[i];
    let logProbability = output(agent, ONLINE, row, sample.action, i) - normalizer;
    let slope = sample.weight * (exp(logProbability) - m) / f32(BATCH);
    putDelta(agent, row, sample.action, i, slope);
    // 0 · ln 0 is 0.
    let divergence = select(0.0, m * (log(m) - logProbability), m > 0.0);
    terms += vec4f(-m * logProbability, divergence, m * atomValue(i), 0.0);
  }
  let sums = sumOfVectors(local, terms);
  if (local == 0u) {
    let tdError = sums.z - q;
    let at = agent * BATCH + row;
    tdErrors[at] = tdError;
    priorities[at] = max(sums.y, 0.0);
    // The clamp to the support would hide a return that is no number.
    let isSound = isFinite(reward + sample.discount);
    let loss = select(reward + sample.discount, sample.weight * sums.x, isSound);
    rowStats[at] = vec4f(loss, q, abs(tdError), 0.0);
  }
}

fn normalizerOf(agent: u32, pass_: u32, row: u32, action: u32) -> f32 {
  return values[agent * VALUES_AGENT + NORMALIZERS_AT + (pass_ * BATCH + row) * ACTIONS + action];
}

// Where a return lies on the support, counted in atoms.
fn placeOf(value: f32) -> f32 {
  let last = f32(ATOMS - 1u);
  return clamp((value - V_MIN) / (V_MAX - V_MIN) * last, 0.0, last);
}

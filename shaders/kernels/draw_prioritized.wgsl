// Draws a batch in proportion to the rows' weights, stratified: place i of B takes the row that stands
// at (i + U)/B of the total, U uniform in [0, 1).
//
// tree   [agents × TREE_STRIDE]   the sum tree
// draws  [agents × BATCH]         out: rows, in ascending order, and importance weights
//
// A row that can't be drawn weighs nothing, and neither it nor a subtree of such rows is ever entered:
// where rounding leaves a rest behind the last child, the last that has a weight is taken.
//
// A place is a float32, of which the last strata tell 2²⁴ in the whole total apart: among a million rows of
// like weight a row has about 17 of them, so that it is drawn as often as it should be to within 3 %.
//
// P(i) = wᵢ/Σw, and the importance weight of row i is (N·P(i))^−β, divided by the largest of the batch:
// that is (w_min/wᵢ)^β, with w_min the least weight in the batch, whatever N and Σw are.
// Schaul et al.: Prioritized experience replay (arXiv 1511.05952), section 3.

import package::lib::draw::{Draw, NO_ROW};
import package::lib::philox::philox;
import package::lib::sum_tree::{FIRST_LEAF, MOST_WEIGHT, TREE_DEPTH, TREE_STRIDE, leafOf, sumOf, tree};
import package::lib::tick::table;

override BATCH: u32 = 1u;

const STREAM_SAMPLE = 1u;
const WORKGROUP = 64u;
// More than any sum: what is looked for lies behind all children.
const BEHIND = 3e38;

@group(0) @binding(0) var<storage, read_write> draws: array<Draw>;

var<workgroup> least: array<f32, WORKGROUP>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) me: u32, @builtin(workgroup_id) group: vec3u) {
  let agent = group.z;
  let tick = table[agent];
  let total = sumOf(agent, 0u);
  // The gather tells that.
  let hasNone = !(total > 0.0);

  var mine = MOST_WEIGHT;
  for (var place = me; place < BATCH; place += WORKGROUP) {
    var draw = Draw(NO_ROW, 1.0);
    if (!hasNone) {
      let random = philox(
        vec4u(place, 0u, tick.updateLow, tick.updateHigh),
        vec2u(tick.seed, STREAM_SAMPLE),
      );
      let share = (f32(place) + f32(random.x >> 8u) * 0x1p-24) / f32(BATCH);
      let row = find(agent, share * total);
      // Its weight for now; the importance weight follows from all of them.
      draw = Draw(row, tree[leafOf(agent, row)]);
      mine = min(mine, draw.weight);
    }
    draws[agent * BATCH + place] = draw;
  }
  least[me] = mine;
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (me < half) {
      least[me] = min(least[me], least[me + half]);
    }
    workgroupBarrier();
  }

  if (hasNone) {
    return;
  }
  let logLeast = log2(least[0]);
  for (var place = me; place < BATCH; place += WORKGROUP) {
    let at = agent * BATCH + place;
    draws[at].weight = exp2(tick.priorityBeta * (logLeast - log2(draws[at].weight)));
  }
}

// The row that stands at so much of the total.
fn find(agent: u32, mass: f32) -> u32 {
  var rest = mass;
  var node = 0u;
  for (var level = 0u; level < TREE_DEPTH; level++) {
    let at = agent * TREE_STRIDE + 16u * node;
    var child = 0u;
    var isFound = false;
    @each(c < 16) { let w = tree[at + $cu]; if (!isFound && w > 0.0) { child = $cu; isFound = rest < w; rest -= select(w, 0.0, isFound); } }
    rest = select(BEHIND, rest, isFound);
    node = 16u * node + child + 1u;
  }
  return node - FIRST_LEAF;
}

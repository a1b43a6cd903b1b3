// Gives the rows of a batch the weights that follow from their priorities, and makes the sums above
// them anew, level by level.
//
// priorities [agents × BATCH]        magnitudes, 0 or more: what the learner says of each row
// draws      [agents × BATCH]        the rows, in ascending order
// tree       [agents × TREE_STRIDE]  the sum tree
// greatest   [agents]                the greatest weight that was ever given: that of new rows
//
// wᵢ = (priority + ε)^α. Where a row is in the batch more than once, its places are neighbours, since
// draws ascend, and the last one's priority counts. A priority that is no finite number changes nothing.
// Schaul et al.: Prioritized experience replay (arXiv 1511.05952), section 3.3.

import package::lib::draw::{Draw, NO_ROW};
import package::lib::finite::isFinite;
import package::lib::sum_tree::{
  LEAST_WEIGHT, MOST_WEIGHT, TREE_DEPTH, ancestorOf, leafOf, refresh, tree
};
import package::lib::tick::table;

override BATCH: u32 = 1u;

const WORKGROUP = 64u;

@group(0) @binding(0) var<storage, read> draws: array<Draw>;
@group(0) @binding(2) var<storage, read_write> greatest: array<f32>;
@group(0) @binding(3) var<storage, read> priorities: array<f32>;

var<workgroup> highest: array<f32, WORKGROUP>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) me: u32, @builtin(workgroup_id) group: vec3u) {
  let agent = group.z;
  let tick = table[agent];
  let first = agent * BATCH;
  var mine = 0.0;
  for (var place = me; place < BATCH; place += WORKGROUP) {
    let row = draws[first + place].row;
    let priority = priorities[first + place];
    if (!isLast(first, place, 0u) || !isFinite(priority)) {
      continue;
    }
    let base = max(priority + tick.priorityEps, LEAST_WEIGHT);
    let weight = clamp(pow(base, tick.priorityAlpha), LEAST_WEIGHT, MOST_WEIGHT);
    tree[leafOf(agent, row)] = weight;
    mine = max(mine, weight);
  }
  highest[me] = mine;
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (me < half) {
      highest[me] = max(highest[me], highest[me + half]);
    }
    workgroupBarrier();
  }
  if (me == 0u) {
    greatest[agent] = max(greatest[agent], highest[0]);
  }

  for (var height = 1u; height < TREE_DEPTH; height++) {
    storageBarrier();
    for (var place = me; place < BATCH; place += WORKGROUP) {
      if (isLast(first, place, height)) {
        refresh(agent, ancestorOf(draws[first + place].row, height));
      }
    }
  }
}

// Whether no later place of the batch is below the same node, so many levels up.
fn isLast(first: u32, place: u32, height: u32) -> bool {
  let row = draws[first + place].row;
  if (row == NO_ROW || place + 1u == BATCH) {
    return row != NO_ROW;
  }
  return ancestorOf(draws[first + place + 1u].row, height) != ancestorOf(row, height);
}

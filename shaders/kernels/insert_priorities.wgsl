// Takes rows that have just been written into the ring into the sum tree: those that can be drawn with
// the greatest weight that was ever given, so that each is likely to be seen soon, all others with none.
//
// transitions [slots]                 the ring
// tree        [agents × TREE_STRIDE]  the sum tree
// greatest    [agents]                the greatest weight so far
//
// Which rows have been written, a slot says.
//
// Where a row waits for the action taken after it (SARSA), writing one may make rows before it drawable;
// where frames are stacked, it may take from rows behind it a frame of theirs, and with it all weight.
// Schaul et al.: Prioritized experience replay (arXiv 1511.05952), algorithm 1, line 6.

import package::lib::ring::{FRAME_STACK, LANES, N_STEPS, NEEDS_NEXT_ACTION, REGION, isDrawable};
import package::lib::sum_tree::{TREE_DEPTH, ancestorOf, leafOf, levelSize, refresh, tree};
import package::slots::written::{writtenCount, writtenRow};

const WORKGROUP = 64u;

@group(0) @binding(3) var<storage, read> greatest: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) me: u32, @builtin(workgroup_id) group: vec3u) {
  let agent = group.z;
  let ring = agent * LANES * REGION;
  // A row that was written, those before it that may have waited for it, and those behind it.
  let each = 1u + waiting() + FRAME_STACK - 1u;
  let touched = writtenCount() * each;

  // A row may be touched from several sides; all write the same.
  for (var i = me; i < touched; i += WORKGROUP) {
    let row = touchedRow(agent, i, each);
    let at = leafOf(agent, row);
    let weight = select(0.0, greatest[agent], isDrawable(ring, row));
    // One that was not written keeps its weight, if it has one and can still be drawn.
    if (i % each == 0u || weight == 0.0 || tree[at] == 0.0) {
      tree[at] = weight;
    }
  }
  for (var height = 1u; height < TREE_DEPTH; height++) {
    storageBarrier();
    // After a long time without updates there may be more rows than a level has nodes.
    let nodes = levelSize(height);
    for (var i = me; i < min(touched, nodes); i += WORKGROUP) {
      let isAll = touched > nodes;
      refresh(agent, select(ancestorOf(touchedRow(agent, i, each), height), ancestorOf(0u, height) + i, isAll));
    }
  }
}

// How many rows may wait for an action.
fn waiting() -> u32 {
  return select(0u, min(N_STEPS, REGION - 1u), NEEDS_NEXT_ACTION);
}

// A row that was written, then those before it in its lane, then those behind it.
fn touchedRow(agent: u32, i: u32, each: u32) -> u32 {
  let row = writtenRow(agent, i / each);
  let first = row / REGION * REGION;
  let part = i % each;
  let before = select(part, waiting() + REGION - part, part > waiting());
  return first + (row - first + REGION - before) % REGION;
}

// Makes all sums of the sum tree anew from its leaves, level by level.
//
// tree [agents × TREE_STRIDE]

import package::lib::sum_tree::{TREE_DEPTH, ancestorOf, levelSize, refresh};

const WORKGROUP = 256u;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) me: u32, @builtin(workgroup_id) group: vec3u) {
  for (var height = 1u; height < TREE_DEPTH; height++) {
    for (var i = me; i < levelSize(height); i += WORKGROUP) {
      refresh(group.z, ancestorOf(0u, height) + i);
    }
    storageBarrier();
  }
}

// A small network of dense layers, forward, in one dispatch: a team takes GROUP_ROWS rows of every pass
// through all layers. Its bindings are those of lib/fused_layers.

import constants::{GROUP_ROWS, TEAM, WORKGROUP};
import package::lib::fused_layers::forwardRows;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  forwardRows(id.z, id.x / TEAM * GROUP_ROWS, id.x % TEAM);
}

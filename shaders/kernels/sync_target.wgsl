// The target network follows the online one: θ⁻ ← τ·θ + (1 − τ)·θ⁻, with τ = tauBefore of the table.
//
// parameters [agents × (online, target) × PARAMETERS4]   in and out

import package::lib::tick::table;

override PARAMETERS4: u32 = 1u;

@group(0) @binding(0) var<storage, read_write> parameters: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tau = table[id.z].tauBefore;
  for (var i = id.x; i < PARAMETERS4; i += groups.x * 64u) {
    let online = id.z * 2u * PARAMETERS4 + i;
    let target_ = online + PARAMETERS4;
    // At τ = 1 a copy to the last bit, which mix need not be.
    parameters[target_] = select(
      mix(parameters[target_], parameters[online], tau),
      parameters[online],
      tau >= 1.0,
    );
  }
}

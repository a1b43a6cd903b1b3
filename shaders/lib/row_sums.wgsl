// Sums over the invocations of a workgroup, in a fixed order.

import constants::WORKGROUP;

var<workgroup> rowSums: array<vec4f, WORKGROUP>;

// Every invocation gets the sum; all must call it.
fn sumOverRow(local: u32, term: vec4f) -> vec4f {
  rowSums[local] = term;
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (local < half) {
      rowSums[local] += rowSums[local + half];
    }
    workgroupBarrier();
  }
  return rowSums[0];
}

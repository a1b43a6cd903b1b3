// Sums over the invocations of a workgroup, in a fixed order. Every invocation gets the sum; all must
// call.

import constants::WORKGROUP;

var<workgroup> vectors: array<vec4f, WORKGROUP>;
var<workgroup> numbers: array<f32, WORKGROUP>;

fn sumOfVectors(local: u32, term: vec4f) -> vec4f {
  vectors[local] = term;
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (local < half) {
      vectors[local] += vectors[local + half];
    }
    workgroupBarrier();
  }
  return vectors[0];
}

fn sumOfNumbers(local: u32, term: f32) -> f32 {
  numbers[local] = term;
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (local < half) {
      numbers[local] += numbers[local + half];
    }
    workgroupBarrier();
  }
  return numbers[0];
}

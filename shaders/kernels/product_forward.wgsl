// A row's features times the embedding of each of its quantile samples: x = ψ(s) ∘ φ(τ).
//
// activations [agents × …]   ψ at FEATURES_AT, a row for each row of the batch; φ at EMBEDDING_AT and x
//                            at OUTPUT_AT, a row for each sample
// slopes      [agents × …]   out, pass 0 only: 1, since a product is no activation
//
// Dabney et al.: Implicit quantile networks (arXiv 1806.06923), section 3.1.

import package::lib::passes::{BATCH, choiceOf, rowsBefore, rowsOf, samplesOf};

override WIDTH4: u32 = 1u;
override FEATURES_AT: u32 = 0u;
override FEATURES_STRIDE: u32 = 1u;
// Whether the features are the network's inputs, of which passes may share one; then which.
override READS_INPUTS: bool = false;
override INPUT_OF: u32 = 0u;
override EMBEDDING_AT: u32 = 0u;
override OUTPUT_AT: u32 = 0u;
override SLOPES_AT: u32 = 0u;
override ACTIVATIONS_AGENT: u32 = 0u;
override SLOPES_AGENT: u32 = 0u;

@group(0) @binding(0) var<storage, read_write> activations: array<vec4f>;
@if(training) @group(0) @binding(1) var<storage, read_write> slopes: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let pass_ = id.y;
  let agent = id.z;
  let row = id.x / WIDTH4;
  let column = id.x % WIDTH4;
  if (row >= rowsOf(pass_, true)) {
    return;
  }
  let base = agent * ACTIVATIONS_AGENT;
  let batchRow = row / samplesOf(pass_);
  let featureRow = batchRow + select(rowsBefore(pass_, false), choiceOf(INPUT_OF, pass_) * BATCH, READS_INPUTS);
  let feature = activations[base + FEATURES_AT + featureRow * FEATURES_STRIDE + column];
  let at = (rowsBefore(pass_, true) + row) * WIDTH4 + column;
  activations[base + OUTPUT_AT + at] = feature * activations[base + EMBEDDING_AT + at];
  @if(training) {
    if (pass_ == 0u) {
      slopes[agent * SLOPES_AGENT + SLOPES_AT + id.x] = vec4f(1.0);
    }
  }
}

// The product of features and embeddings, backward to both:
// δ_φ = δ_x ∘ ψ ∘ f′_φ for each sample, δ_ψ = (Σ_samples δ_x ∘ φ) ∘ f′_ψ.
//
// activations [agents × …]   ψ at FEATURES_AT, φ at EMBEDDING_AT, pass 0
// slopes      [agents × …]   f′ of both, where their deltas lie too
// deltas      [agents × …]   δ_x at OUTPUT_DELTAS_AT; δ_ψ to FEATURES_DELTAS_AT, δ_φ to
//                            EMBEDDING_DELTAS_AT
//
// An invocation for each vec4 of a row of features; it goes through the row's samples in order.

override BATCH: u32 = 1u;
override SAMPLES: u32 = 1u;
override WIDTH4: u32 = 1u;
override FEATURES_AT: u32 = 0u;
override FEATURES_STRIDE: u32 = 1u;
override EMBEDDING_AT: u32 = 0u;
override FEATURES_DELTAS_AT: u32 = 0u;
override EMBEDDING_DELTAS_AT: u32 = 0u;
override OUTPUT_DELTAS_AT: u32 = 0u;
// Whether anything is to be learnt below the features.
override LEARNS_FEATURES: bool = true;
override ACTIVATIONS_AGENT: u32 = 0u;
override SLOPES_AGENT: u32 = 0u;

@group(0) @binding(0) var<storage, read> activations: array<vec4f>;
@group(0) @binding(1) var<storage, read> slopes: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> deltas: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let agent = id.z;
  let row = id.x / WIDTH4;
  let column = id.x % WIDTH4;
  if (row >= BATCH) {
    return;
  }
  let values = agent * ACTIVATIONS_AGENT;
  let changes = agent * SLOPES_AGENT;
  let featureAt = row * FEATURES_STRIDE + column;
  let feature = activations[values + FEATURES_AT + featureAt];
  var sum = vec4f();
  for (var sample = 0u; sample < SAMPLES; sample++) {
    let at = (row * SAMPLES + sample) * WIDTH4 + column;
    let delta = deltas[changes + OUTPUT_DELTAS_AT + at];
    sum += delta * activations[values + EMBEDDING_AT + at];
    deltas[changes + EMBEDDING_DELTAS_AT + at] = delta * feature * slopes[changes + EMBEDDING_DELTAS_AT + at];
  }
  if (LEARNS_FEATURES) {
    let at = changes + FEATURES_DELTAS_AT + featureAt;
    deltas[at] = sum * slopes[at];
  }
}

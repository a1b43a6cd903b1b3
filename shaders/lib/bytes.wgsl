// Observations that are kept as bytes, four in a word, the lowest first.

// What a byte is multiplied with.
override SCALE: f32 = 1.0;

fn fromBytes(word: u32) -> vec4f {
  return vec4f((vec4u(word) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u)) * SCALE;
}

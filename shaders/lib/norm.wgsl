// A row's layer normalisation: x̂ = (z − mean) / √(variance + ε) over its WIDTH numbers.
// Ba, Kiros, Hinton: Layer normalization (arXiv 1607.06450); ε as PyTorch's default.

// Numbers in a row; the rest of its last vec4 is padding.
override WIDTH: u32 = 1u;
override WIDTH4: u32 = 1u;

const EPSILON = 1e-5;

@group(0) @binding(0) var<storage, read_write> activations: array<vec4f>;

// A row's mean, and one over its standard deviation.
struct RowScale {
  mean: f32,
  factor: f32,
}

// The components of a vec4 that are no padding.
fn isWithin(column4: u32) -> vec4<bool> {
  return vec4u(4u * column4) + vec4u(0u, 1u, 2u, 3u) < vec4u(WIDTH);
}

// The mean first, then the squares about it: a difference of sums would lose digits.
fn rowScale(at: u32) -> RowScale {
  var sum = vec4f();
  for (var k = 0u; k < WIDTH4; k++) {
    sum += activations[at + k];
  }
  let mean = dot(sum, vec4f(1.0)) / f32(WIDTH);
  var squares = 0.0;
  for (var k = 0u; k < WIDTH4; k++) {
    let centred = select(vec4f(), activations[at + k] - mean, isWithin(k));
    squares += dot(centred, centred);
  }
  return RowScale(mean, 1.0 / sqrt(squares / f32(WIDTH) + EPSILON));
}

// Four normalised numbers of a row; padding gives zeros.
fn normalized(at: u32, k: u32, scale: RowScale) -> vec4f {
  return select(vec4f(), scale.factor * (activations[at + k] - scale.mean), isWithin(k));
}

// f(x) = max(x, 0); the slope at 0 is 0, as in PyTorch.

fn activate(x: vec4f) -> vec4f {
  return max(x, vec4f());
}

fn slope(x: vec4f) -> vec4f {
  return select(vec4f(), vec4f(1.0), x > vec4f());
}

// The slope where f(x) is y.
fn slopeOf(y: vec4f) -> vec4f {
  return select(vec4f(), vec4f(1.0), y > vec4f());
}

// f(x) = tanh x. The argument is clamped where tanh is 1 to the last bit of a float32 anyway, since
// some drivers compute it through exp, which overflows.

fn activate(x: vec4f) -> vec4f {
  return tanh(clamp(x, vec4f(-10.0), vec4f(10.0)));
}

fn slope(x: vec4f) -> vec4f {
  let y = activate(x);
  return 1.0 - y * y;
}

// The slope where f(x) is y.
fn slopeOf(y: vec4f) -> vec4f {
  return 1.0 - y * y;
}

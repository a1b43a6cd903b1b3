// An optimiser's running averages for four parameters; an optimiser uses the first MOMENTS of them.

struct Moments {
  m0: vec4f,
  m1: vec4f,
  m2: vec4f,
}

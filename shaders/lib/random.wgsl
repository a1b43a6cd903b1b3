// Random numbers drawn one after another, as an environment or an agent that acts wants them: Philox
// under a counter that says whose draw it is (the lane), when (the step, 64 bits) and which of the
// step's calls. So a draw depends on nothing that happened before it, and a lane's numbers do not
// depend on how many lanes there are.

import package::lib::philox::{multiplyWide, philox};

struct Random {
  // The seed, and what the numbers are for (STREAMS in src/gpu/philox.ts).
  key: vec2u,
  // Lane, call, step. A call gives four words, used one by one.
  counter: vec4u,
  words: vec4u,
  // How many of the four are still unused.
  left: u32,
}

fn randomOf(seed: u32, stream: u32, lane: u32, stepLow: u32, stepHigh: u32) -> Random {
  return Random(vec2u(seed, stream), vec4u(lane, 0u, stepLow, stepHigh), vec4u(), 0u);
}

// The next 32 random bits.
fn word(random: ptr<function, Random>) -> u32 {
  if ((*random).left == 0u) {
    (*random).words = philox((*random).counter, (*random).key);
    (*random).counter.y += 1u;
    (*random).left = 4u;
  }
  let next = (*random).words.x;
  (*random).words = (*random).words.yzwx;
  (*random).left -= 1u;
  return next;
}

// A number in [0, 1): one of 2²⁴, equally likely. Not named "uniform": a function of that name hides
// the address space, and no kernel with a `var<uniform>` would compile.
fn unit(random: ptr<function, Random>) -> f32 {
  return f32(word(random) >> 8u) * 0x1p-24;
}

// A number of 0 … n − 1 (0 where n is 0). Each has a probability within 2⁻³² of 1/n: no draw is
// repeated, which would cost every lane of a subgroup the time of its unluckiest.
fn below(random: ptr<function, Random>, n: u32) -> u32 {
  return multiplyWide(word(random), n).y;
}

// True with probability p, to 24 bits: never for 0, always for 1.
fn chance(random: ptr<function, Random>, p: f32) -> bool {
  return unit(random) < p;
}

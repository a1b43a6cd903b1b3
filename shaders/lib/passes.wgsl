// Forward passes side by side, up to four; src/nn/passes.ts lists them.
//
// A block of numbers has BATCH rows for each pass, or BATCH·SAMPLES_p where it is sampled (IQN: rows of
// quantile samples), pass after pass.

override BATCH: u32 = 1u;
override SAMPLES_0: u32 = 1u;
override SAMPLES_1: u32 = 1u;
override SAMPLES_2: u32 = 1u;
override SAMPLES_3: u32 = 1u;

// Quantile samples for each row of the batch in a pass.
fn samplesOf(pass_: u32) -> u32 {
  switch pass_ {
    case 0u: { return SAMPLES_0; }
    case 1u: { return SAMPLES_1; }
    case 2u: { return SAMPLES_2; }
    default: { return SAMPLES_3; }
  }
}

// The same, summed over all passes before.
fn samplesBefore(pass_: u32) -> u32 {
  switch pass_ {
    case 0u: { return 0u; }
    case 1u: { return SAMPLES_0; }
    case 2u: { return SAMPLES_0 + SAMPLES_1; }
    default: { return SAMPLES_0 + SAMPLES_1 + SAMPLES_2; }
  }
}

// Rows of a block in one pass, and before it.
fn rowsOf(pass_: u32, isSampled: bool) -> u32 {
  return BATCH * select(1u, samplesOf(pass_), isSampled);
}

fn rowsBefore(pass_: u32, isSampled: bool) -> u32 {
  return BATCH * select(pass_, samplesBefore(pass_), isSampled);
}

// A pass's four bits in a word.
fn choiceOf(word: u32, pass_: u32) -> u32 {
  return (word >> (4u * pass_)) & 15u;
}

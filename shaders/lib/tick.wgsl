// One agent's entry in the table: all that an update has to be told, computed by the host in float64.
// TypeScript reads the field names from this struct (src/gpu/table.ts).

import constants::AGENTS;

struct Tick {
  // Randomness: the key's seed, and as a 64-bit counter the number of the update, or of the step where
  // environments are stepped. Aligned so that the entries of several agents lie 16 bytes apart, as
  // uniform arrays must.
  @align(16) seed: u32,
  updateLow: u32,
  updateHigh: u32,

  // Replay: rows stored in the fullest lane; rewards as they are when drawn.
  filled: u32,
  gamma: f32,
  rewardScale: f32,
  rewardClip: f32,
  // Prioritised: a row's weight is (priority + eps)^α, its importance weight goes with β.
  priorityAlpha: f32,
  priorityBeta: f32,
  priorityEps: f32,
  // Sequential: the row where the batch starts.
  sequenceStart: u32,

  // Optimiser. gain1 and gain2 are 1 − β₁ and 1 − β₂, which a float32 β could not give exactly;
  // correction1 and correction2 are Adam's 1/(1 − β₁ᵗ) and 1/√(1 − β₂ᵗ).
  learningRate: f32,
  weightDecay: f32,
  beta1: f32,
  beta2: f32,
  gain1: f32,
  gain2: f32,
  epsilon: f32,
  momentum: f32,
  correction1: f32,
  correction2: f32,

  // Clipping; a huge number means none.
  maxGradNorm: f32,
  maxGradValue: f32,

  // Share of the online network that the target takes over after this update: 0 leaves it alone.
  tau: f32,
  // The same before this update, for targets that follow environment steps or episodes.
  tauBefore: f32,

  // Munchausen: temperature of its policy, share of the log in the reward, and its least value.
  munchausenTau: f32,
  munchausenAlpha: f32,
  munchausenClip: f32,

  // 1 where the batch has been laid by hand; the same of its quantile samples.
  explicitBatch: u32,
  explicitTaus: u32,

  // Row of the history that this update's diagnostics go to.
  historyRow: u32,

  // Acting, where environments are on the GPU: the odds of a random action, Boltzmann's temperature (0:
  // the best action), and the newest row of each lane, counted inside the lane.
  exploration: f32,
  temperature: f32,
  openRow: u32,
}

@group(1) @binding(0) var<uniform> table: array<Tick, AGENTS>;

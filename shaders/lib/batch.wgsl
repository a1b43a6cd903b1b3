// A dense batch's row: what a transition is once it has been drawn. Everything after the gather sees
// only these rows and the observations beside them.

struct Sample {
  action: u32,
  // Sum of m ≤ n discounted rewards.
  reward: f32,
  // c·γᵐ: what the value of the next observation counts; 0 after a termination.
  discount: f32,
  // Importance weight: 1 unless sampling is prioritised.
  weight: f32,
  // The action taken at the next observation, where the target needs it (SARSA).
  nextAction: u32,
  // Which actions are allowed at the observation and at the next one, a bit each; all ones by default.
  mask: u32,
  nextMask: u32,
  // Eight words in all.
  spare: u32,
}

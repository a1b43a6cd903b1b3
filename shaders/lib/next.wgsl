// What a target makes of the next observations: a mixture of actions. All targets, scalar or
// distributional, are r + bonus + discount · Σ_a share(a) · (Z(s′, a) − shift(a)); the target's slot
// says which.

// What has been found out about a row once, for all its actions.
struct Next {
  // The best action, or the one that was taken.
  action: u32,
  // The highest value, and how much the log of the sum over all actions lies above it, scaled.
  highest: f32,
  spread: f32,
}

// An action's share of the mixture, and what is taken off its value.
struct Share {
  weight: f32,
  shift: f32,
}

// Huber loss with δ = 1, PyTorch's smooth_l1_loss: x²/2 inside ±1, |x| − 1/2 outside.

fn lossValue(x: f32) -> f32 {
  let size = abs(x);
  return select(size - 0.5, 0.5 * x * x, size < 1.0);
}

fn lossSlope(x: f32) -> f32 {
  return clamp(x, -1.0, 1.0);
}

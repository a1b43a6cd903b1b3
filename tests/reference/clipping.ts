/**
 * Gradient clipping in float64, as `clip_grad_value_` and `clip_grad_norm_` of `torch.nn.utils`.
 *
 * @module
 */

/** Clamps each element to ±`limit`, in place. */
export function clipByValue(gradients: readonly Float64Array[], limit: number): void {
  for (const gradient of gradients) {
    for (let i = 0; i < gradient.length; i++) {
      gradient[i] = Math.min(limit, Math.max(-limit, gradient[i]));
    }
  }
}

/** The Euclidean norm of all elements together. */
export function globalNorm(gradients: readonly Float64Array[]): number {
  let square = 0;
  for (const gradient of gradients) for (const g of gradient) square += g * g;
  return Math.sqrt(square);
}

/** Scales all gradients by min(1, `limit` / (norm + 1e-6)), in place; returns the norm before. */
export function clipByNorm(gradients: readonly Float64Array[], limit: number): number {
  const norm = globalNorm(gradients);
  const factor = Math.min(1, limit / (norm + 1e-6));
  for (const gradient of gradients) {
    for (let i = 0; i < gradient.length; i++) gradient[i] *= factor;
  }
  return norm;
}

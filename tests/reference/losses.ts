/**
 * Losses in float64, as `torch.nn.functional.smooth_l1_loss` and `mse_loss`.
 *
 * @module
 */

/** The losses by DinoQ's names; Huber has δ = 1, where it equals smooth L1. */
export type Loss = "huber" | "mse";

/** The loss of an error. */
export function lossValue(loss: Loss, error: number): number {
  if (loss === "mse") return error * error;
  return Math.abs(error) < 1 ? 0.5 * error * error : Math.abs(error) - 0.5;
}

/** The loss's slope at an error. */
export function lossSlope(loss: Loss, error: number): number {
  if (loss === "mse") return 2 * error;
  return Math.abs(error) < 1 ? error : Math.sign(error);
}

/** The mean over the batch of weight · loss(error); weights are 1 when there are none. */
export function meanLoss(loss: Loss, errors: Float64Array, weights?: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < errors.length; i++) sum += (weights?.[i] ?? 1) * lossValue(loss, errors[i]);
  return sum / errors.length;
}

/** ρ of arXiv 1710.10044, equation 10, over κ; κ = 0 is plain quantile regression. */
export function quantileLoss(error: number, tau: number, kappa: number): number {
  const size = Math.abs(error);
  const huber = size < kappa ? 0.5 * error * error / kappa : size - 0.5 * kappa;
  return Math.abs(tau - (error < 0 ? 1 : 0)) * huber;
}

/** Its slope by the error. */
export function quantileLossSlope(error: number, tau: number, kappa: number): number {
  const huber = Math.abs(error) < kappa ? error / kappa : Math.sign(error);
  return Math.abs(tau - (error < 0 ? 1 : 0)) * huber;
}

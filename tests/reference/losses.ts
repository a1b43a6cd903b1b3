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

/** Tests of the reference losses: against PyTorch and by finite differences. */

import assert from "node:assert/strict";
import { loadFunctions } from "../fixtures/torch/load.ts";
import {
  type Loss,
  lossSlope,
  lossValue,
  meanLoss,
  quantileLoss,
  quantileLossSlope,
} from "./losses.ts";

const LOSSES: Loss[] = ["huber", "mse"];

Deno.test("reference losses: values and slopes are PyTorch's", async () => {
  const { x, functions } = await loadFunctions();
  for (const loss of LOSSES) {
    const { y, slope } = functions[loss];
    x.forEach((error, i) => {
      assert.ok(Math.abs(lossValue(loss, error) - y[i]) < 1e-14, `${loss}(${error})`);
      assert.ok(Math.abs(lossSlope(loss, error) - slope[i]) < 1e-14, `${loss}'(${error})`);
    });
  }
});

Deno.test("reference losses: slopes are the values' derivatives", () => {
  const h = 1e-6;
  for (const loss of LOSSES) {
    for (let error = -3; error < 3; error += 0.0937) {
      const difference = (lossValue(loss, error + h) - lossValue(loss, error - h)) / (2 * h);
      assert.ok(Math.abs(difference - lossSlope(loss, error)) < 1e-6, `${loss} at ${error}`);
    }
  }
});

Deno.test("reference losses: the mean is over the batch, whatever the weights sum to", () => {
  const errors = Float64Array.of(0.5, -2);
  assert.equal(meanLoss("huber", errors), (0.125 + 1.5) / 2);
  assert.equal(meanLoss("mse", errors, [0.5, 0.25]), (0.5 * 0.25 + 0.25 * 4) / 2);
});

Deno.test("reference losses: quantile losses worked out by hand", () => {
  // At τ = 1/4 a prediction that is too low (error > 0) costs a quarter, one too high three quarters.
  assert.equal(quantileLoss(2, 0.25, 0), 0.5);
  assert.equal(quantileLoss(-2, 0.25, 0), 1.5);
  assert.equal(quantileLoss(0, 0.25, 0), 0);
  assert.equal(quantileLoss(0.5, 0.25, 1), 0.25 * 0.125);
  assert.equal(quantileLoss(-2, 0.25, 1), 0.75 * 1.5);
  // Divided by κ: 0.5 · 1² / 2, and 2 · (3 − 1) / 2.
  assert.equal(quantileLoss(1, 0.5, 2), 0.5 * 0.25);
  assert.equal(quantileLoss(3, 0.5, 2), 0.5 * 2);
  const h = 1e-6;
  for (const kappa of [0, 0.5, 1, 2]) {
    for (let error = -3; error < 3; error += 0.0937) {
      const values = [error + h, error - h].map((x) => quantileLoss(x, 0.3, kappa));
      const difference = (values[0] - values[1]) / (2 * h);
      assert.ok(Math.abs(difference - quantileLossSlope(error, 0.3, kappa)) < 1e-6);
    }
  }
});

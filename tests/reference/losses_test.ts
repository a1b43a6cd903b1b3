/** Tests of the reference losses: against PyTorch and by finite differences. */

import assert from "node:assert/strict";
import { loadFunctions } from "../fixtures/torch/load.ts";
import { type Loss, lossSlope, lossValue, meanLoss } from "./losses.ts";

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

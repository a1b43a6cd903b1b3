/** Tests of reference clipping on worked examples; dqn_test.ts compares it with PyTorch. */

import assert from "node:assert/strict";
import { clipByNorm, clipByValue, globalNorm } from "./clipping.ts";

Deno.test("reference clipping: by value, each element on its own", () => {
  const gradients = [Float64Array.of(-3, 0.5), Float64Array.of(2)];
  clipByValue(gradients, 1);
  assert.deepEqual(gradients.map((g) => [...g]), [[-1, 0.5], [1]]);
});

Deno.test("reference clipping: by the norm of all arrays together", () => {
  const gradients = [Float64Array.of(3, 0), Float64Array.of(4)];
  assert.equal(globalNorm(gradients), 5);
  assert.equal(clipByNorm(gradients, 2.5), 5);
  const factor = 2.5 / (5 + 1e-6);
  assert.deepEqual(gradients.map((g) => [...g]), [[3 * factor, 0], [4 * factor]]);
});

Deno.test("reference clipping: a norm within the limit changes nothing", () => {
  const gradients = [Float64Array.of(0.3, -0.4)];
  assert.equal(clipByNorm(gradients, 10), 0.5);
  assert.deepEqual([...gradients[0]], [0.3, -0.4]);
  assert.equal(clipByNorm(gradients, Infinity), 0.5);
  assert.deepEqual([...gradients[0]], [0.3, -0.4]);
});

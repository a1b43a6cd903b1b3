import assert from "node:assert/strict";
import { PCG64, RunningMeanStd } from "../../../src/envs/mod.ts";

Deno.test("running_mean_std: mean and variance are those of all arrays", () => {
  const rng = new PCG64(1);
  const arrays = Array.from({ length: 500 }, () => [rng.nextDouble(), 5 - 9 * rng.nextDouble()]);
  for (const [dtype, tolerance] of [["float64", 1e-6], ["float32", 1e-5]] as const) {
    const statistics = new RunningMeanStd(2, dtype);
    assert.ok(!statistics.isUpdated);
    for (const array of arrays) statistics.update(array);
    assert.ok(statistics.isUpdated);
    for (const i of [0, 1]) {
      const mean = arrays.reduce((sum, array) => sum + array[i], 0) / 500;
      const variance = arrays.reduce((sum, array) => sum + (array[i] - mean) ** 2, 0) / 500;
      // The start, mean 0 and variance 1, counts for 0.0001 of 500.
      assert.ok(Math.abs(statistics.mean[i] - mean) < tolerance, `mean ${i} in ${dtype}`);
      assert.ok(Math.abs(statistics.variance[i] - variance) < 2 * tolerance, `variance ${i}`);
    }
  }
});

Deno.test("running_mean_std: the state is exact", () => {
  const statistics = new RunningMeanStd(2), copy = new RunningMeanStd(2);
  statistics.update([0.1, NaN]);
  statistics.update([1e-300, 1]);
  copy.setState(JSON.parse(JSON.stringify(statistics.getState())));
  assert.deepEqual(copy, statistics);
  assert.ok(Number.isNaN(copy.mean[1]));
});

Deno.test("running_mean_std: an array of another length is refused", () => {
  assert.throws(
    () => new RunningMeanStd(2).update([1]),
    /RunningMeanStd: update wants 2 numbers, got 1/,
  );
});

/** Tests of explicit batches: laid out as the gather kernel would leave them, or refused. */

import assert from "node:assert/strict";
import { type Batch, layOutBatch, SAMPLE_WORDS } from "../../src/dqn/batch.ts";

/** Two transitions of three numbers, with three actions to choose from. */
const BATCH: Batch = {
  observations: Float32Array.of(1, 2, 3, 4, 5, 6),
  nextObservations: Float32Array.of(10, 20, 30, 40, 50, 60),
  actions: Int32Array.of(2, 0),
  rewards: Float32Array.of(0.5, -1),
  terminated: [false, true],
};

/** Rows of [action, reward, discount, weight]. */
function samplesOf(batch: Batch, gamma = 0.75): number[][] {
  const { rows, samples } = layOutBatch(batch, 3, 3, gamma);
  const actions = new Uint32Array(samples.buffer);
  return Array.from(
    { length: rows },
    (_, row) => [
      actions[SAMPLE_WORDS * row],
      ...samples.subarray(SAMPLE_WORDS * row + 1, SAMPLE_WORDS * row + 4),
    ],
  );
}

Deno.test("batch: observations, then next observations, each row padded to a vec4", () => {
  const { rows, inputs } = layOutBatch(BATCH, 3, 3, 0.9);
  assert.equal(rows, 2);
  assert.deepEqual([...inputs], [1, 2, 3, 0, 4, 5, 6, 0, 10, 20, 30, 0, 40, 50, 60, 0]);
  const five = layOutBatch(
    {
      ...BATCH,
      observations: new Float32Array(10).fill(1),
      nextObservations: new Float32Array(10).fill(2),
    },
    5,
    3,
    0.9,
  );
  const row = (x: number) => [x, x, x, x, x, 0, 0, 0];
  assert.deepEqual([...five.inputs], [...row(1), ...row(1), ...row(2), ...row(2)]);
});

Deno.test("batch: discounts are gamma, and weights 1, where none are given", () => {
  assert.deepEqual(samplesOf(BATCH), [[2, 0.5, 0.75, 1], [0, -1, 0, 1]]);
});

Deno.test("batch: given discounts and weights count, but not the discount of a termination", () => {
  const discounts = Float32Array.of(0.5, 0.25);
  const weights = Float32Array.of(2, 0);
  assert.deepEqual(samplesOf({ ...BATCH, discounts, weights }), [[2, 0.5, 0.5, 2], [0, -1, 0, 0]]);
});

Deno.test("batch: terminations may be booleans or numbers", () => {
  const wanted = samplesOf(BATCH);
  assert.deepEqual(samplesOf({ ...BATCH, terminated: Uint8Array.of(0, 1) }), wanted);
  assert.deepEqual(samplesOf({ ...BATCH, terminated: [0, 1] }), wanted);
});

Deno.test("batch: it is copied", () => {
  const observations = BATCH.observations.slice();
  const { inputs } = layOutBatch({ ...BATCH, observations }, 3, 3, 0.9);
  observations.fill(99);
  assert.equal(inputs[0], 1);
});

Deno.test("batch: what does not fit is refused, with what was wanted and given", () => {
  const floats = (...numbers: number[]) => Float32Array.from(numbers);
  const cases: [Partial<Batch>, string][] = [
    [{ actions: new Int32Array(0) }, "a batch must hold at least one transition, got none"],
    [{ observations: floats(1) }, "observations must have 6 entries for 2 actions, got 1"],
    [{ nextObservations: floats() }, "nextObservations must have 6 entries for 2 actions, got 0"],
    [{ rewards: floats(1, 2, 3) }, "rewards must have 2 entries for 2 actions, got 3"],
    [{ terminated: [true] }, "terminated must have 2 entries for 2 actions, got 1"],
    [{ weights: floats(1) }, "weights must have 2 entries for 2 actions, got 1"],
    [{ discounts: floats(1) }, "discounts must have 2 entries for 2 actions, got 1"],
    [{ actions: Int32Array.of(0, 3) }, "actions[1] must lie in 0 to 2, got 3"],
    [{ actions: Int32Array.of(-1, 0) }, "actions[0] must lie in 0 to 2, got -1"],
    [{ rewards: floats(0, NaN) }, "rewards[1] must be a finite number, got NaN"],
    [{ weights: floats(Infinity, 0) }, "weights[0] must be a finite number, got Infinity"],
    [{ discounts: floats(0, -Infinity) }, "discounts[1] must be a finite number, got -Infinity"],
    [
      { observations: floats(1, 2, NaN, 4, 5, 6) },
      "observations[2] must be a finite number, got NaN",
    ],
    [
      { nextObservations: floats(1, 2, 3, 4, 5, Infinity) },
      "nextObservations[5] must be a finite number, got Infinity",
    ],
  ];
  for (const [change, message] of cases) {
    assert.throws(() => layOutBatch({ ...BATCH, ...change }, 3, 3, 0.9), {
      name: "RangeError",
      message,
    });
  }
});

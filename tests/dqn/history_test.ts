/**
 * Tests of the history of updates: diagnostics without a readback for each update.
 *
 * @module
 */

import assert from "node:assert/strict";
import { HISTORY_ROWS } from "../../src/dqn/history.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { distance } from "../nn/harness.ts";
import {
  createLearner,
  dense,
  DIAGNOSTICS,
  explicitBatch,
  pool,
  referenceFor,
  settings,
} from "./harness.ts";

const gpu = await Gpu.open();

Deno.test("history: diagnostics are the means of what each update saw", async () => {
  const learner = await createLearner(gpu);
  const reference = await referenceFor(learner);
  const none = await learner.diagnostics();
  assert(DIAGNOSTICS.every((key) => Number.isNaN(none[key])), "NaN before the first update");
  for (const count of [1, 4, 11]) {
    const looks = [];
    for (let i = 0; i < count; i++) {
      const batch = explicitBatch(6, 10 * i);
      await learner.trainOnBatch(dense(batch), settings());
      const { loss, meanQ, gradNorm, tdErrors } = reference.update(batch);
      const tdError = tdErrors.reduce((sum, x) => sum + Math.abs(x), 0) / 6;
      looks.push({ updates: 1, seen: { loss, meanQ, gradNorm, tdError } });
    }
    const seen = await learner.diagnostics();
    const off = distance(DIAGNOSTICS.map((key) => seen[key]), pool(looks));
    assert(off < 1e-4, `${count} updates: off by ${off}`);
  }
  const after = await learner.diagnostics();
  assert(DIAGNOSTICS.every((key) => Number.isNaN(after[key])), "and NaN when none is new");
  learner.close();
});

Deno.test("history: when more updates were made than are kept, diagnostics are the newest ones'", async () => {
  const [looker, other] = [await createLearner(gpu), await createLearner(gpu)];
  await looker.train(300, settings());
  await looker.diagnostics();
  await looker.train(HISTORY_ROWS, settings());
  await other.train(300 + HISTORY_ROWS, settings());
  assert.deepEqual(await other.diagnostics(), await looker.diagnostics());
  looker.close();
  other.close();
});

/**
 * Tests of the health word: a run that diverges says so, and keeps its last finite network.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Gpu } from "../../src/gpu/gpu.ts";
import { createLearner, dense, explicitBatch, settings } from "./harness.ts";

const gpu = await Gpu.open();

Deno.test("health: parameters that are NaN reject the run, and can be replaced", async () => {
  const learner = await createLearner(gpu);
  await learner.train(5, settings());
  const good = await learner.getTensors();
  const spoilt = structuredClone(good.online);
  spoilt["2.bias"].data[1] = NaN;
  learner.setTensors({ online: spoilt });
  const before = await learner.getTensors();
  const diverged = /not a finite number: training has diverged/;
  await assert.rejects(learner.train(30, settings()).then(() => learner.settle()), diverged);
  assert.deepEqual(await learner.getTensors(), before, "nothing of it was applied");
  await assert.rejects(learner.trainOnBatch(dense(explicitBatch(6, 1)), settings()), diverged);
  assert.deepEqual(await learner.getTensors(), before);

  learner.setTensors({ online: good.online });
  await learner.train(5, settings());
  await learner.settle();
  const after = await learner.getTensors();
  assert.notDeepEqual(after.online, good.online);
  assert(Object.values(after.online).every(({ data }) => data.every(Number.isFinite)));
  learner.close();
});

Deno.test("health: a run that diverges keeps the last finite network", async () => {
  const learner = await createLearner(gpu, {
    optimizer: "sgd",
    loss: "mse",
    maxGradNorm: null,
    activation: "identity",
  });
  const diverging = settings({ learningRate: 1e4 });
  await assert.rejects(
    learner.train(500, diverging).then(() => learner.settle()),
    /training has diverged/,
  );
  const { online } = await learner.getTensors();
  assert(Object.values(online).every(({ data }) => data.every(Number.isFinite)));
  learner.close();
});

/**
 * Tests of the learner: submits of any size give the same bits, what is restored goes on, target updates,
 * Q-values, and what is refused.
 */

import assert from "node:assert/strict";
import { Learner } from "../../src/dqn/learner.ts";
import { resolveConfig } from "../../src/dqn/config.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { pause } from "../gpu/harness.ts";
import { distance, randomFloats, referenceOf } from "../nn/harness.ts";
import { forward } from "../reference/mlp.ts";
import {
  createLearner,
  dense,
  explicitBatch,
  fillRing,
  pool,
  referenceFor,
  ringOf,
  settings,
  SHAPE,
} from "./harness.ts";

const gpu = await Gpu.open();

Deno.test("learner: 100 updates are the same bits in submits of 1, 7 and as many as there are", async () => {
  /** One target update is pending after 40 updates, and comes with the next. */
  const run = async (size: number, pending: number) => {
    const learner = await createLearner(gpu, { doubleQ: true, nSteps: 2 });
    const looks = [];
    for (let made = 0; made < 100;) {
      const updates = Math.min(size, (made < 40 ? 40 : 100) - made);
      const tauBefore = made === 40 ? pending : 0;
      // Others fall inside of submits and at their ends.
      const tauAfter = (update: number) => update % 9 === 0 ? 0.5 : 0;
      assert.equal(await learner.train(updates, settings({ tauBefore, tauAfter })), updates);
      made += updates;
      looks.push({ updates, seen: await learner.diagnostics() });
    }
    assert.equal(learner.updates, 100);
    const tensors = await learner.getTensors();
    learner.close();
    return { tensors, seen: pool(looks) };
  };
  const first = await run(1, 0.7);
  for (const size of [7, 100]) {
    const other = await run(size, 0.7);
    assert.deepEqual(other.tensors, first.tensors);
    assert(distance(other.seen, first.seen) < 1e-12, "diagnostics are means over the same updates");
  }
  assert.notDeepEqual((await run(100, 0)).tensors, first.tensors);
});

for (const sampling of ["uniform", "prioritized"] as const) {
  Deno.test(`learner: updates of a submit are uploaded at once, and none is read back by itself, ${sampling}`, async () => {
    const learner = await createLearner(gpu, { sampling });
    await learner.train(200, settings());
    await learner.settle();
    const before = { ...gpu.traffic };
    await learner.train(200, settings());
    await learner.settle();
    const submits = gpu.traffic.submits - before.submits;
    const readbacks = gpu.traffic.readbacks - before.readbacks;
    const uploads = gpu.traffic.uploads - before.uploads;
    // Submits of updates and those of readbacks.
    assert.equal(submits - readbacks, uploads);
    assert(uploads < 100 && readbacks < 100, `${uploads} uploads, ${readbacks} readbacks`);
    learner.close();
  });
}

Deno.test("learner: the same seed gives the same run, another seed another", async () => {
  const run = async (seed: number) => {
    const learner = await createLearner(gpu, { seed });
    await learner.train(20, settings());
    const { online } = await learner.getTensors();
    learner.close();
    return online;
  };
  const first = await run(1);
  assert.deepEqual(await run(1), first);
  assert.notDeepEqual(await run(2), first);
});

Deno.test("learner: tensors and ring restored, it goes on to the same bits", async () => {
  const original = await createLearner(gpu);
  await original.train(13, settings({ tauAfter: () => 0.1 }));
  const tensors = await original.getTensors();
  assert.deepEqual(Object.keys(tensors.moments), ["exp_avg", "exp_avg_sq"]);
  const restored = await createLearner(gpu, { seed: 3 });
  restored.setTensors(tensors, original.updates);
  restored.ring.setState(await original.ring.getState());
  assert.equal(restored.updates, 13);
  for (const learner of [original, restored]) {
    fillRing(ringOf(learner), 5, SHAPE.actions, 9);
    await learner.train(20, settings({ tauAfter: () => 0.1 }));
  }
  assert.deepEqual(await restored.getTensors(), await original.getTensors());
  assert.notDeepEqual((await original.getTensors()).online, tensors.online);
  original.close();
  restored.close();
});

Deno.test("learner: tensors that do not fit are refused, and nothing is changed", async () => {
  const learner = await createLearner(gpu);
  await learner.train(3, settings());
  const before = await learner.getTensors();
  const zeros = Object.fromEntries(
    Object.entries(before.online).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map(() => 0) },
    ]),
  );
  const { "0.bias": _, ...incomplete } = before.target;
  assert.throws(() => learner.setTensors({ online: zeros, target: incomplete }), /"0\.bias"/);
  assert.throws(
    () => learner.setTensors({ online: zeros, moments: { exp_avg: before.online } }),
    /adam needs the running average "exp_avg_sq", and the saved ones are exp_avg:/,
  );
  assert.deepEqual(await learner.getTensors(), before);
  learner.close();
});

Deno.test("learner: the target is copied, or follows by a share, when told to", async () => {
  const learner = await createLearner(gpu);
  await learner.train(10, settings());
  const { online, target } = await learner.getTensors();
  assert.notDeepEqual(online, target);
  await learner.updateTarget(0.25);
  const mixed = await learner.getTensors();
  assert.deepEqual(mixed.online, online);
  for (const [name, { data }] of Object.entries(mixed.target)) {
    const wanted = target[name].data.map((x, i) => 0.75 * x + 0.25 * online[name].data[i]);
    assert(distance(data, wanted) < 1e-6, name);
  }
  await learner.updateTarget(1);
  assert.deepEqual((await learner.getTensors()).target, online);
  assert.equal(learner.updates, 10);
  learner.close();
});

Deno.test("learner: the target follows after the updates that say so, and before the first", async () => {
  const learner = await createLearner(gpu);
  await learner.train(4, settings({ tauAfter: (update) => update === 4 ? 1 : 0 }));
  const { online, target } = await learner.getTensors();
  assert.deepEqual(target, online);
  await learner.train(2, settings());
  const ahead = await learner.getTensors();
  assert.deepEqual(ahead.target, target);
  // Due before the next update, and only once.
  await learner.train(3, settings({ tauBefore: 1 }));
  const synced = await learner.getTensors();
  assert.deepEqual(synced.target, ahead.online);
  assert.notDeepEqual(synced.online, ahead.online);
  learner.close();
});

Deno.test("learner: an empty replay buffer is a clear error, and no update is counted", async () => {
  const learner = await Learner.create(gpu, SHAPE, resolveConfig({ hiddenLayers: [5] }));
  await assert.rejects(
    learner.train(1, settings()),
    /the replay buffer holds no transition yet: collect some before training/,
  );
  ringOf(learner).begin(0, new Float32Array(3));
  await assert.rejects(learner.train(1, settings()), /holds no transition yet/);
  assert.equal(learner.updates, 0);
  learner.close();
});

Deno.test("learner: Q-values of any number of observations are the reference's", async () => {
  const learner = await createLearner(gpu);
  await learner.train(30, settings());
  const layers = referenceOf((await learner.getTensors()).online);
  for (const count of [1, 2, 3, 5]) {
    const seen = Array.from({ length: count }, (_, i) => randomFloats(3, i));
    const got = await learner.qValues(seen);
    const wanted = forward(layers, "tanh", seen.flatMap((each) => [...each])).output;
    assert(distance(got, wanted) < 2e-6, `${count}: off by ${distance(got, wanted)}`);
  }
  learner.close();
});

Deno.test("learner: batches of any size, beside those of the ring", async () => {
  const learner = await createLearner(gpu);
  const reference = await referenceFor(learner);
  for (const rows of [6, 1, 9, 6, 1]) {
    const batch = explicitBatch(rows, rows);
    const { loss, tdErrors } = await learner.trainOnBatch(dense(batch), settings());
    const wanted = reference.update(batch);
    assert.equal(tdErrors.length, rows);
    assert(distance(tdErrors, wanted.tdErrors) < 1e-4);
    assert(Math.abs(loss - wanted.loss) < 1e-4);
  }
  assert.equal(learner.updates, 5);
  learner.close();
});

Deno.test("learner: an abort stops between submits, and says how many updates were made", async () => {
  const learner = await createLearner(gpu);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  const made = await learner.train(1e7, settings(), controller.signal);
  assert(made > 0 && made < 1e7);
  assert.equal(learner.updates, made);
  await learner.settle();
  learner.close();
});

Deno.test({
  name: "learner: a profile names the steps, and counts its updates",
  ignore: !gpu.hasTimestamps,
  async fn() {
    const learner = await createLearner(gpu);
    const rows = await learner.profile(settings(), 7);
    assert.equal(learner.updates, 7);
    const labels = rows.map(({ label }) => label);
    for (const label of ["batch", "weight gradient", "optimize"]) {
      assert(labels.includes(label), `${label} among ${labels}`);
    }
    assert(!labels.includes("sync target"), "which was not due");
    assert(Math.abs(rows.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-12);
    learner.close();
  },
});

Deno.test("learner: what does not fit is refused by name, and leaves the GPU as it was", async () => {
  const rows = Math.floor(gpu.device.limits.maxStorageBufferBindingSize / 16) + 1;
  await assert.rejects(
    Learner.create(gpu, SHAPE, resolveConfig({ bufferSize: rows })),
    (error: Error) => error instanceof RangeError && /bufferSize/.test(error.message),
  );
  const wide = resolveConfig({ hiddenLayers: [100_000, 100_000], init: { uniform: 0.1 } });
  await assert.rejects(
    Learner.create(gpu, SHAPE, wide),
    (error: Error) => error instanceof RangeError && /"parameters"/.test(error.message),
  );
  await pause();
  gpu.check();
});

Deno.test("learner: says what memory it holds, and frees it on close", async () => {
  const learner = await createLearner(gpu, { bufferSize: 1000 });
  // The ring alone: a row of 16 bytes and an observation of 16.
  assert(learner.bytes > 32_000);
  const before = learner.bytes;
  await learner.qValues([new Float32Array(3)]);
  assert(learner.bytes > before, "acting has buffers of its own");
  const held = learner.bytes;
  await learner.qValues([new Float32Array(3)]);
  await learner.train(50, settings());
  assert.equal(learner.bytes, held);
  learner.close();
  assert.equal(learner.bytes, 0);
});

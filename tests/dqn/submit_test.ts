/**
 * Tests of submits: steps and updates are done in the order in which they were added, however many go off at
 * once.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Gpu } from "../../src/gpu/gpu.ts";
import { ladder } from "./gpu_toys.ts";
import { settings } from "./harness.ts";
import { GREEDY, LockstepBench } from "./lockstep_bench.ts";

const gpu = await Gpu.open();
const LANES = 5;
const BEFORE = 8;

/** 12 times a greedy step and an update, in submits of so many ticks. */
async function run(ticks: number) {
  using bench = await LockstepBench.create(gpu, ladder(), LANES);
  await bench.step(BEFORE);
  const { learner, rollout } = bench;
  let submit = learner.open();
  const full = async () => {
    if (submit.ticks.length < ticks) return;
    await submit.send();
    submit = learner.open();
  };
  for (let i = 0; i < 12; i++) {
    submit.addStep(rollout, BEFORE + i, [GREEDY]);
    await full();
    await submit.addUpdate([settings({ learningRate: 0.1 })]);
    await full();
  }
  await submit.send();
  assert.equal(learner.updates, 12);
  const { actions, observations } = await bench.ring.getState();
  return { actions, observations, tensors: await learner.getTensors() };
}

Deno.test("submit: steps and updates by turns come to the same bits one by one, in fives and all at once", async () => {
  const first = await run(1);
  for (const ticks of [5, 24]) assert.deepEqual(await run(ticks), first, `submits of ${ticks}`);
});

Deno.test("submit: an empty one is nothing to wait for, and has room for anything", async () => {
  using bench = await LockstepBench.create(gpu, ladder(), LANES);
  const submit = bench.learner.open();
  await submit.send();
  assert.equal(bench.learner.updates, 0);
  assert.ok(submit.hasRoomForUpdate());
  assert.ok(submit.hasRoomForStep(bench.rollout, [GREEDY]));
});

Deno.test("submit: as long as nobody knows what ticks cost, a few of each kind fit", async () => {
  using bench = await LockstepBench.create(gpu, ladder(), LANES);
  const { learner, rollout } = bench;
  const submit = learner.open();
  let steps = 0;
  for (; submit.hasRoomForStep(rollout, [GREEDY]) && steps < 100; steps++) {
    submit.addStep(rollout, steps, [GREEDY]);
  }
  assert.ok(steps > 0 && steps < 10, `${steps} steps`);
  assert.ok(submit.hasRoomForUpdate(), "updates are counted by themselves");
  await submit.send();
  assert.equal(bench.ring.filled, steps);
});

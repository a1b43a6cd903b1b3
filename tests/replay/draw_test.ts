/** Tests of what the planner refuses, and of what it says while a batch can't be drawn yet. */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { drawEntry, drawProblem, planDraw } from "../../src/replay/draw.ts";
import { updatePrioritiesStep } from "../../src/replay/priorities.ts";
import { Ring, type RingOptions } from "../../src/replay/ring.ts";
import { Stream } from "./harness.ts";

const gpu = await Gpu.open();
const buffers = new Buffers(gpu);

function create(options: Partial<RingOptions> = {}): Promise<Ring> {
  const shape = { observationSize: 1, lanes: 2, capacity: 40, nSteps: 1 };
  return Ring.create(gpu, buffers, { ...shape, ...options });
}

Deno.test("draw: uniform draws need no step of their own, all others have one", async () => {
  const plan = planDraw(await create(), { batch: 8 }, buffers);
  assert.deepEqual(plan, { steps: [], draws: undefined });
  const others = [
    planDraw(await create(), { batch: 8, replacement: false }, buffers),
    planDraw(await create({ sampling: "sequential" }), { batch: 8 }, buffers),
    planDraw(await create({ sampling: "prioritized" }), { batch: 8 }, buffers),
  ];
  assert.deepEqual(others.map(({ steps }) => steps.map(({ kernel }) => kernel.kernel)), [
    ["kernels/draw_unique"],
    ["kernels/draw_sequential"],
    ["kernels/draw_prioritized"],
  ]);
  assert(others.every(({ draws }) => draws!.size === 64));
});

Deno.test("draw: batches that could never be drawn are refused", async () => {
  const plan = async (batch: number, options: Partial<RingOptions> = {}, replacement = true) =>
    planDraw(await create(options), { batch, replacement }, buffers);
  await assert.rejects(plan(4, { sampling: "prioritized" }, false), {
    name: "RangeError",
    message: "only uniform sampling can draw without replacement, and this replay buffer's is " +
      "prioritized",
  });
  await assert.rejects(plan(1025, { capacity: 5000 }, false), {
    name: "RangeError",
    message: "a batch of 1025 is too large to be drawn without replacement: at most 1024",
  });
  await plan(1024, { capacity: 5000 }, false);
  await assert.rejects(plan(39, {}, false), {
    name: "RangeError",
    message: "a batch of 39 different transitions will never be there: a replay buffer of 2 × 20 " +
      "rows holds at most 38",
  });
  await plan(38, {}, false);
  await assert.rejects(plan(20, { sampling: "sequential" }), {
    name: "RangeError",
    message: "a batch of 20 consecutive transitions will never be there: a replay buffer of " +
      "2 × 20 rows holds at most 19",
  });
  await plan(19, { sampling: "sequential" });
  // With replacement, any batch.
  await plan(3000);
  await plan(3000, { sampling: "prioritized" });
});

Deno.test("draw: what is still missing is said", async () => {
  const none = "the replay buffer holds no transition yet: collect some before training";
  for (const sampling of ["uniform", "prioritized", "sequential"] as const) {
    const ring = await create({ sampling });
    assert.equal(drawProblem(ring, { batch: 4 }), none);
    const stream = new Stream(ring);
    stream.episode(0, 3);
    stream.episode(1, 2);
    assert.equal(
      drawProblem(ring, { batch: 4 }),
      sampling === "sequential"
        ? "a batch of 4 consecutive transitions needs as many of one environment, and the replay " +
          "buffer holds at most 3 of one: collect more before training"
        : undefined,
    );
    assert.equal(drawProblem(ring, { batch: 3 }), undefined);
  }
  const ring = await create();
  new Stream(ring).episode(0, 3);
  assert.equal(
    drawProblem(ring, { batch: 4, replacement: false }),
    "a batch of 4 without replacement needs as many transitions, and the replay buffer holds 3: " +
      "collect more before training",
  );
  assert.equal(drawProblem(ring, { batch: 3, replacement: false }), undefined);
});

Deno.test("draw: the table's entry tells how full the ring is, and where a sequence starts", async () => {
  const ring = await create();
  assert.deepEqual(drawEntry(ring, { batch: 4 }, 1, 0), { filled: 0, sequenceStart: 0 });
  new Stream(ring).episode(1, 3);
  assert.deepEqual(drawEntry(ring, { batch: 4 }, 1, 0), { filled: 4, sequenceStart: 0 });
  const sequential = await create({ sampling: "sequential" });
  new Stream(sequential).episode(1, 3);
  assert.deepEqual(drawEntry(sequential, { batch: 3 }, 1, 0), { filled: 4, sequenceStart: 20 });
  // Not drawable; the gather tells.
  assert.deepEqual(drawEntry(sequential, { batch: 4 }, 1, 0), { filled: 4, sequenceStart: 0 });
});

Deno.test("draw: only a prioritised ring has priorities to update", async () => {
  const { draws } = planDraw(await create(), { batch: 8, replacement: false }, buffers);
  const ring = await create();
  assert.throws(() => updatePrioritiesStep(ring, draws!, draws!, 8), {
    message: "a replay buffer whose sampling is uniform has no priorities",
  });
});

/**
 * Tests of the other ways to draw from a ring that stacks frames: rows whose stacks have lost a frame
 * lose their weight, are never drawn, and are in no sequence.
 */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Readback } from "../../src/gpu/readback.ts";
import type { RingOptions } from "../../src/replay/ring.ts";
import { SumTree } from "../../src/replay/sum_tree.ts";
import { random } from "../nn/harness.ts";
import { DrawBench } from "./harness.ts";
import type { StackTransition } from "./stack_reference.ts";
import { countStacks, layoutOf, StackStream } from "./stack_stream.ts";

const gpu = await Gpu.open();
const shared = new Buffers(gpu);
const readback = new Readback(gpu, shared, "tree", 1 << 16);

/** Small pictures as bytes, in buffers of five rows. */
const PICTURE = { height: 3, width: 3, planes: 1, isBytes: true };
const SHAPES: readonly Omit<RingOptions, "observationSize">[] = [
  { lanes: 1, capacity: 19, nSteps: 1, frameStack: 4 },
  { lanes: 3, capacity: 45, nSteps: 3, frameStack: 2 },
  { lanes: 2, capacity: 34, nSteps: 2, frameStack: 4, needsNextAction: true },
];

async function create(
  shape: Omit<RingOptions, "observationSize">,
  batch: number,
  replacement = true,
): Promise<DrawBench> {
  const options = { ...shape, observationSize: 9, bytes: true, chunkBytes: 5 * 16 };
  const layout = layoutOf(PICTURE, shape.frameStack!);
  return await DrawBench.create(gpu, options, batch, replacement, layout);
}

for (const shape of SHAPES) {
  const { lanes, capacity, nSteps, frameStack, needsNextAction } = shape;
  const layout = layoutOf(PICTURE, frameStack!);
  const name = `${frameStack} frames, ${lanes} lanes, ${capacity} rows, ${nSteps} steps${
    needsNextAction ? ", SARSA" : ""
  }`;

  Deno.test(`insert_priorities: ${name}: weights follow the rows whose stacks are known`, async () => {
    const batch = 40;
    const bench = await create({ ...shape, sampling: "prioritized" }, batch);
    const { ring } = bench;
    const stream = new StackStream([ring], capacity, 0.1);
    const next = random(5);
    /** Weights by action: each step has its own. */
    let known = new Map<number, number>();
    let greatest = 1;
    for (let round = 0; round < 30; round++) {
      // Now and then a whole ring at once.
      stream.play(1 + Math.floor((round % 5 === 0 ? 2 * capacity : 4) * (next() + 1)));
      const drawn = await bench.draw(round);
      const wanted = stream.transitions();
      const byRow = new Map(wanted.map((each) => [each.row, each]));
      const rows = ring.laneCount * ring.region;
      const weights = await ring.tree!.read(readback, 0, rows);
      // Of an emptied ring nothing is known either.
      greatest = await ring.tree!.readGreatest(readback) === 1 ? 1 : greatest;
      known = new Map(wanted.map(({ action }) => [action, known.get(action) ?? greatest]));
      weights.forEach((weight, row) => {
        const action = byRow.get(row)?.action;
        assert.equal(weight, action === undefined ? 0 : known.get(action), `row ${row}`);
      });
      const fresh = await SumTree.create(gpu, shared, rows);
      fresh.write(weights);
      assert.deepEqual(
        await readback.read(ring.tree!.nodes),
        await readback.read(fresh.nodes),
        "sums must follow from the leaves",
      );
      assert.equal(await bench.health(), wanted.length === 0 ? 2 : 0);
      if (wanted.length === 0) continue;
      countStacks(drawn, wanted, layout);
      const choices = await bench.choices(round);
      bench.prioritize(Float32Array.from(choices, () => 10 ** next()), 0.6, 1e-6);
      const updated = await ring.tree!.read(readback, 0, rows);
      for (const { row } of choices) known.set(byRow.get(row)!.action, updated[row]);
      greatest = await ring.tree!.readGreatest(readback);
    }
    bench.buffers.destroy();
  });

  Deno.test(`draw_sequential: ${name}: sequences are the reference's`, async () => {
    const batch = 4;
    const bench = await create({ ...shape, sampling: "sequential" }, batch);
    const { ring } = bench;
    const stream = new StackStream([ring], capacity + 1, 0.1);
    let sequences = 0;
    for (let round = 0; round < 30; round++) {
      stream.play(1 + round % 11);
      const byLane = Map.groupBy(stream.transitions(), ({ lane }) => lane);
      const wanted = [...byLane.values()].flatMap((rows) =>
        rows.slice(0, Math.max(0, rows.length - batch + 1)).map((_, i) => rows.slice(i, i + batch))
      );
      assert.equal(ring.sequences(batch), wanted.length);
      wanted.forEach(([{ row }], i) => assert.equal(ring.sequenceStart(batch, i), row));
      if (wanted.length === 0) continue;
      sequences++;
      const drawn = await bench.draw(round);
      const sequence = wanted.find(([first]) => first.action === drawn[0].action);
      assert(sequence, `no sequence starts with step ${drawn[0].action}`);
      assert.deepEqual(drawn.map(({ action }) => action), sequence.map(({ action }) => action));
      countStacks(drawn, sequence, layout);
    }
    assert(sequences > 10, "there must be something to draw");
    assert.equal(await bench.health(), 0);
    bench.buffers.destroy();
  });

  Deno.test(`draw_unique: ${name}: no row twice, and only those whose stacks are known`, async () => {
    const batch = 5;
    const bench = await create(shape, batch, false);
    const stream = new StackStream([bench.ring], capacity + 2, 0.1);
    const seen = new Set<StackTransition["action"]>();
    for (let round = 0; round < 20; round++) {
      stream.play(1 + round % 13);
      const wanted = stream.transitions();
      if (wanted.length < batch) continue;
      const drawn = await bench.draw(round);
      assert(countStacks(drawn, wanted, layout).every((count) => count <= 1));
      for (const { action } of drawn) seen.add(action);
    }
    assert(seen.size > 30, "draws must differ");
    assert.equal(await bench.health(), 0);
    bench.buffers.destroy();
  });
}

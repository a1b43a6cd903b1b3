/**
 * Tests of sequential draws: consecutive rows of one lane in the order of time, never over its newest
 * one, from starts that are all equally likely.
 */

import assert from "node:assert/strict";
import { Gpu } from "../../src/gpu/gpu.ts";
import type { RingOptions } from "../../src/replay/ring.ts";
import { random } from "../nn/harness.ts";
import type { Transition } from "../reference/replay.ts";
import { assertDrawn, assertUniform, DrawBench, type End, Stream } from "./harness.ts";

const gpu = await Gpu.open();

/** The sequences of so many transitions that there are, lane by lane in the order of time. */
function sequencesOf(transitions: readonly Transition[], length: number): Transition[][] {
  const lanes = Map.groupBy(transitions, ({ lane }) => lane);
  return [...lanes.values()].flatMap((rows) =>
    Array.from(
      { length: Math.max(0, rows.length - length + 1) },
      (_, start) => rows.slice(start, start + length),
    )
  );
}

const STREAMS: readonly (Omit<RingOptions, "observationSize"> & { batch: number })[] = [
  { lanes: 1, capacity: 9, nSteps: 1, batch: 1 },
  { lanes: 1, capacity: 17, nSteps: 1, batch: 5 },
  { lanes: 3, capacity: 60, nSteps: 3, batch: 7 },
  { lanes: 2, capacity: 34, nSteps: 1, batch: 4, needsNextAction: true },
  { lanes: 2, capacity: 40, nSteps: 3, batch: 6, needsNextAction: true },
];

for (const { batch, ...shape } of STREAMS) {
  const { lanes, capacity, nSteps, needsNextAction } = shape;
  const name = `${batch} of ${lanes} lanes, ${capacity} rows, ${nSteps} steps${
    needsNextAction ? ", SARSA" : ""
  }`;
  Deno.test(`draw_sequential: ${name}: sequences are the reference's, uniformly`, async () => {
    const options = { ...shape, observationSize: 1, sampling: "sequential" } as const;
    const bench = await DrawBench.create(gpu, options, batch);
    const { ring } = bench;
    const stream = new Stream(ring);
    const next = random(capacity);
    const ends: End[] = ["goes on", "goes on", "goes on", "terminates", "truncates"];
    let rounds = 0;
    for (let round = 0; round < 60; round++) {
      const events = 1 + Math.floor(ring.region / 3 * (next() + 1));
      for (let i = 0; i < events; i++) {
        const lane = Math.floor(lanes * (next() + 1) / 2);
        if (!ring.isOpen(lane)) stream.begin(lane);
        else if (next() > 0.9) stream.cut(lane);
        else stream.step(lane, ends[Math.floor(2.5 * (next() + 1))]);
      }
      const wanted = sequencesOf(stream.transitions({ nSteps, gamma: 0.9 }), batch);
      // The host numbers them as time goes, so that it can name any of them.
      assert.equal(ring.sequences(batch), wanted.length);
      wanted.forEach(([{ lane, slot }], i) => {
        assert.equal(ring.sequenceStart(batch, i), lane * ring.region + slot);
      });
      if (wanted.length === 0) continue;
      rounds++;
      for (let update = 0; update < 4; update++) {
        const drawn = await bench.draw(4 * round + update);
        const from = drawn[0].observation[0];
        const sequence = wanted.find(([first]) => first.observation[0] === from);
        assert(sequence, `no sequence starts at observation ${from}`);
        drawn.forEach((each, i) => assertDrawn(each, sequence[i]));
        assert(drawn.every(({ weight }) => weight === 1));
      }
    }
    assert(rounds > 20, "there must be something to draw");
    assert(stream.length > 2 * capacity, "the ring must wrap");
    assert.equal(await bench.health(), 0);
    bench.buffers.destroy();
  });
}

Deno.test("draw_sequential: all starts are equally likely, in lanes of different fill", async () => {
  const options = {
    observationSize: 1,
    lanes: 3,
    capacity: 60,
    nSteps: 1,
    sampling: "sequential",
  } as const;
  const bench = await DrawBench.create(gpu, options, 5);
  const stream = new Stream(bench.ring);
  for (let i = 0; i < 9; i++) stream.episode(0, 4);
  stream.episode(1, 7, "truncates");
  // Too short to hold a sequence.
  stream.episode(2, 4);
  const wanted = sequencesOf(stream.transitions({ nSteps: 1, gamma: 1 }), 5);
  assert.deepEqual(new Set(wanted.map(([{ lane }]) => lane)), new Set([0, 1]));
  const starts = new Map(wanted.map(([{ lane, slot }]) => [20 * lane + slot, 0]));
  for (let update = 0; update < 2000; update++) {
    const [{ row }] = await bench.choices(update);
    assert(starts.has(row));
    starts.set(row, starts.get(row)! + 1);
  }
  assertUniform([...starts.values()]);
  bench.buffers.destroy();
});

Deno.test("draw_sequential: the same after a restore, in another capacity too", async () => {
  const options = {
    observationSize: 1,
    lanes: 2,
    capacity: 40,
    nSteps: 2,
    needsNextAction: true,
    sampling: "sequential",
  } as const;
  const bench = await DrawBench.create(gpu, options, 6);
  const stream = new Stream(bench.ring);
  for (let i = 0; i < 15; i++) stream.episode(i % 2, 1 + i % 5, i % 3 ? "terminates" : "truncates");
  const state = await bench.ring.getState();
  const same = await DrawBench.create(gpu, options, 6);
  same.ring.setState(structuredClone(state));
  const larger = await DrawBench.create(gpu, { ...options, capacity: 90 }, 6);
  larger.ring.setState(structuredClone(state));
  const seen = new Set<string>();
  for (let update = 0; update < 20; update++) {
    const drawn = await bench.draw(update);
    assert.deepEqual(await same.draw(update), drawn);
    assert.deepEqual(await larger.draw(update), drawn);
    seen.add(JSON.stringify(drawn));
  }
  assert(seen.size > 5, "updates must differ");
  for (const each of [bench, same, larger]) each.buffers.destroy();
});

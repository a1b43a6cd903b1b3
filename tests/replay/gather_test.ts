/**
 * Tests of drawing from the ring: over random streams of episodes every drawn row is one of the
 * reference's, with exactly its numbers, all rows are drawn, and none more often than the others.
 */

import assert from "node:assert/strict";
import { Gpu } from "../../src/gpu/gpu.ts";
import { random } from "../nn/harness.ts";
import { assertUniform, countDraws, DrawBench, type Drawn, type End, Stream } from "./harness.ts";

const gpu = await Gpu.open();

/** Random events in all lanes; `ends` is the share of steps that end an episode. */
function play(stream: Stream, events: number, ends: number, next: () => number): void {
  const [ring] = stream.rings;
  const chance = () => (next() + 1) / 2;
  for (let i = 0; i < events; i++) {
    const lane = Math.floor(chance() * ring.laneCount);
    const event = chance();
    if (!ring.isOpen(lane)) stream.begin(lane);
    // In mid-episode, or in one that has not made a step.
    else if (event < 0.03) stream.begin(lane);
    else if (event < 0.06) stream.cut(lane);
    else {
      const kinds: End[] = ["terminates", "truncates", "both"];
      stream.step(lane, chance() < ends ? kinds[Math.floor(3 * chance())] : "goes on");
    }
  }
}

const STREAMS = [
  { nSteps: 1, lanes: 1, region: 3, observationSize: 1, ends: 0.2 },
  { nSteps: 1, lanes: 3, region: 17, observationSize: 4, ends: 0.3 },
  { nSteps: 1, lanes: 2, region: 60, observationSize: 3, ends: 0.05 },
  { nSteps: 2, lanes: 1, region: 4, observationSize: 5, ends: 0.2 },
  { nSteps: 2, lanes: 4, region: 7, observationSize: 2, ends: 0.5 },
  { nSteps: 3, lanes: 1, region: 5, observationSize: 1, ends: 0.1 },
  { nSteps: 3, lanes: 2, region: 17, observationSize: 9, ends: 0.25 },
  { nSteps: 4, lanes: 3, region: 6, observationSize: 3, ends: 0.1 },
  { nSteps: 5, lanes: 1, region: 7, observationSize: 4, ends: 0 },
  { nSteps: 5, lanes: 2, region: 17, observationSize: 2, ends: 0.15 },
  { nSteps: 1, lanes: 1, region: 5, observationSize: 3, ends: 0.3, needsNextAction: true },
  { nSteps: 1, lanes: 3, region: 17, observationSize: 2, ends: 0.2, needsNextAction: true },
  { nSteps: 3, lanes: 2, region: 17, observationSize: 5, ends: 0.2, needsNextAction: true },
];

for (const { ends, ...shape } of STREAMS) {
  const { nSteps, lanes, region, observationSize, needsNextAction = false } = shape;
  const name = `${nSteps} steps, ${lanes} lanes of ${region} rows${
    needsNextAction ? ", next actions" : ""
  }`;
  Deno.test(`gather: a random stream, ${name}: draws are the reference's, and uniform`, async () => {
    const batch = 512;
    const capacity = lanes * region + lanes - 1;
    const bench = await DrawBench.create(
      gpu,
      { observationSize, lanes, capacity, nSteps, needsNextAction },
      batch,
    );
    const { ring } = bench;
    assert.equal(ring.region, region);
    const stream = new Stream(ring);
    const next = random(nSteps * region + lanes);
    const walk = { nSteps, gamma: 0.9 };
    let updates = 0;
    for (let round = 0; round < 30; round++) {
      // Now and then much at once, and now and then rows that reach the GPU before the next draw.
      play(stream, 1 + Math.floor(2 * region * (next() + 1)), ends, next);
      if (next() < 0) ring.write();
      if (next() < 0) play(stream, 1 + Math.floor(3 * (next() + 1)), ends, next);
      const wanted = stream.transitions(walk);
      assert.equal(ring.drawable, wanted.length, "the count of rows that can be drawn");
      if (wanted.length === 0) continue;
      const drawn: Drawn[] = [];
      while (drawn.length < Math.max(batch, 30 * wanted.length)) {
        drawn.push(...await bench.draw(updates++));
      }
      assertUniform(countDraws(drawn, wanted));
    }
    assert(stream.length > 5 * region, "the ring must wrap");
    assert.equal(await bench.health(), 0);
    bench.buffers.destroy();
  });
}

Deno.test("gather: draws are uniform when every episode is one step long", async () => {
  const options = { observationSize: 2, lanes: 2, capacity: 42, nSteps: 3 };
  const bench = await DrawBench.create(gpu, options, 1024);
  const stream = new Stream(bench.ring);
  for (const episodes of [1, 2, 30]) {
    for (let i = 0; i < episodes; i++) {
      stream.episode(0, 1, "terminates");
      stream.episode(1, 1, "truncates");
    }
    const wanted = stream.transitions({ nSteps: 3, gamma: 0.9 });
    const drawn: Drawn[] = [];
    for (let i = 0; i < 4; i++) drawn.push(...await bench.draw(10 * episodes + i));
    assertUniform(countDraws(drawn, wanted));
  }
  assert.equal(await bench.health(), 0);
  bench.buffers.destroy();
});

Deno.test("gather: draws are uniform over lanes of different fill", async () => {
  const options = { observationSize: 1, lanes: 4, capacity: 160, nSteps: 2 };
  const bench = await DrawBench.create(gpu, options, 1024);
  const stream = new Stream(bench.ring);
  // One lane has wrapped, one has a few rows, one a single step, one has never begun.
  for (let i = 0; i < 5; i++) stream.episode(0, 20);
  stream.episode(1, 5, "truncates");
  stream.episode(2, 1);
  const wanted = stream.transitions({ nSteps: 2, gamma: 0.9 });
  assert.deepEqual(new Set(wanted.map(({ lane }) => lane)), new Set([0, 1, 2]));
  const drawn: Drawn[] = [];
  for (let update = 0; update < 8; update++) drawn.push(...await bench.draw(update));
  assertUniform(countDraws(drawn, wanted));
  assert.equal(await bench.health(), 0);
  bench.buffers.destroy();
});

Deno.test("gather: the places of a batch, and the batches, are drawn independently", async () => {
  const bench = await DrawBench.create(
    gpu,
    { observationSize: 1, lanes: 1, capacity: 20, nSteps: 1 },
    512,
  );
  const stream = new Stream(bench.ring);
  stream.episode(0, 4);
  // How often row a is followed by row b: in the next place, and in the same place of the next batch.
  const beside = new Array<number>(16).fill(0);
  const after = new Array<number>(16).fill(0);
  let before: Drawn[] | undefined;
  for (let update = 0; update < 6; update++) {
    const batch = await bench.draw(update);
    const place = (drawn: Drawn) => drawn.observation[0] - 1;
    batch.forEach((drawn, i) => {
      if (i % 2 === 1) beside[4 * place(batch[i - 1]) + place(drawn)]++;
      if (before) after[4 * place(before[i]) + place(drawn)]++;
    });
    before = before ? undefined : batch;
  }
  assertUniform(beside);
  assertUniform(after);
  bench.buffers.destroy();
});

Deno.test("gather: the same seed and update draw the same rows, others draw others", async () => {
  const options = { observationSize: 1, lanes: 2, capacity: 100, nSteps: 1 };
  const bench = await DrawBench.create(gpu, options, 512);
  const again = await DrawBench.create(gpu, options, 512);
  const stream = new Stream(bench.ring, again.ring);
  for (let i = 0; i < 10; i++) stream.episode(i % 2, 8);
  const rows = async (from: DrawBench, update: number, seed: number) =>
    (await from.draw(update, { seed })).map(({ observation }) => observation[0]).join();
  const first = await rows(bench, 3, 5);
  assert.equal(await rows(bench, 3, 5), first);
  assert.equal(await rows(again, 3, 5), first);
  assert.notEqual(await rows(bench, 4, 5), first);
  assert.notEqual(await rows(bench, 3, 6), first);
  // The update's number counts beyond 32 bits.
  assert.notEqual(await rows(bench, 3 + 2 ** 32, 5), first);
  bench.buffers.destroy();
  again.buffers.destroy();
});

Deno.test("gather: rewards are scaled, then clipped, before they are summed", async () => {
  const options = { observationSize: 1, lanes: 1, capacity: 40, nSteps: 3 };
  const bench = await DrawBench.create(gpu, options, 512);
  const stream = new Stream(bench.ring);
  stream.episode(0, 12);
  for (const [rewardScale, rewardClip] of [[0.01, 3e38], [2, 1], [1, 0.5], [0, 1]]) {
    const wanted = stream.transitions({ nSteps: 3, gamma: 0.5, rewardScale, rewardClip });
    countDraws(await bench.draw(1, { gamma: 0.5, rewardScale, rewardClip }), wanted);
  }
  bench.buffers.destroy();
});

Deno.test("gather: γ of 0 and 1", async () => {
  const options = { observationSize: 1, lanes: 1, capacity: 40, nSteps: 4 };
  const bench = await DrawBench.create(gpu, options, 512);
  const stream = new Stream(bench.ring);
  stream.episode(0, 9, "truncates");
  stream.episode(0, 9, "terminates");
  for (const gamma of [0, 1]) {
    countDraws(await bench.draw(1, { gamma }), stream.transitions({ nSteps: 4, gamma }));
  }
  bench.buffers.destroy();
});

Deno.test("gather: where nothing can be drawn, the health word says so", async () => {
  const options = { observationSize: 1, lanes: 2, capacity: 20, nSteps: 1 };
  const bench = await DrawBench.create(gpu, options, 64);
  const NOTHING_DRAWABLE = 2;
  await bench.draw(0);
  assert.equal(await bench.health(), NOTHING_DRAWABLE, "a ring that has never been written");
  const stream = new Stream(bench.ring);
  stream.begin(0);
  stream.cut(0);
  stream.begin(1);
  await bench.draw(1);
  assert.equal(await bench.health(), NOTHING_DRAWABLE, "rows, but no step");
  stream.step(1);
  const wanted = stream.transitions({ nSteps: 1, gamma: 0.9 });
  assert.deepEqual(countDraws(await bench.draw(2), wanted), [64]);
  assert.equal(await bench.health(), 0);
  bench.buffers.destroy();
});

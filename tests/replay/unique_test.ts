/**
 * Tests of draws without replacement: the rows that one place after the other would have taken, and
 * uniform over all sets of rows.
 */

import assert from "node:assert/strict";
import { Gpu } from "../../src/gpu/gpu.ts";
import { words } from "../../src/gpu/philox.ts";
import type { Ring } from "../../src/replay/ring.ts";
import { philox4x32 } from "../reference/philox.ts";
import { assertUniform, countDraws, DrawBench, Stream } from "./harness.ts";

const gpu = await Gpu.open();
const STREAM_SAMPLE = 1;

/** The rows that place after place takes, each trying until it hits one that no earlier place has. */
function serialDraws(ring: Ring, drawable: Set<number>, batch: number, update: number): number[] {
  const stored = BigInt(ring.laneCount * ring.filled);
  const rejected = (1n << 32n) % stored;
  const taken: number[] = [];
  for (let place = 0; place < batch; place++) {
    for (let attempt = 0;; attempt++) {
      const counter = [place, Math.floor(attempt / 4), ...words(update)];
      const word = BigInt(philox4x32(counter, [1, STREAM_SAMPLE])[attempt % 4]);
      if (word * stored % (1n << 32n) < rejected) continue;
      const at = Number(word * stored >> 32n);
      const row = Math.floor(at / ring.filled) * ring.region + at % ring.filled;
      if (!drawable.has(row) || taken.includes(row)) continue;
      taken.push(row);
      break;
    }
  }
  return taken;
}

for (
  const { lanes, region, batch, episodes } of [
    { lanes: 1, region: 30, batch: 1, episodes: 20 },
    { lanes: 1, region: 30, batch: 7, episodes: 20 },
    { lanes: 3, region: 17, batch: 16, episodes: 30 },
    { lanes: 2, region: 150, batch: 65, episodes: 20 },
    { lanes: 2, region: 700, batch: 500, episodes: 200 },
  ]
) {
  Deno.test(`draw_unique: ${batch} of ${lanes} × ${region} rows are those that place after place takes`, async () => {
    const options = { observationSize: 1, lanes, capacity: lanes * region, nSteps: 2 };
    const bench = await DrawBench.create(gpu, options, batch, false);
    const stream = new Stream(bench.ring);
    for (let i = 0; i < episodes; i++) stream.episode(i % lanes, 1 + i % 13);
    const wanted = stream.transitions({ nSteps: 2, gamma: 0.9 });
    const drawable = new Set(wanted.map(({ lane, slot }) => lane * region + slot));
    for (let update = 0; update < 3; update++) {
      const rows = (await bench.choices(update)).map(({ row }) => row);
      assert.deepEqual(rows, serialDraws(bench.ring, drawable, batch, update));
      countDraws(await bench.draw(update), wanted);
    }
    assert.equal(await bench.health(), 0);
    bench.buffers.destroy();
  });
}

Deno.test("draw_unique: a batch of all rows is all of them", async () => {
  const options = { observationSize: 1, lanes: 2, capacity: 400, nSteps: 1 };
  for (const batch of [64, 300]) {
    const bench = await DrawBench.create(gpu, options, batch, false);
    const stream = new Stream(bench.ring);
    for (let i = 0; i < batch / 50; i++) stream.episode(i % 2, Math.min(50, batch - 50 * i));
    const wanted = stream.transitions({ nSteps: 1, gamma: 0.9 });
    assert.equal(wanted.length, batch);
    for (let update = 0; update < 5; update++) {
      assert(countDraws(await bench.draw(update), wanted).every((count) => count === 1));
    }
    bench.buffers.destroy();
  }
});

Deno.test("draw_unique: all ordered pairs are equally likely, and none repeats", async () => {
  const options = { observationSize: 1, lanes: 2, capacity: 24, nSteps: 1 };
  for (const seed of [1, 2, 3]) {
    const bench = await DrawBench.create(gpu, options, 4, false);
    const stream = new Stream(bench.ring);
    stream.episode(0, 2);
    stream.episode(0, 3, "truncates");
    stream.episode(1, 1);
    const count = stream.transitions({ nSteps: 1, gamma: 1 }).length;
    assert.equal(count, 6);
    const ids = new Map<number, number>();
    const pairs = new Array<number>(36).fill(0);
    const ends = new Array<number>(36).fill(0);
    for (let update = 0; update < 1500; update++) {
      const rows = (await bench.choices(update, { seed })).map(({ row }) => row);
      assert.equal(new Set(rows).size, 4);
      for (const row of rows) if (!ids.has(row)) ids.set(row, ids.size);
      const [a, b, , d] = rows.map((row) => ids.get(row)!);
      pairs[6 * a + b]++;
      ends[6 * a + d]++;
    }
    for (const table of [pairs, ends]) {
      assert(table.every((n, i) => Math.floor(i / 6) !== i % 6 || n === 0));
      assertUniform(table.filter((_, i) => Math.floor(i / 6) !== i % 6));
    }
    bench.buffers.destroy();
  }
});

Deno.test("draw_unique: where fewer rows are left than wanted, the health word says so", async () => {
  const options = { observationSize: 1, lanes: 1, capacity: 24, nSteps: 1 };
  const bench = await DrawBench.create(gpu, options, 4, false);
  const NOTHING_DRAWABLE = 2;
  await bench.choices(0);
  assert.equal(await bench.health(), NOTHING_DRAWABLE);
  const stream = new Stream(bench.ring);
  stream.episode(0, 3);
  const rows = (await bench.choices(1)).map(({ row }) => row);
  assert.deepEqual(rows.toSorted((a, b) => a - b), [0, 1, 2, 0xffffffff]);
  assert.equal(await bench.health(), NOTHING_DRAWABLE);
  bench.buffers.destroy();
});

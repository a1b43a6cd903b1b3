/**
 * Tests of prioritised draws: against the exact distribution, and over streams in which rows come, are
 * drawn, get priorities and go, against a list of weights.
 */

import assert from "node:assert/strict";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Readback } from "../../src/gpu/readback.ts";
import type { Ring, RingOptions, RingState } from "../../src/replay/ring.ts";
import { SumTree } from "../../src/replay/sum_tree.ts";
import { random } from "../nn/harness.ts";
import { importanceWeights, strata, totalOf, weightOf } from "../reference/sum_tree.ts";
import {
  assertDrawn,
  chiSquare,
  chiSquareLimit,
  type Choice,
  DrawBench,
  type End,
  Stream,
} from "./harness.ts";

const gpu = await Gpu.open();
const shared = new Buffers(gpu);
const readback = new Readback(gpu, shared, "tree", 1 << 16);
/** One in ten thousand. */
const SIGMAS = 3.719;
const NO_ROW = 0xffffffff;

function shape(capacity: number, given: Partial<RingOptions> = {}): RingOptions {
  return {
    observationSize: 1,
    lanes: 1,
    nSteps: 1,
    ...given,
    capacity,
    sampling: "prioritized",
  };
}

/** All weights, row by row. */
function weightsOf(ring: Ring): Promise<Float32Array> {
  return ring.tree!.read(readback, 0, ring.laneCount * ring.region);
}

/** Throws unless the tree is, to the last bit, what its leaves alone make of it. */
async function assertFresh(ring: Ring): Promise<void> {
  const rows = ring.laneCount * ring.region;
  const fresh = await SumTree.create(gpu, shared, rows);
  fresh.write(await weightsOf(ring));
  assert.deepEqual(
    await readback.read(ring.tree!.nodes),
    await readback.read(fresh.nodes),
    "sums must follow from the leaves",
  );
}

/** A bench whose rows have these weights; where it is 0 the row can't be drawn. */
async function benchOf(
  weights: ArrayLike<number>,
  batch: number,
): Promise<{ bench: DrawBench; weights: Float32Array }> {
  const bench = await DrawBench.create(gpu, shape(weights.length), batch);
  const rows = weights.length;
  bench.ring.setState({
    lanes: [{ head: rows - 1, size: rows, open: false, linked: true }],
    region: rows,
    filled: rows,
    observations: Float32Array.from({ length: rows }, (_, row) => row),
    actions: new Int32Array(rows),
    rewards: new Float32Array(rows),
    kinds: Uint8Array.from({ length: rows }, (_, row) => weights[row] > 0 ? 1 : 0),
    priorities: Float32Array.from(weights),
    maxPriority: 1,
  });
  return { bench, weights: await weightsOf(bench.ring) };
}

const DISTRIBUTIONS: readonly {
  name: string;
  weights: (next: () => number) => number[];
  seeds: readonly number[];
}[] = [
  {
    name: "129 rows of all sizes, some that can't be drawn",
    weights: (next) => Array.from({ length: 129 }, () => next() < -0.6 ? 0 : 10 ** next()),
    seeds: [1, 2, 3],
  },
  { name: "17 equal rows", weights: () => new Array(17).fill(0.37), seeds: [1] },
  {
    name: "1000 rows, one of them huge",
    weights: (next) => Array.from({ length: 1000 }, (_, i) => i === 700 ? 3000 : 1 + next() / 2),
    seeds: [1],
  },
];

for (const { name, weights: make, seeds } of DISTRIBUTIONS) {
  for (const seed of seeds) {
    Deno.test(`draw_prioritized: a million draws of ${name}, seed ${seed}`, async () => {
      const batch = 1000;
      const batches = 1000;
      const { bench, weights } = await benchOf(make(random(5)), batch);
      // Each place has a distribution of its own: the rows that its stratum covers.
      const parts = strata(weights, batch);
      const counts = parts.map((rows) => new Map(rows.map(({ row }) => [row, 0])));
      const drawable = [...weights.keys()].filter((row) => weights[row] > 0);
      const perRow = new Array<number>(weights.length).fill(0);
      for (let update = 0; update < batches; update++) {
        (await bench.choices(update, { seed })).forEach(({ row }, place) => {
          assert(weights[row] > 0, `row ${row} weighs nothing`);
          perRow[row]++;
          // At a stratum's edge, float32 may round a draw into the row beside it.
          const near = counts[place].has(row) ? row : edgeOf(counts[place], row, drawable);
          counts[place].set(near, counts[place].get(near)! + 1);
        });
      }
      const total = totalOf(weights);
      assertChiSquare(
        drawable.map((row) => perRow[row]),
        drawable.map((row) => batch * batches * weights[row] / total),
        drawable.length - 1,
      );
      const cells = parts.flatMap((rows, place) =>
        pooled(rows.map(({ row, probability }) => [counts[place].get(row)!, batches * probability]))
      );
      const freedom = cells.length - batch;
      assertChiSquare(cells.map(([n]) => n), cells.map(([, expected]) => expected), freedom);
      assert.equal(await bench.health(), 0);
      bench.buffers.destroy();
    });
  }
}

/** The stratum's row that one outside is next to, among all that can be drawn. */
function edgeOf(counts: Map<number, number>, row: number, drawable: readonly number[]): number {
  const rows = [...counts.keys()];
  const nearest = row < rows[0] ? rows[0] : rows[rows.length - 1];
  const apart = Math.abs(drawable.indexOf(row) - drawable.indexOf(nearest));
  assert.equal(apart, 1, `row ${row} was drawn for a stratum of the rows ${rows}`);
  return nearest;
}

/** Puts cells in which fewer than 5 are expected into the fullest one. */
function pooled(cells: [number, number][]): [number, number][] {
  const [fullest, ...others] = cells.toSorted((a, b) => b[1] - a[1]);
  const pool: [number, number] = [...fullest];
  const kept = others.filter(([count, expected]) => {
    if (expected >= 5) return true;
    pool[0] += count;
    pool[1] += expected;
    return false;
  });
  return [pool, ...kept];
}

function assertChiSquare(counts: number[], expected: number[], df: number): void {
  if (df === 0) return assert.deepEqual(counts, expected.map(Math.round));
  const square = chiSquare(counts, expected);
  const limit = chiSquareLimit(df, SIGMAS);
  assert(square < limit, `χ² is ${square} with ${df} degrees of freedom, over ${limit}`);
}

Deno.test("draw_prioritized: a batch of one draws by weight too", async () => {
  const { bench, weights } = await benchOf([1, 0, 2, 5, 0.5, 0], 1);
  const counts = new Array<number>(weights.length).fill(0);
  const draws = 4000;
  for (let update = 0; update < draws; update++) {
    const [{ row, weight }] = await bench.choices(update);
    assert.equal(weight, 1);
    counts[row]++;
  }
  const expected = [...weights].map((weight) => draws * weight / 8.5);
  const can = [0, 2, 3, 4];
  assert.equal(can.reduce((sum, row) => sum + counts[row], 0), draws);
  assertChiSquare(can.map((row) => counts[row]), can.map((row) => expected[row]), 3);
  bench.buffers.destroy();
});

Deno.test("draw_prioritized: rows ascend, and importance weights are the paper's", async () => {
  const next = random(9);
  for (const beta of [0, 0.4, 1]) {
    const { bench, weights } = await benchOf(
      Array.from({ length: 300 }, () => next() < 0 ? 0 : 10 ** (3 * next())),
      100,
    );
    const drawable = weights.filter((weight) => weight > 0).length;
    assert.equal(bench.ring.drawable, drawable);
    const choices = await bench.choices(1, { beta });
    const rows = choices.map(({ row }) => row);
    assert.deepEqual(rows, rows.toSorted((a, b) => a - b));
    const wanted = importanceWeights(weights, rows, drawable, beta);
    choices.forEach(({ row, weight }, i) => {
      assert(Math.abs(weight - wanted[i]) <= 1e-5 * wanted[i], `${row}: ${weight}, ${wanted[i]}`);
    });
    assert.equal(Math.max(...choices.map(({ weight }) => weight)), 1);
    // They reach the batch.
    const drawn = await bench.draw(1, { beta });
    assert.deepEqual(drawn.map(({ weight }) => weight), choices.map(({ weight }) => weight));
    assert.deepEqual(drawn.map(({ observation }) => observation[0]), rows);
    bench.buffers.destroy();
  }
});

Deno.test("draw_prioritized: weights at the ends of float32 neither vanish nor overflow", async () => {
  // So many that a sum of unbounded ones would overflow.
  const huge = await benchOf(new Array(1000).fill(1e30), 1000);
  for (const { row, weight } of await huge.bench.choices(0, { beta: 1 })) {
    assert(row < 1000);
    assert.equal(weight, 1);
  }
  const both = await benchOf([1e-30, 0, 1e30, 1e-30, 0], 64);
  for (const { row, weight } of await both.bench.choices(0, { beta: 1 })) {
    assert.equal(row, 2);
    assert.equal(weight, 1);
  }
  const tiny = await benchOf([0, 1e-30, 1e-30, 0], 64);
  const rows = new Set((await tiny.bench.choices(0)).map(({ row }) => row));
  assert.deepEqual(rows, new Set([1, 2]));
  for (const { bench } of [huge, both, tiny]) bench.buffers.destroy();
});

Deno.test("draw_prioritized: where a sum is more than its parts, the last part takes the rest", async () => {
  // As rounding may leave it, but more: rows 0 to 199 weigh 1 each, and their sum says 230.
  const { bench } = await benchOf(
    Array.from({ length: 400 }, (_, row) => row < 200 || row >= 300 ? 1 : 0),
    330,
  );
  upload(gpu, bench.ring.tree!.nodes, Float32Array.of(230));
  const rows = (await bench.choices(0)).map(({ row }) => row);
  const wanted = [...Array(230).keys()].map((place) => Math.min(place, 199));
  assert.deepEqual(rows.slice(0, 230), wanted);
  assert.deepEqual(rows.slice(230), [...Array(100).keys()].map((i) => 300 + i));
  bench.buffers.destroy();
});

Deno.test("draw_prioritized: where no row weighs anything, the health word says so", async () => {
  const bench = await DrawBench.create(gpu, shape(20), 70);
  const NOTHING_DRAWABLE = 2;
  for (const { row } of await bench.choices(0)) assert.equal(row, NO_ROW);
  assert.equal(await bench.health(), NOTHING_DRAWABLE);
  const stream = new Stream(bench.ring);
  stream.begin(0);
  // Priorities of no row go nowhere.
  bench.prioritize(new Float32Array(70).fill(3));
  assert((await weightsOf(bench.ring)).every((weight) => weight === 0));
  stream.step(0);
  for (const { row } of await bench.choices(1)) assert.equal(row, 0);
  assert.equal(await bench.health(), 0);
  bench.buffers.destroy();
});

/** The place whose priority counts for each row of a batch: its last. */
function lastPlaces(choices: readonly Choice[]): Map<number, number> {
  return new Map(choices.map(({ row }, place) => [row, place]));
}

Deno.test("update_priorities: a row that was drawn repeatedly gets its last place's priority", async () => {
  // 5 rows in batches of 200: many repeats, over the edges of what one invocation looks at.
  const { bench, weights } = await benchOf([1, 2, 0, 4, 1], 200);
  for (let update = 0; update < 5; update++) {
    const choices = await bench.choices(update);
    const priorities = Float32Array.from({ length: 200 }, (_, place) => place + update);
    bench.prioritize(priorities);
    for (const [row, place] of lastPlaces(choices)) weights[row] = place + update;
    const updated = await weightsOf(bench.ring);
    updated.forEach((weight, row) => assert(Math.abs(weight - weights[row]) <= 1e-5 * weight));
    weights.set(updated);
  }
  await assertFresh(bench.ring);
  bench.buffers.destroy();
});

Deno.test("update_priorities: weights are (priority + ε)^α, within bounds", async () => {
  const rows = 40;
  for (const [alpha, eps] of [[0.6, 1e-6], [1, 0], [0, 0], [0.5, 0.1]]) {
    const { bench } = await benchOf(new Array(rows).fill(1), rows);
    // One draw a row, since strata are as wide as rows.
    const choices = await bench.choices(0);
    const given = Float32Array.from(choices, (_, i) => i === 0 ? 0 : 10 ** (i % 9 - 5));
    given[1] = 3e38;
    given[2] = Infinity;
    given[3] = NaN;
    bench.prioritize(given, alpha, eps);
    const weights = await weightsOf(bench.ring);
    let greatest = 1;
    for (const [row, place] of lastPlaces(choices)) {
      const isChange = Number.isFinite(given[place]);
      const bare = isChange ? weightOf(given[place], alpha, eps) : 1;
      const wanted = Math.min(1e30, Math.max(1e-30, bare));
      // GPUs may work pow out as exp2(α log2), to about 1e-5 at the ends.
      const off = Math.abs(weights[row] - wanted) / wanted;
      assert(off <= 2e-5, `priority ${given[place]}: ${weights[row]}, wanted ${wanted}`);
      greatest = Math.max(greatest, weights[row]);
    }
    assert.equal(await bench.ring.tree!.readGreatest(readback), greatest);
    await assertFresh(bench.ring);
    bench.buffers.destroy();
  }
});

/** Random events in all lanes. */
function play(stream: Stream, events: number, next: () => number): void {
  const [ring] = stream.rings;
  const ends: End[] = ["goes on", "goes on", "goes on", "terminates", "truncates"];
  for (let i = 0; i < events; i++) {
    const lane = Math.floor(ring.laneCount * (next() + 1) / 2);
    if (!ring.isOpen(lane)) stream.begin(lane);
    else if (next() > 0.9) stream.cut(lane);
    else stream.step(lane, ends[Math.floor(2.5 * (next() + 1))]);
  }
}

const STREAMS: readonly RingOptions[] = [
  shape(3),
  shape(17),
  shape(129, { nSteps: 3 }),
  shape(60, { lanes: 3, nSteps: 2 }),
  shape(5, { needsNextAction: true }),
  shape(51, { lanes: 3, nSteps: 3, needsNextAction: true }),
  shape(1000, { lanes: 7, nSteps: 5, needsNextAction: true }),
];

for (const options of STREAMS) {
  const { lanes, capacity, nSteps, needsNextAction } = options;
  const name = `${lanes} lanes, ${capacity} rows, ${nSteps} steps${
    needsNextAction ? ", SARSA" : ""
  }`;
  Deno.test(`insert_priorities: a random stream, ${name}: weights follow the rows`, async () => {
    const batch = 70;
    const bench = await DrawBench.create(gpu, options, batch);
    const { ring } = bench;
    const stream = new Stream(ring);
    const next = random(capacity + nSteps);
    const walk = { nSteps, gamma: 0.9 };
    /** Weights by observation: each row has its own. */
    let known = new Map<number, number>();
    let greatest = 1;
    for (let round = 0; round < 25; round++) {
      play(stream, 1 + Math.floor(ring.region * (next() + 1)), next);
      if (round === 12) {
        stream.clear();
        known = new Map();
        greatest = 1;
      }
      const wanted = stream.transitions(walk);
      assert.equal(ring.drawable, wanted.length);
      const byRow = new Map(wanted.map((each) => [each.lane * ring.region + each.slot, each]));
      const drawn = await bench.draw(round);
      const weights = await weightsOf(ring);
      known = new Map(wanted.map(({ observation: [id] }) => [id, known.get(id) ?? greatest]));
      weights.forEach((weight, row) => {
        const id = byRow.get(row)?.observation[0];
        assert.equal(weight, id === undefined ? 0 : known.get(id), `row ${row}`);
      });
      await assertFresh(ring);
      assert.equal(await bench.health(), wanted.length === 0 ? 2 : 0);
      if (wanted.length === 0) continue;
      const choices = await bench.choices(round);
      choices.forEach(({ row }, place) => assertDrawn(drawn[place], byRow.get(row)!));

      const priorities = Float32Array.from(choices, () => 10 ** (1.5 * next()));
      bench.prioritize(priorities, 0.6, 1e-6);
      const updated = await weightsOf(ring);
      for (const [row, place] of lastPlaces(choices)) {
        const bare = weightOf(priorities[place], 0.6, 1e-6);
        assert(Math.abs(updated[row] - bare) <= 2e-5 * bare);
        known.set(byRow.get(row)!.observation[0], updated[row]);
        greatest = Math.max(greatest, updated[row]);
      }
      await assertFresh(ring);
    }
    assert(stream.length > 2 * capacity, "the ring must wrap");
    bench.buffers.destroy();
  });
}

Deno.test("insert_priorities: more rows than can be staged at once", async () => {
  const options = shape(12_000, { observationSize: 60, lanes: 2, nSteps: 2 });
  const bench = await DrawBench.create(gpu, options, 64);
  const stream = new Stream(bench.ring);
  for (let i = 0; i < 90; i++) stream.episode(i % 2, 100, i % 3 ? "terminates" : "truncates");
  await bench.draw(0);
  const weights = await weightsOf(bench.ring);
  const wanted = new Float32Array(weights.length);
  for (const { lane, slot } of stream.transitions({ nSteps: 2, gamma: 1 })) {
    wanted[lane * bench.ring.region + slot] = 1;
  }
  assert.deepEqual(weights, wanted);
  await assertFresh(bench.ring);
  bench.buffers.destroy();
});

Deno.test("prioritized: the same seed draws the same bits, other seeds and updates draw others", async () => {
  const weights = Array.from({ length: 500 }, (_, i) => 1 + i % 7);
  const [one, again] = [await benchOf(weights, 50), await benchOf(weights, 50)];
  const first = await one.bench.choices(3, { seed: 5 });
  assert.deepEqual(await one.bench.choices(3, { seed: 5 }), first);
  assert.deepEqual(await again.bench.choices(3, { seed: 5 }), first);
  assert.notDeepEqual(await one.bench.choices(4, { seed: 5 }), first);
  assert.notDeepEqual(await one.bench.choices(3, { seed: 6 }), first);
  assert.notDeepEqual(await one.bench.choices(3 + 2 ** 32, { seed: 5 }), first);
  for (const { bench } of [one, again]) bench.buffers.destroy();
});

/** Draws, and gives what was drawn random priorities. */
async function learn(bench: DrawBench, update: number): Promise<Choice[]> {
  const choices = await bench.choices(update);
  const next = random(update);
  bench.prioritize(Float32Array.from(choices, () => 2 + 2 * next()), 0.6, 1e-6);
  return choices;
}

Deno.test("prioritized: a restored ring goes on with the same bits", async () => {
  for (const needsNextAction of [false, true]) {
    const options = shape(130, { lanes: 2, nSteps: 3, needsNextAction });
    const original = await DrawBench.create(gpu, options, 64);
    const stream = new Stream(original.ring);
    const next = random(3);
    for (let update = 0; update < 20; update++) {
      play(stream, 20, next);
      await learn(original, update);
    }
    // Rows that no update has sent off yet.
    play(stream, 7, next);
    const state: RingState = structuredClone(await original.ring.getState());
    const restored = await DrawBench.create(gpu, options, 64);
    // What it held before is gone.
    new Stream(restored.ring).episode(1, 40);
    await restored.draw(0);
    restored.ring.setState(state);
    assert.deepEqual(await restored.ring.getState(), state);
    assert.deepEqual(
      await readback.read(restored.ring.tree!.nodes),
      await readback.read(original.ring.tree!.nodes),
    );
    stream.rings.push(restored.ring);
    for (let update = 20; update < 30; update++) {
      assert.deepEqual(await learn(restored, update), await learn(original, update));
      play(stream, 30, next);
    }
    assert.deepEqual(await restored.ring.getState(), await original.ring.getState());
    original.buffers.destroy();
    restored.buffers.destroy();
  }
});

Deno.test("prioritized: weights go with their rows into a ring of another capacity", async () => {
  const small = await DrawBench.create(gpu, shape(60, { lanes: 2 }), 64);
  const stream = new Stream(small.ring);
  const next = random(4);
  for (let update = 0; update < 10; update++) {
    play(stream, 30, next);
    await learn(small, update);
  }
  const byObservation = async (ring: Ring) => {
    const { observations, priorities, maxPriority } = await ring.getState();
    const weights = [...observations].map((id, i): [number, number] => [id, priorities![i]]);
    return { maxPriority, weights: weights.sort((a, b) => a[0] - b[0]) };
  };
  const large = await DrawBench.create(gpu, shape(333, { lanes: 2 }), 64);
  large.ring.setState(await small.ring.getState());
  assert.deepEqual(await byObservation(large.ring), await byObservation(small.ring));
  await assertFresh(large.ring);
  small.buffers.destroy();
  large.buffers.destroy();
});

Deno.test("prioritized: rows of a state without priorities are as new", async () => {
  const uniform = await DrawBench.create(gpu, { ...shape(20), sampling: "uniform" }, 64);
  const stream = new Stream(uniform.ring);
  stream.episode(0, 5);
  const state = await uniform.ring.getState();
  assert(!("priorities" in state) && !("maxPriority" in state));
  const bench = await DrawBench.create(gpu, shape(20), 64);
  bench.ring.setState(state);
  assert.deepEqual([...await weightsOf(bench.ring)].slice(0, 7), [1, 1, 1, 1, 1, 0, 0]);
  // Nor do damaged weights do harm.
  const priorities = Float32Array.of(2, NaN, -1, Infinity, 0, 9);
  bench.ring.setState({ ...state, priorities, maxPriority: 4 });
  assert.deepEqual([...await weightsOf(bench.ring)].slice(0, 7), [2, 4, 4, 4, 4, 0, 0]);
  uniform.buffers.destroy();
  bench.buffers.destroy();
});

/** Tests of the ring itself: shape, places, staging, and its state on the way through a checkpoint. */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Ring, type RingState } from "../../src/replay/ring.ts";
import { random } from "../nn/harness.ts";
import { assertUniform, countDraws, DrawBench, type Drawn, type End, Stream } from "./harness.ts";

const gpu = await Gpu.open();

async function create(options: Partial<Parameters<typeof Ring.create>[2]> = {}): Promise<Ring> {
  const buffers = new Buffers(gpu);
  return await Ring.create(gpu, buffers, {
    observationSize: 2,
    lanes: 1,
    capacity: 10,
    nSteps: 1,
    ...options,
  });
}

function observation(...numbers: number[]): Float32Array {
  return Float32Array.from(numbers);
}

Deno.test("ring: lanes share its rows equally", async () => {
  const ring = await create({ lanes: 3, capacity: 20, observationSize: 5 });
  assert.equal(ring.region, 6);
  assert.equal(ring.laneCount, 3);
  assert.equal(ring.observation4, 2);
  assert.equal(ring.transitions.size, 3 * 6 * 16);
  assert.deepEqual(ring.frames.chunks.map(({ size }) => size), [3 * 6 * 32]);
});

Deno.test("ring: too few rows for the walk, or too many for the adapter, are refused with numbers", async () => {
  await assert.rejects(create({ lanes: 4, capacity: 15, nSteps: 2 }), {
    name: "RangeError",
    message: "a replay buffer of 15 rows gives each of 4 lanes 3; with nSteps 2 a lane needs " +
      "at least 4",
  });
  const capacity = Math.ceil(gpu.device.limits.maxStorageBufferBindingSize / 16) + 1;
  await assert.rejects(create({ capacity }), (error: Error) => {
    assert(error instanceof RangeError);
    assert(error.message.includes(String(capacity)), error.message);
    return error.message.includes(gpu.adapter);
  });
  gpu.check();
});

Deno.test("ring: knows its open rows, and how many rows can be drawn", async () => {
  const ring = await create({ lanes: 2, capacity: 8 });
  assert.equal(ring.filled, 0);
  assert.equal(ring.drawable, 0);
  assert(!ring.isOpen(0));
  ring.begin(0, observation(1, 2));
  assert(ring.isOpen(0) && !ring.isOpen(1));
  assert.deepEqual([...ring.openObservation(0)], [1, 2]);
  assert.deepEqual([ring.filled, ring.drawable], [1, 0]);
  ring.step(0, 0, 1, false, false, observation(3, 4));
  assert.deepEqual([...ring.openObservation(0)], [3, 4]);
  assert.deepEqual([ring.filled, ring.drawable], [2, 1]);
  ring.step(0, 0, 1, false, true, observation(5, 6));
  assert(!ring.isOpen(0));
  assert.deepEqual([ring.filled, ring.drawable], [3, 2]);
  // The fourth row, then over the oldest.
  ring.begin(0, observation(7, 8));
  assert.deepEqual([ring.filled, ring.drawable], [4, 2]);
  ring.step(0, 0, 1, true, true, observation(9, 10));
  assert.deepEqual([ring.filled, ring.drawable], [4, 2]);
});

Deno.test("ring: starting over before a step takes no second row", async () => {
  const ring = await create();
  for (let i = 0; i < 5; i++) ring.begin(0, observation(i, i));
  assert.equal(ring.filled, 1);
  assert.deepEqual([...ring.openObservation(0)], [4, 4]);
});

Deno.test("ring: a step without an episode is an error", async () => {
  const ring = await create({ lanes: 2 });
  const step = () => ring.step(1, 0, 0, false, false, observation(0, 0));
  assert.throws(step, /lane 1 has no episode: begin one before stepping/);
  ring.begin(1, observation(0, 0));
  step();
  ring.cut(1);
  assert.throws(step, /lane 1 has no episode/);
});

Deno.test("ring: nothing new, nothing to flush", async () => {
  const ring = await create();
  assert.equal(ring.flush(), undefined);
  ring.begin(0, observation(1, 1));
  ring.step(0, 0, 1, false, false, observation(2, 2));
  assert(ring.flush());
  assert.equal(ring.flush(), undefined);
  const { uploads, submits } = gpu.traffic;
  ring.write();
  assert.deepEqual([gpu.traffic.uploads, gpu.traffic.submits], [uploads, submits]);
});

Deno.test("ring: more rows than can be staged reach the GPU by themselves, without a wait", async () => {
  // 1 MiB of staging holds 4,096 rows of 60 numbers.
  const options = { observationSize: 60, lanes: 2, capacity: 12_000, nSteps: 2 };
  const bench = await DrawBench.create(gpu, options, 2048);
  const stream = new Stream(bench.ring);
  const { readbacks, submits } = gpu.traffic;
  for (let i = 0; i < 90; i++) stream.episode(i % 2, 100, i % 3 ? "terminates" : "truncates");
  assert(gpu.traffic.submits > submits, "it must have been sent in parts");
  assert.equal(gpu.traffic.readbacks, readbacks);
  const wanted = stream.transitions({ nSteps: 2, gamma: 0.9 });
  assert.equal(bench.ring.drawable, wanted.length);
  let drawn = 0;
  for (let update = 0; update < 4; update++) {
    drawn += countDraws(await bench.draw(update), wanted).reduce((a, b) => a + b, 0);
  }
  assert.equal(drawn, 4 * 2048);
  bench.buffers.destroy();
});

Deno.test("ring: no slot is staged twice, however small a lane's region", async () => {
  const ring = await create({ capacity: 7 });
  const { submits } = gpu.traffic;
  ring.begin(0, observation(0, 0));
  const steps = 100;
  for (let t = 0; t < steps; t++) ring.step(0, 0, 0, false, false, observation(t, t));
  // With the open row, a submit holds at most one image of each of the seven slots.
  assert(gpu.traffic.submits - submits >= Math.floor(steps / 6), "it must be sent in time");
});

/** Feeds both lanes by turns: episodes that end in each way, a cut, and one that is left open. */
function playSome(stream: Stream, rounds: number, seed: number): void {
  const next = random(seed);
  const ends: End[] = ["goes on", "goes on", "goes on", "terminates", "truncates"];
  for (let i = 0; i < rounds; i++) {
    for (let lane = 0; lane < 2; lane++) {
      if (!stream.rings[0].isOpen(lane)) stream.begin(lane);
      stream.step(lane, ends[Math.floor(2.5 * (next() + 1))]);
      if (next() > 0.95) stream.cut(lane);
    }
  }
}

const SHAPE = { observationSize: 3, lanes: 2, capacity: 30, nSteps: 2 };

/** The state as it comes back from a file: nothing of it shared. */
function copyOf(state: RingState): RingState {
  return structuredClone(state);
}

async function assertSameDraws(a: DrawBench, b: DrawBench, update: number): Promise<Drawn[]> {
  const [one, other] = [await a.draw(update), await b.draw(update)];
  assert.deepEqual(one, other);
  return one;
}

for (const rounds of [1, 6, 40]) {
  Deno.test(`ring: its state after ${rounds} steps a lane goes on as if nothing had happened`, async () => {
    const original = await DrawBench.create(gpu, SHAPE, 512);
    const stream = new Stream(original.ring);
    playSome(stream, rounds, rounds);
    // Rows that no update has sent off yet, and an open row that is newer still.
    await original.draw(0);
    if (stream.rings[0].isOpen(0)) stream.step(0);
    else stream.begin(0);
    const state = await original.ring.getState();
    const restored = await DrawBench.create(gpu, SHAPE, 512);
    restored.ring.setState(copyOf(state));
    for (let lane = 0; lane < 2; lane++) {
      assert.equal(restored.ring.isOpen(lane), original.ring.isOpen(lane));
      if (!original.ring.isOpen(lane)) continue;
      assert.deepEqual(restored.ring.openObservation(lane), original.ring.openObservation(lane));
    }
    assert.equal(restored.ring.drawable, original.ring.drawable);
    assert.equal(restored.ring.filled, original.ring.filled);
    const walk = { nSteps: 2, gamma: 0.9 };
    if (original.ring.drawable > 0) {
      countDraws(await assertSameDraws(original, restored, 1), stream.transitions(walk));
    }
    assert.deepEqual(await restored.ring.getState(), state);
    // Both go on, over the end of the ring.
    stream.rings.push(restored.ring);
    for (let part = 0; part < 4; part++) {
      playSome(stream, 9, 100 + part);
      const wanted = stream.transitions(walk);
      assert.equal(restored.ring.drawable, wanted.length);
      const drawn = await assertSameDraws(original, restored, 2 + part);
      countDraws(drawn, wanted);
    }
    assert.deepEqual(await restored.ring.getState(), await original.ring.getState());
    original.buffers.destroy();
    restored.buffers.destroy();
  });
}

Deno.test("ring: an open row that no step has followed yet is in the state", async () => {
  const bench = await DrawBench.create(gpu, SHAPE, 512);
  bench.ring.begin(1, observation(7, 8, 9));
  const state = await bench.ring.getState();
  const restored = await DrawBench.create(gpu, SHAPE, 512);
  restored.ring.setState(copyOf(state));
  assert(restored.ring.isOpen(1) && !restored.ring.isOpen(0));
  assert.deepEqual([...restored.ring.openObservation(1)], [7, 8, 9]);
  assert.equal(restored.ring.drawable, 0);
  for (const { ring } of [bench, restored]) ring.step(1, 3, 1.5, true, true, observation(1, 2, 3));
  const [drawn] = await assertSameDraws(bench, restored, 0);
  assert.deepEqual(drawn, {
    observation: [7, 8, 9],
    nextObservation: [1, 2, 3],
    action: 3,
    return: 1.5,
    discount: 0,
    weight: 1,
    nextAction: 0,
    mask: 0xffffffff,
    nextMask: 0xffffffff,
  });
  bench.buffers.destroy();
  restored.buffers.destroy();
});

Deno.test("ring: an empty ring's state is empty, and can be restored", async () => {
  const ring = await create({ lanes: 2 });
  const state = await ring.getState();
  assert.equal(state.filled, 0);
  assert.equal(state.observations.length, 0);
  const other = await create({ lanes: 2 });
  other.setState(copyOf(state));
  assert.equal(other.drawable, 0);
  other.begin(0, observation(1, 1));
  assert.equal(other.filled, 1);
});

Deno.test("ring: what it held before a state is restored can't be drawn any more", async () => {
  const bench = await DrawBench.create(gpu, SHAPE, 1024);
  const before = new Stream(bench.ring);
  playSome(before, 40, 1);
  await bench.draw(0);
  const source = await DrawBench.create(gpu, SHAPE, 64);
  const stream = new Stream(source.ring);
  stream.episode(0, 2);
  bench.ring.setState(await source.ring.getState());
  stream.rings.push(bench.ring);
  const walk = { nSteps: 2, gamma: 0.9 };
  assertUniform(countDraws(await bench.draw(1), stream.transitions(walk)));
  // Not as rows come into reach again either.
  for (let i = 0; i < 4; i++) {
    stream.begin(1);
    stream.step(1);
    stream.begin(0);
    stream.step(0);
    stream.begin(0);
    assertUniform(countDraws(await bench.draw(2 + i), stream.transitions(walk)));
  }
  bench.buffers.destroy();
  source.buffers.destroy();
});

Deno.test("ring: a state goes into a ring of another capacity, as long as its rows fit", async () => {
  const walk = { nSteps: 2, gamma: 0.9 };
  // Before the small ring has wrapped, and after.
  for (const rounds of [5, 40]) {
    const small = await DrawBench.create(gpu, SHAPE, 512);
    const stream = new Stream(small.ring);
    playSome(stream, rounds, rounds);
    const large = await DrawBench.create(gpu, { ...SHAPE, capacity: 70 }, 1024);
    large.ring.setState(copyOf(await small.ring.getState()));
    const wanted = stream.transitions(walk);
    assert.equal(large.ring.drawable, wanted.length);
    assertUniform(countDraws(await large.draw(1), wanted));
    // What the small ring still held stays as more comes, until the large one is full.
    const oldest = [0, 1].map((lane) => {
      const times = stream.rows().filter((row) => row.lane === lane).map(({ time }) => time);
      return Math.min(...times);
    });
    stream.rings[0] = large.ring;
    for (let part = 0; part < 12; part++) {
      playSome(stream, 5, 50 + part);
      const reachable = stream.transitions(walk).filter(({ lane, time }) => time >= oldest[lane]);
      assert.equal(large.ring.drawable, reachable.length);
      const drawn = [...await large.draw(2 * part), ...await large.draw(2 * part + 1)];
      assertUniform(countDraws(drawn, reachable));
    }
    small.buffers.destroy();
    large.buffers.destroy();
  }
});

Deno.test("ring: a state that does not fit is refused, and changes nothing", async () => {
  const ring = await create({ lanes: 2, capacity: 20 });
  for (let i = 0; i < 15; i++) {
    ring.begin(0, observation(i, i));
    ring.step(0, 0, 0, true, true, observation(i, i));
  }
  const state = await ring.getState();
  const smaller = await create({ lanes: 2, capacity: 10 });
  smaller.begin(1, observation(1, 2));
  assert.throws(() => smaller.setState(copyOf(state)), {
    name: "RangeError",
    message: "the saved replay buffer holds 10 rows of an environment, and this one has room for " +
      "5: set bufferSize to at least 20",
  });
  assert(smaller.isOpen(1));
  const single = await create({ capacity: 20 });
  assert.throws(() => single.setState(copyOf(state)), {
    name: "RangeError",
    message: "the saved replay buffer was fed by 2 environments, this one by 1",
  });
});

Deno.test("ring: cleared, it holds what comes from then on, and episodes go on", async () => {
  for (const needsNextAction of [false, true]) {
    const bench = await DrawBench.create(gpu, { ...SHAPE, needsNextAction }, 512);
    const stream = new Stream(bench.ring);
    const walk = { nSteps: 2, gamma: 0.9 };
    playSome(stream, 40, 3);
    await bench.draw(0);
    // Once with rows that have not been sent off, once with all of them there.
    for (const staged of [3, 0]) {
      playSome(stream, staged, 5);
      if (!bench.ring.isOpen(0)) stream.begin(0);
      stream.cut(1);
      const seen = [...bench.ring.openObservation(0)];
      stream.clear();
      assert.equal(bench.ring.drawable, 0);
      assert.equal(bench.ring.filled, 1);
      assert(bench.ring.isOpen(0) && !bench.ring.isOpen(1));
      assert.deepEqual([...bench.ring.openObservation(0)], seen);
      await bench.draw(1);
      assert.equal(await bench.health(), 2, "nothing must be left to draw");
      const { lanes, kinds } = await bench.ring.getState();
      assert.deepEqual(lanes, [
        { head: 0, size: 1, open: true, linked: false },
        { head: -1, size: 0, open: false, linked: false },
      ]);
      assert.deepEqual([...kinds], [0, 0]);
      for (let part = 0; part < 6; part++) {
        playSome(stream, 5, 10 + part);
        const wanted = stream.transitions(walk);
        assert.equal(bench.ring.drawable, wanted.length);
        assertUniform(
          countDraws([...await bench.draw(part), ...await bench.draw(50 + part)], wanted),
        );
      }
      assert.equal(await bench.health(), 0);
    }
    // An open row that no step has led to is taken over by the next episode, as ever.
    if (!bench.ring.isOpen(1)) stream.begin(1);
    stream.clear();
    stream.begin(1);
    stream.step(1, "terminates");
    countDraws(await bench.draw(99), stream.transitions(walk));
    assert.equal(bench.ring.drawable, 1);
    bench.buffers.destroy();
  }
});

Deno.test("ring: an empty one can be cleared", async () => {
  const ring = await create({ lanes: 2 });
  ring.clear();
  assert.equal(ring.flush(), undefined);
  assert.equal(ring.filled, 0);
});

Deno.test("ring: masks go with their rows, through a checkpoint too", async () => {
  const bench = await DrawBench.create(gpu, { ...SHAPE, lanes: 1 }, 4);
  const { ring } = bench;
  ring.begin(0, observation(1, 2, 3), 0b101);
  ring.step(0, 0, 1, false, false, observation(4, 5, 6), 0x80000001);
  ring.step(0, 0, 1, false, true, observation(7, 8, 9), 0);
  // Left out, all actions are allowed.
  ring.begin(0, observation(10, 11, 12));
  const state = await ring.getState();
  assert.deepEqual([...state.masks!], [0b101, 0x80000001, 0, 0xffffffff]);
  const restored = await DrawBench.create(gpu, { ...SHAPE, lanes: 1 }, 64);
  const masks = async () =>
    new Set((await restored.draw(1)).map(({ mask, nextMask }) => `${mask} ${nextMask}`));
  restored.ring.setState(copyOf(state));
  assert.deepEqual(await masks(), new Set([`${0b101} 0`, `${0x80000001} 0`]));
  // The open row's as well.
  restored.ring.setState({ ...copyOf(state), masks: Uint32Array.of(1, 2, 3, 4) });
  restored.ring.step(0, 0, 1, true, true, observation(0, 0, 0), 5);
  assert.deepEqual(await masks(), new Set(["1 3", "2 3", "4 5"]));
  // Checkpoints of before there were masks.
  const { masks: _, ...before } = copyOf(state);
  restored.ring.setState(before);
  assert.deepEqual(await masks(), new Set(["4294967295 4294967295"]));
  bench.buffers.destroy();
  restored.buffers.destroy();
});

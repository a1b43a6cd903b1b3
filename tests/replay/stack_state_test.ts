/**
 * Tests of a checkpoint of a ring that stacks frames: it goes on to the last bit, in a ring of another
 * capacity too, and with its frames in other buffers.
 */

import assert from "node:assert/strict";
import { Gpu } from "../../src/gpu/gpu.ts";
import type { Ring, RingOptions, RingState } from "../../src/replay/ring.ts";
import { DrawBench } from "./harness.ts";
import { countStacks, layoutOf, StackStream } from "./stack_stream.ts";

const gpu = await Gpu.open();

const PICTURE = { height: 3, width: 7, planes: 1, isBytes: true };
const SHAPE: RingOptions = {
  ...{ observationSize: 21, lanes: 2, capacity: 40, nSteps: 2 },
  ...{ bytes: true, frameStack: 4, chunkBytes: 7 * 32 },
};

function create(given: Partial<RingOptions> = {}): Promise<DrawBench> {
  const options = { ...SHAPE, ...given };
  const batch = options.sampling === "sequential" ? 6 : 128;
  const isBytes = options.bytes === true;
  const layout = layoutOf({ ...PICTURE, isBytes }, options.frameStack!);
  return DrawBench.create(gpu, options, batch, true, layout);
}

async function assertSame(a: DrawBench, b: DrawBench, update: number): Promise<void> {
  assert.deepEqual(await a.draw(update), await b.draw(update));
}

function destroy(...benches: DrawBench[]): void {
  for (const { buffers } of benches) buffers.destroy();
}

/** All rows that can be drawn, counted from the oldest of their lanes. */
function drawableOf(ring: Ring, state: RingState): number[] {
  return state.lanes.flatMap(({ head, size }, lane) =>
    Array.from(
      { length: size },
      (_, i) => lane * ring.region + (head - size + 1 + i + ring.region) % ring.region,
    ).flatMap((row, i) => ring.canDraw(row) ? [1000 * lane + i] : [])
  );
}

/** Ways to draw, and ways to store. */
const RINGS: readonly Partial<RingOptions>[] = [
  { sampling: "uniform" },
  { sampling: "prioritized" },
  { sampling: "sequential" },
  { sampling: "uniform", frameStack: 1 },
  { sampling: "prioritized", bytes: false },
  { sampling: "uniform", bytes: false, frameStack: 1 },
];

for (const given of RINGS) {
  const { sampling, bytes = true, frameStack = 4 } = given;
  const name = `${frameStack} frames of ${bytes ? "bytes" : "floats"}, ${sampling}`;
  for (const events of [1, 9, 30, 200]) {
    Deno.test(`ring: ${name}: after ${events} events its state goes on as if nothing had happened`, async () => {
      const original = await create(given);
      const restored = await create({ ...given, chunkBytes: 1 << 20 });
      const stream = new StackStream([original.ring], events, 0.05);
      stream.play(events);
      const state = await original.ring.getState();
      assert.equal(state.observations instanceof Uint8Array, bytes);
      assert.equal(state.stacks?.length, frameStack > 1 ? 2 * frameStack * 21 : undefined);
      // What was there before is gone.
      new StackStream([restored.ring], 1, 0.1).play(60);
      restored.ring.setState(structuredClone(state));
      stream.rings.push(restored.ring);
      stream.assertRows();
      assert.deepEqual(await restored.ring.getState(), state);
      const wanted = stream.transitions();
      const canDraw = () =>
        sampling === "sequential" ? original.ring.sequences(6) > 0 : original.ring.drawable > 0;
      if (canDraw()) {
        await assertSame(original, restored, 1);
        const layout = layoutOf({ ...PICTURE, isBytes: bytes }, frameStack);
        countStacks(await restored.draw(2), wanted, layout);
      }
      for (let part = 0; part < 4; part++) {
        stream.play(25);
        if (canDraw()) await assertSame(original, restored, 3 + part);
      }
      assert.deepEqual(await restored.ring.getState(), await original.ring.getState());
      destroy(original, restored);
    });
  }
}

Deno.test("ring: the newest stack reaches back beyond an emptied ring, through a checkpoint too", async () => {
  const original = await create();
  const { ring } = original;
  const frames = [1, 2, 3, 4, 5].map((n) => new Uint8Array(21).fill(n));
  ring.begin(0, frames[0]);
  for (const frame of frames.slice(1)) ring.step(0, 0, 0, false, false, frame);
  ring.clear();
  const restored = await create();
  restored.ring.setState(structuredClone(await ring.getState()));
  for (const each of [ring, restored.ring]) {
    assert.deepEqual([...each.openStack(0)], frames.slice(1).flatMap((frame) => [...frame]));
    // The stacks of the next rows need frames that are gone.
    for (let i = 0; i < 3; i++) {
      each.step(0, 0, 0, false, false, frames[0]);
      assert.equal(each.drawable, 0);
    }
    each.step(0, 0, 0, false, false, frames[0]);
    assert.equal(each.drawable, 1);
  }
  await assertSame(original, restored, 1);
  destroy(original, restored);
});

Deno.test("ring: stacks go into a ring of another capacity, as long as its rows fit", async () => {
  for (const events of [20, 200]) {
    const small = await create();
    const stream = new StackStream([small.ring], events, 0.05);
    stream.play(events);
    const state = await small.ring.getState();
    const large = await create({ capacity: 75 });
    large.ring.setState(structuredClone(state));
    assert.equal(large.ring.drawable, small.ring.drawable);
    assert.deepEqual(
      drawableOf(large.ring, await large.ring.getState()),
      drawableOf(small.ring, state),
    );
    const wanted = stream.transitions();
    countStacks(await large.draw(1), wanted, layoutOf(PICTURE, 4));
    for (let lane = 0; lane < 2; lane++) {
      if (small.ring.isOpen(lane)) {
        assert.deepEqual(large.ring.openStack(lane), small.ring.openStack(lane));
      }
    }
    // What the small ring can draw stays drawable in the large one while there is room.
    stream.rings.push(large.ring);
    const before = large.ring.drawable;
    for (let i = 0; i < 3; i++) {
      if (!small.ring.isOpen(0)) stream.rings.forEach((ring) => ring.begin(0, new Uint8Array(21)));
      for (const ring of stream.rings) ring.step(0, 5, 0, false, false, new Uint8Array(21));
    }
    assert.equal(large.ring.drawable, before + 3);
    destroy(small, large);
  }
});

Deno.test("ring: a state that does not tell first rows or stacks has them worked out", async () => {
  const original = await create();
  const { ring } = original;
  const stream = new StackStream([ring], 8, 0.1);
  stream.play(25);
  const state = await ring.getState();
  assert(state.lanes.every(({ size }) => size < ring.region), "nothing must be overwritten yet");
  const { firsts: _, stacks: __, ...bare } = structuredClone(state);
  const restored = await create();
  restored.ring.setState(bare);
  // All but the oldest rows of each lane: what was before them is not known.
  const isOldest = (row: number) => row % ring.region < 3;
  for (let row = 0; row < 2 * ring.region; row++) {
    if (restored.ring.canDraw(row)) assert(ring.canDraw(row));
    else assert(!ring.canDraw(row) || isOldest(row), `row ${row}`);
  }
  assert(restored.ring.drawable > 0);
  for (let lane = 0; lane < 2; lane++) {
    if (ring.isOpen(lane)) assert.deepEqual(restored.ring.openStack(lane), ring.openStack(lane));
  }
  countStacks(await restored.draw(1), stream.transitions(), layoutOf(PICTURE, 4));
  destroy(original, restored);
});

Deno.test("ring: an open row of another kind of numbers, or of another size, is refused", async () => {
  const bench = await create();
  new StackStream([bench.ring], 8, 0.1).play(25);
  const state = await bench.ring.getState();
  const floats = await create({ bytes: false });
  assert.throws(() => floats.ring.setState(state), {
    name: "TypeError",
    message: "the saved replay buffer holds bytes, and this one floats",
  });
  const single = await create({ frameStack: 2 });
  assert.throws(() => single.ring.setState(state), {
    name: "RangeError",
    message: "the saved replay buffer has 168 numbers of newest frames; 2 stacks of 2 × 21 are 84",
  });
  const short = { ...state, observations: state.observations.subarray(21) };
  assert.throws(() => bench.ring.setState(short), {
    name: "RangeError",
    message: `the saved replay buffer has ${short.observations.length} numbers of observations; ` +
      `2 × ${state.filled} rows of 21 are ${state.observations.length}`,
  });
  destroy(bench, floats, single);
});

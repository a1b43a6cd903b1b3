/**
 * Tests of stacks of frames: over random streams of episodes, batches are those of a replay memory that
 * stores whole stacks, to the last bit, whatever pictures are like, and however frames are stored.
 */

import assert from "node:assert/strict";
import { Gpu } from "../../src/gpu/gpu.ts";
import type { RingOptions } from "../../src/replay/ring.ts";
import { assertUniform, DrawBench, type Drawn } from "./harness.ts";
import { countStacks, layoutOf, type Picture, StackStream } from "./stack_stream.ts";

const gpu = await Gpu.open();

type Shape = Omit<RingOptions, "observationSize" | "capacity"> & {
  readonly picture: Picture;
  readonly region: number;
  /** The share of steps that end an episode. */
  readonly ends: number;
};

const flat = (planes: number, isBytes = false): Picture => ({
  ...{ height: 1, width: 1, planes, isBytes },
});

/** Odd sizes; each of them is a case that has its own way through the kernels, or nearly so. */
const STREAMS: readonly Shape[] = [
  // Flat: floats, bytes as numbers, bytes.
  { picture: flat(1), region: 7, lanes: 1, nSteps: 1, frameStack: 2, ends: 0.2 },
  { picture: flat(3), region: 17, lanes: 3, nSteps: 3, frameStack: 4, ends: 0.1 },
  { picture: flat(7), region: 20, lanes: 1, nSteps: 1, frameStack: 1, bytes: true, ends: 0.2 },
  { picture: flat(17), region: 12, lanes: 3, nSteps: 3, frameStack: 2, bytes: true, ends: 0.3 },
  { picture: flat(129, true), region: 9, lanes: 1, nSteps: 3, frameStack: 4, bytes: true, ends: 0 },
  {
    picture: flat(3, true),
    region: 17,
    lanes: 3,
    nSteps: 1,
    frameStack: 1,
    bytes: true,
    ends: 0.2,
  },
  // One plane: bytes, four pixels at a time, and what is left over.
  {
    picture: { height: 3, width: 7, planes: 1, isBytes: true, margin: [1, 2] },
    ...{ region: 17, lanes: 3, nSteps: 3, frameStack: 4, bytes: true, ends: 0.15 },
  },
  {
    picture: { height: 4, width: 4, planes: 1, isBytes: true },
    ...{ region: 23, lanes: 1, nSteps: 1, frameStack: 2, bytes: true, ends: 0.3 },
  },
  {
    picture: { height: 1, width: 129, planes: 1, isBytes: true, margin: [0, 3] },
    ...{ region: 9, lanes: 1, nSteps: 1, frameStack: 5, bytes: true, ends: 0.05 },
  },
  // Three planes, one after the other or side by side, as bytes, floats, or bytes as numbers.
  {
    picture: { height: 8, width: 6, planes: 3, channelsFirst: true, isBytes: true, margin: [1, 1] },
    ...{ region: 11, lanes: 1, nSteps: 1, frameStack: 4, bytes: true, ends: 0.2 },
  },
  {
    picture: { height: 3, width: 3, planes: 3, channelsFirst: true, isBytes: true },
    ...{ region: 13, lanes: 3, nSteps: 3, frameStack: 2, bytes: true, ends: 0.2 },
  },
  {
    picture: { height: 3, width: 5, planes: 3, isBytes: true, margin: [2, 1] },
    ...{ region: 13, lanes: 1, nSteps: 3, frameStack: 4, bytes: true, ends: 0.2 },
  },
  {
    picture: { height: 3, width: 3, planes: 3, margin: [1, 1] },
    ...{ region: 17, lanes: 3, nSteps: 1, frameStack: 2, ends: 0.3 },
  },
  {
    picture: { height: 2, width: 3, planes: 3, channelsFirst: true, margin: [0, 1] },
    ...{ region: 17, lanes: 1, nSteps: 1, frameStack: 4, bytes: true, ends: 0.1 },
  },
  // Single frames of floats: as they lie, and in another order.
  {
    picture: { height: 3, width: 3, planes: 4 },
    ...{ region: 17, lanes: 3, nSteps: 3, frameStack: 1, ends: 0.2 },
  },
  {
    picture: { height: 3, width: 3, planes: 4, channelsFirst: true, margin: [1, 1] },
    ...{ region: 17, lanes: 1, nSteps: 1, frameStack: 1, ends: 0.2 },
  },
  // The action after is needed; the smallest lanes that there can be; episodes without end.
  {
    picture: flat(2, true),
    ...{ region: 17, lanes: 2, nSteps: 3, frameStack: 4, bytes: true, ends: 0.2 },
    needsNextAction: true,
  },
  {
    picture: flat(1),
    ...{ region: 8, lanes: 3, nSteps: 3, frameStack: 4, ends: 0.1, needsNextAction: true },
  },
  { picture: flat(1), region: 6, lanes: 2, nSteps: 1, frameStack: 4, ends: 0.1 },
  { picture: flat(1), region: 6, lanes: 1, nSteps: 1, frameStack: 4, ends: 0 },
];

/** A ring's options, for one buffer or several. */
function optionsOf(
  { picture, region, ends: _, ...given }: Shape,
  chunkRows = Infinity,
): RingOptions {
  const observationSize = picture.height * picture.width * picture.planes;
  const rowBytes = Math.ceil(observationSize * (given.bytes ? 1 : 4) / 16) * 16;
  return {
    ...given,
    observationSize,
    capacity: given.lanes * region,
    chunkBytes: chunkRows * rowBytes,
  };
}

function nameOf({ picture, region, lanes, nSteps, frameStack, bytes, needsNextAction }: Shape) {
  const { height, width, planes, channelsFirst, isBytes } = picture;
  return `${frameStack} frames of ${height}×${width}×${planes}${
    channelsFirst ? " by planes" : ""
  }, ` +
    `${bytes ? "bytes" : "floats"} as ${isBytes ? "bytes" : "floats"}, ${nSteps} steps, ` +
    `${lanes} × ${region} rows${needsNextAction ? ", next actions" : ""}`;
}

const MANY: readonly [name: string, picture: Picture, chunkRows: number][] = [
  ["flat", flat(1, true), Infinity],
  ["by planes, several buffers", { height: 2, width: 2, planes: 1, isBytes: true }, 9],
];
for (const [name, picture, chunkRows] of MANY) {
  Deno.test(`gather: a batch of more inputs than workgroups is whole: ${name}`, async () => {
    const shape: Shape = {
      ...{ picture, region: 17, lanes: 1, nSteps: 1, frameStack: 3, bytes: true, ends: 0.2 },
    };
    const layout = layoutOf(picture, 3);
    const bench = await DrawBench.create(gpu, optionsOf(shape, chunkRows), 33_000, true, layout);
    const stream = new StackStream([bench.ring], 1, shape.ends);
    stream.play(40);
    assertUniform(countStacks(await bench.draw(1), stream.transitions(), layout));
    assert.equal(await bench.health(), 0);
    bench.buffers.destroy();
  });
}

STREAMS.forEach((shape, seed) => {
  Deno.test(`gather: ${nameOf(shape)}: batches are those of whole stacks`, async () => {
    const batch = 256;
    const layout = layoutOf(shape.picture, shape.frameStack!);
    // The same rows in one buffer, and in several that end in mid-lane.
    const whole = await DrawBench.create(gpu, optionsOf(shape), batch, true, layout);
    const parts = await DrawBench.create(gpu, optionsOf(shape, 5), batch, true, layout);
    assert.equal(whole.ring.frames.chunks.length, 1);
    const rows = shape.lanes * shape.region;
    assert.equal(parts.ring.frames.chunks.length, Math.ceil(rows / 5));
    const stream = new StackStream([whole.ring, parts.ring], seed, shape.ends);
    let updates = 0;
    for (let round = 0; round < 6; round++) {
      stream.play(1 + Math.floor((1 + round % 3) * rows / 2));
      const wanted = stream.transitions();
      if (wanted.length === 0) continue;
      const draws = round === 5 ? 30 * wanted.length : 1;
      const drawn: Drawn[] = [];
      while (drawn.length < draws) {
        const update = updates++;
        const batchOfWhole = await whole.draw(update);
        assert.deepEqual(await parts.draw(update), batchOfWhole);
        drawn.push(...batchOfWhole);
      }
      const counts = countStacks(drawn, wanted, layout);
      if (draws > 1) assertUniform(counts);
    }
    assert(updates >= 4, "there must be something to draw");
    assert(stream.count > 2 * rows, "the ring must wrap");
    for (const bench of [whole, parts]) {
      assert.equal(await bench.health(), 0);
      bench.buffers.destroy();
    }
  });
});

/**
 * Tests of the frames themselves: what they take, how they part into buffers, how they get to their rows,
 * and what is said when they don't fit.
 */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Readback } from "../../src/gpu/readback.ts";
import { gatherSteps, type PictureLayout } from "../../src/replay/gather.ts";
import { Frames } from "../../src/replay/frames.ts";
import { Ring, type RingOptions } from "../../src/replay/ring.ts";
import { flatLayout } from "./harness.ts";

const gpu = await Gpu.open();
const ATARI = { size: 84 * 84, isBytes: true, otherBytes: 16 };

/** Memory that ends after so many bytes of storage buffers, for as long as the work takes. */
async function withMemory<T>(bytes: number, work: () => Promise<T>): Promise<T> {
  const { device } = gpu;
  const own = {
    createBuffer: device.createBuffer.bind(device),
    popErrorScope: device.popErrorScope.bind(device),
  };
  let left = bytes;
  let isRefused = false;
  device.createBuffer = (descriptor) => {
    const buffer = own.createBuffer(descriptor);
    isRefused = descriptor.size > left;
    if (isRefused) return buffer;
    left -= descriptor.size;
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      left += descriptor.size;
      return destroy();
    };
    return buffer;
  };
  device.popErrorScope = async () => {
    const refusal = isRefused ? new GPUOutOfMemoryError("not enough memory left") : null;
    isRefused = false;
    return await own.popErrorScope() ?? refusal;
  };
  try {
    return await work();
  } finally {
    Reflect.deleteProperty(device, "createBuffer");
    Reflect.deleteProperty(device, "popErrorScope");
  }
}

Deno.test("frames: a frame takes its bytes, filled up to whole vec4s, and nothing more", async () => {
  for (const [size, bytes, floats] of [[1, 16, 16], [3, 16, 16], [7, 16, 32], [17, 32, 80]]) {
    for (const isBytes of [false, true]) {
      const buffers = new Buffers(gpu);
      const frames = await Frames.create(gpu, buffers, { rows: 10, size, isBytes, otherBytes: 16 });
      assert.equal(frames.rowBytes, isBytes ? bytes : floats);
      assert.equal(buffers.bytes, 10 * frames.rowBytes);
      buffers.destroy();
    }
  }
  const buffers = new Buffers(gpu);
  // In as many buffers as it takes.
  const frames = await Frames.create(gpu, buffers, { ...ATARI, rows: 5000, chunkBytes: 8e6 });
  assert.equal(buffers.bytes, 5000 * 7056);
  assert.deepEqual(frames.chunks.map(({ size }) => size / 7056), [1133, 1133, 1133, 1133, 468]);
  assert.deepEqual(frames.rowsOf(4), [4532, 5000]);
  buffers.destroy();
});

Deno.test({
  name: "frames: a million of 84 × 84 bytes are 7.06 GB",
  // A software adapter gives memory when it is written to, and this is not.
  ignore: gpu.kind !== "cpu",
  async fn() {
    const buffers = new Buffers(gpu);
    const frames = await Frames.create(gpu, buffers, { ...ATARI, rows: 1_000_000 });
    assert.equal(buffers.bytes, 7.056e9);
    const most = gpu.device.limits.maxStorageBufferBindingSize;
    assert(frames.chunks.every(({ size }) => size <= most));
    assert.equal(frames.rowsOf(frames.chunks.length - 1)[1], 1_000_000);
    buffers.destroy();
    gpu.check();
  },
});

for (const isBytes of [false, true]) {
  Deno.test(`frames: ${isBytes ? "bytes" : "floats"} go to their rows over the ends of buffers, and come back`, async () => {
    const buffers = new Buffers(gpu);
    const shape = { rows: 23, size: 7, isBytes, chunkBytes: isBytes ? 80 : 160, otherBytes: 16 };
    const frames = await Frames.create(gpu, buffers, shape);
    assert.equal(frames.chunks.length, 5);
    const source = isBytes ? new Uint8Array(40 * 7) : new Float32Array(40 * 7);
    source.forEach((_, i) => source[i] = isBytes ? 1 + i % 255 : i + 0.5);
    // From anywhere, to rows 3 to 19.
    const sources = Array.from({ length: 17 }, (_, i) => (i * 7 + 5) % 40);
    frames.fill(3, source, sources);
    // Two rows of one buffer are as many bytes as this brings.
    const readback = new Readback(gpu, buffers, "frames", 2 * frames.rowBytes);
    const all = source.slice(0, 23 * 7);
    await frames.read(readback, 0, all);
    for (let row = 0; row < 23; row++) {
      const from = sources[row - 3];
      const wanted = from === undefined ? [0, 0, 0, 0, 0, 0, 0] : [...source.subarray(from * 7)];
      assert.deepEqual([...all.subarray(row * 7, row * 7 + 7)], wanted.slice(0, 7), `row ${row}`);
    }
    const some = source.slice(0, 6 * 7);
    await frames.read(readback, 8, some);
    assert.deepEqual(some, all.slice(8 * 7, 14 * 7));
    buffers.destroy();
  });
}

Deno.test("frames: what is more than there is memory for is refused, with the size that fits", async () => {
  const buffers = new Buffers(gpu);
  const options: RingOptions = {
    ...{ observationSize: 84 * 84, lanes: 2, nSteps: 1 },
    ...{ capacity: 100_000, bytes: true, frameStack: 4, chunkBytes: 1e8 },
  };
  await withMemory(300e6, async () => {
    await assert.rejects(Ring.create(gpu, buffers, options), {
      name: "RangeError",
      message:
        "a replay buffer of 100000 rows takes 0.706 GB of observations (7056 bytes a row) and " +
        `0.0016 GB of transitions, and "${gpu.adapter}" has memory for 0.3 GB: set bufferSize to at ` +
        "most 38000",
    });
    assert.equal(buffers.bytes, 0, "nothing must stay allocated");
    // That size does fit.
    const ring = await Ring.create(gpu, buffers, { ...options, capacity: 38_000 });
    assert.equal(ring.frames.chunks.length, 3);
    buffers.destroy();
  });
  // Where not even one buffer fits.
  await withMemory(20e6, async () => {
    await assert.rejects(
      Ring.create(gpu, buffers, options),
      /has memory for 0\.01\d+ GB: set bufferSize to at most \d+$/,
    );
    assert.equal(buffers.bytes, 0);
  });
  gpu.check();
  // Where it is known beforehand.
  const rows = 100_000;
  await assert.rejects(Frames.create(gpu, buffers, { ...ATARI, rows }, 500e6), {
    name: "RangeError",
    message:
      `a replay buffer of 100000 rows takes 0.706 GB of observations (7056 bytes a row) and ` +
      `0.0016 GB of transitions, and "${gpu.adapter}" has memory for 0.5 GB: set bufferSize to at ` +
      `most 63000`,
  });
  assert.equal(buffers.bytes, 0);
});

Deno.test("frames: one that no buffer can hold is refused", async () => {
  const buffers = new Buffers(gpu);
  await assert.rejects(
    Frames.create(gpu, buffers, { ...ATARI, rows: 10, chunkBytes: 7000 }),
    {
      name: "RangeError",
      message:
        `an observation of 7056 numbers takes 7056 bytes, more than the 7000 that a buffer on ` +
        `"${gpu.adapter}" may have`,
    },
  );
});

Deno.test("ring: frames go up once, those of a lane in one piece", async () => {
  const buffers = new Buffers(gpu);
  const ring = await Ring.create(gpu, buffers, {
    ...{ observationSize: 5, lanes: 2, capacity: 200, nSteps: 1, bytes: true, frameStack: 2 },
  });
  const frame = (n: number) => new Uint8Array(5).fill(n);
  const traffic = () => ({ ...gpu.traffic });
  for (let lane = 0; lane < 2; lane++) {
    ring.begin(lane, frame(lane));
    for (let i = 0; i < 9; i++) ring.step(lane, 0, 0, false, false, frame(10 * lane + i));
  }
  let before = traffic();
  ring.write();
  // Each lane's frames, and all rows' images.
  assert.deepEqual(traffic(), {
    ...before,
    uploads: before.uploads + 3,
    submits: before.submits + 1,
  });
  ring.step(1, 0, 0, false, false, frame(99));
  before = traffic();
  ring.write();
  assert.deepEqual(traffic(), {
    ...before,
    uploads: before.uploads + 2,
    submits: before.submits + 1,
  });
  // An episode that ends shows no frame.
  ring.cut(0);
  ring.begin(0, frame(3));
  ring.begin(0, frame(4));
  before = traffic();
  ring.write();
  assert.equal(gpu.traffic.uploads, before.uploads + 2);
  const { observations } = await ring.getState();
  assert.equal(observations[10 * 5], 4, "the second start's frame, in the same row");
  assert.equal(observations[9 * 5], 8);
  buffers.destroy();
});

Deno.test("ring: more frames than can be staged reach the GPU by themselves", async () => {
  const buffers = new Buffers(gpu);
  const ring = await Ring.create(gpu, buffers, {
    ...{ observationSize: 5000, lanes: 2, capacity: 700, nSteps: 1, bytes: true },
  });
  const { submits, readbacks } = gpu.traffic;
  ring.begin(0, new Uint8Array(5000));
  const frame = new Uint8Array(5000);
  for (let i = 1; i <= 1000; i++) ring.step(0, i, 0, false, false, frame.fill(i % 251));
  // 1 MiB is 104 frames a lane.
  assert.equal(gpu.traffic.submits - submits, Math.floor(1001 / 104));
  assert.equal(gpu.traffic.readbacks, readbacks);
  const { observations, actions, lanes: [{ head, size }] } = await ring.getState();
  assert.equal(size, 350);
  for (let back = 0; back < 350; back++) {
    const row = (head - back + 350) % 350;
    const wanted = (1000 - back) % 251;
    assert.equal(observations[5000 * row], wanted);
    assert.equal(observations[5000 * row + 4999], wanted);
    if (back > 0) assert.equal(actions[row], 1001 - back);
  }
  buffers.destroy();
});

Deno.test("ring: lanes too small for their stacks are refused", async () => {
  const buffers = new Buffers(gpu);
  const options = { observationSize: 3, lanes: 2, capacity: 13, nSteps: 2, frameStack: 4 };
  await assert.rejects(Ring.create(gpu, buffers, options), {
    name: "RangeError",
    message:
      "a replay buffer of 13 rows gives each of 2 lanes 6; with nSteps 2 and frameStack 4 a " +
      "lane needs at least 7",
  });
  for (const frameStack of [0, 1.5, NaN]) {
    await assert.rejects(Ring.create(gpu, buffers, { ...options, frameStack }), {
      name: "RangeError",
      message: `frameStack must be a whole number from 1 on, got ${frameStack}`,
    });
  }
  // With as many as it needs, one row at least can be drawn.
  const ring = await Ring.create(gpu, buffers, { ...options, capacity: 14 });
  ring.begin(0, [0, 0, 0]);
  for (let i = 0; i < 100; i++) ring.step(0, 0, 0, false, false, [i, i, i]);
  assert.equal(ring.drawable, 3);
  buffers.destroy();
});

Deno.test("gather: a picture that the frames don't make is refused", async () => {
  const buffers = new Buffers(gpu);
  const options = { observationSize: 12, lanes: 1, capacity: 20, nSteps: 1, frameStack: 2 };
  const ring = await Ring.create(gpu, buffers, options);
  const buffer = buffers.storage("some", 16);
  const plan = (given: Partial<PictureLayout>) =>
    gatherSteps(ring, {
      ...{ batch: 2, inputs: { buffer, stride: 0 }, samples: buffer, health: buffer },
      layout: { ...flatLayout(options), ...given },
    });
  assert.equal(plan({}).length, 2);
  for (const [height, width, channels] of [[2, 2, 4], [1, 8, 3], [24, 1, 1]]) {
    assert.throws(() => plan({ height, width, channels }), {
      name: "RangeError",
      message:
        `2 × 12 numbers make no picture of ${height} × ${width} pixels with ${channels} channels`,
    });
  }
  assert.throws(() => plan({ isBytes: true }), {
    name: "RangeError",
    message: "the inputs are to be bytes, and the replay buffer holds floats",
  });
  buffers.destroy();
});

Deno.test("gather: batches and frames of any size keep to the workgroups that all adapters allow", async () => {
  const most = 65_535;
  for (const batch of [most >> 1, (most >> 1) + 1, 100_000]) {
    for (const [chunkRows, height] of [[20, 1], [4, 1], [20, 4], [4, 4]]) {
      const buffers = new Buffers(gpu);
      const options = { observationSize: 16, lanes: 1, capacity: 20, nSteps: 1, frameStack: 2 };
      const chunkBytes = chunkRows * 16;
      const ring = await Ring.create(gpu, buffers, { ...options, bytes: true, chunkBytes });
      const buffer = buffers.storage("some", 16);
      const layout: PictureLayout = height === 1 ? { ...flatLayout(options), isBytes: true } : {
        ...{ height, width: 4, channels: 2, margin: [0, 0], isBytes: true },
        ...{ pixelStride: 1, planeStride: 16 },
      };
      const steps = gatherSteps(ring, {
        ...{ batch, inputs: { buffer, stride: 0 }, samples: buffer, health: buffer, layout },
      });
      assert.equal(steps.length, 1 + 20 / chunkRows);
      for (const { workgroups } of steps) assert(workgroups.every((n) => n >= 1 && n <= most));
      assert.deepEqual(steps.slice(1).map(({ workgroups }) => workgroups[1]), [
        ...new Array(20 / chunkRows).fill(Math.min(most, 2 * batch)),
      ]);
      buffers.destroy();
    }
  }
  // A frame of floats that has more vec4s than there may be workgroups.
  for (const [vec4s, wanted] of [[most, [1, most, 1]], [most + 1, [Math.ceil(most / 64), 4, 1]]]) {
    const buffers = new Buffers(gpu);
    const options = { observationSize: 4 * (vec4s as number), lanes: 1, capacity: 3, nSteps: 1 };
    const ring = await Ring.create(gpu, buffers, options);
    const buffer = buffers.storage("some", 16);
    const steps = gatherSteps(ring, {
      ...{ batch: 2, inputs: { buffer, stride: 0 }, samples: buffer, health: buffer },
      layout: flatLayout(options),
    });
    assert.deepEqual(steps.at(-1)!.workgroups, wanted);
    buffers.destroy();
  }
});

Deno.test("gather: buffers to which no row has come are passed over", async () => {
  const buffers = new Buffers(gpu);
  const options = { observationSize: 16, lanes: 2, capacity: 20, nSteps: 1, bytes: true };
  const ring = await Ring.create(gpu, buffers, { ...options, chunkBytes: 4 * 16 });
  const buffer = buffers.storage("some", 16);
  const steps = gatherSteps(ring, {
    ...{ batch: 2, inputs: { buffer, stride: 0 }, samples: buffer, health: buffer },
    layout: flatLayout(options),
  });
  // Two lanes of ten rows in buffers of four: the second begins in the third.
  const passed = (filled: number) => steps.map(({ when }) => when?.({ filled }) ?? true);
  assert.deepEqual(passed(0), [true, false, false, false, false, false]);
  assert.deepEqual(passed(1), [true, true, false, true, false, false]);
  assert.deepEqual(passed(2), [true, true, false, true, false, false]);
  assert.deepEqual(passed(3), [true, true, false, true, true, false]);
  assert.deepEqual(passed(7), [true, true, true, true, true, true]);
  assert.deepEqual(passed(10), [true, true, true, true, true, true]);
  buffers.destroy();
});

/** Tests of the opened GPU: what it asks for, and errors that become exceptions instead of silence. */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Program } from "../../src/gpu/program.ts";
import { Readback } from "../../src/gpu/readback.ts";
import "./affine.ts";
import { bufferOf, floatsOf, pause } from "./harness.ts";

/** A device that the test may break. */
async function ownDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  return await adapter!.requestDevice();
}

/** Replaces navigator.gpu while the work runs. */
async function withNavigatorGpu(value: unknown, work: () => Promise<void>): Promise<void> {
  Object.defineProperty(navigator, "gpu", { value, configurable: true });
  try {
    await work();
  } finally {
    delete (navigator as unknown as Record<string, unknown>).gpu;
  }
  assert(navigator.gpu, "the runtime's own is back");
}

/** Makes the device raise a validation error that no scope catches. */
function misuse(device: GPUDevice): void {
  device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
}

/** A program that doubles a value, and the value. */
async function doubling(
  gpu: Gpu,
  buffers: Buffers,
): Promise<{ program: Program; value: GPUBuffer }> {
  const value = bufferOf(gpu, buffers, Float32Array.of(1));
  const program = await Program.build(gpu, "doubling", [{
    label: "double",
    kernel: { kernel: "tests/double" },
    buffers: { values: value },
    workgroups: [1, 1, 1],
  }]);
  return { program, value };
}

Deno.test("gpu: opens with the adapter's limits, and says who it is", async () => {
  const adapter = (await navigator.gpu.requestAdapter())!;
  const gpu = await Gpu.open();
  for (
    const limit of [
      "maxStorageBuffersPerShaderStage",
      "maxStorageBufferBindingSize",
      "maxBufferSize",
      "maxComputeWorkgroupStorageSize",
      "maxComputeWorkgroupsPerDimension",
    ] as const
  ) {
    assert.equal(gpu.device.limits[limit], adapter.limits[limit], limit);
  }
  assert.equal(gpu.hasTimestamps, adapter.features.has("timestamp-query"));
  assert(gpu.adapter.length > 0);
  assert.equal(gpu.kind, /llvmpipe|swiftshader/i.test(gpu.adapter) ? "cpu" : "gpu");
  gpu.close();
});

Deno.test("gpu: without WebGPU, the error says which runtime to use", async () => {
  await withNavigatorGpu(undefined, async () => {
    await assert.rejects(Gpu.open(), /no WebGPU.*Deno 2\.9 or newer/);
  });
});

Deno.test("gpu: without an adapter, the error says what to install", async () => {
  const asked: unknown[] = [];
  const requestAdapter = (options: unknown) => {
    asked.push(options);
    return Promise.resolve(null);
  };
  await withNavigatorGpu({ requestAdapter }, async () => {
    const powerPreference = "low-power";
    await assert.rejects(Gpu.open({ powerPreference }), (error: Error) => {
      assert.match(error.message, /no GPU adapter was found/);
      assert.match(error.message, /apt-get install -y mesa-vulkan-drivers libvulkan1/);
      return true;
    });
    assert.deepEqual(asked, [{ powerPreference }]);
  });
});

Deno.test("gpu: one's own device is used as it is, and not destroyed on close", async () => {
  const device = await ownDevice();
  const gpu = await Gpu.open({ device });
  assert.equal(gpu.device, device);
  assert.equal(await Gpu.open({ device }), gpu, "and shared by all who bring it");
  gpu.close();
  const buffers = new Buffers(gpu);
  const { program, value } = await doubling(gpu, buffers);
  program.run([[{}]]);
  assert.equal((await floatsOf(gpu, value))[0], 2);
  buffers.destroy();
  device.destroy();
});

Deno.test("gpu: after close, use is an error, and closing again does no harm", async () => {
  const gpu = await Gpu.open();
  const buffers = new Buffers(gpu);
  const { program, value } = await doubling(gpu, buffers);
  const readback = new Readback(gpu, buffers, "landing", 16);
  gpu.close();
  gpu.close();
  await pause();
  const closed = /this GPU has been closed/;
  assert.throws(() => gpu.check(), closed);
  assert.throws(() => program.run([[{}]]), closed);
  await assert.rejects(readback.read(value), closed);
  await assert.rejects(gpu.scoped("building", () => 1), closed);
});

Deno.test("gpu: work inside a scope passes on its result, or its own exception", async () => {
  const gpu = await Gpu.open();
  assert.equal(await gpu.scoped("counting", () => 3), 3);
  assert.equal(await gpu.scoped("counting", () => Promise.resolve(4)), 4);
  await assert.rejects(
    gpu.scoped("counting", () => {
      throw new RangeError("own words");
    }),
    { name: "RangeError", message: "own words" },
  );
  gpu.close();
});

Deno.test("gpu: a validation error inside a scope rejects there, and harms nothing else", async () => {
  const gpu = await Gpu.open();
  await assert.rejects(
    gpu.scoped("making a buffer", () => misuse(gpu.device)),
    /^Error: making a buffer: the GPU refused it: .+/,
  );
  // Also one inside another: the inner one rejects, the outer one may go on.
  const outcome = await gpu.scoped("outer", async () => {
    await assert.rejects(gpu.scoped("inner", () => misuse(gpu.device)), /^Error: inner: /);
    return "went on";
  });
  assert.equal(outcome, "went on");
  await pause();
  gpu.check();
  gpu.close();
});

Deno.test("gpu: an uncaptured error is thrown by the next check, submit and readback", async () => {
  const gpu = await Gpu.open({ device: await ownDevice() });
  const buffers = new Buffers(gpu);
  const { program, value } = await doubling(gpu, buffers);
  const readback = new Readback(gpu, buffers, "landing", 16);
  gpu.check();
  misuse(gpu.device);
  await pause();
  const refused = /the GPU refused an operation: .+/;
  assert.throws(() => gpu.check(), refused);
  assert.throws(() => program.run([[{}]]), refused);
  await assert.rejects(readback.read(value), refused);
  gpu.device.destroy();
});

Deno.test("gpu: only the first failure is told, since others follow from it", async () => {
  const gpu = await Gpu.open({ device: await ownDevice() });
  gpu.fail(new Error("first"));
  gpu.fail(new Error("second"));
  assert.throws(() => gpu.check(), (error: Error) => {
    assert.equal((error.cause as Error).message, "first");
    return error.message === "first";
  });
  gpu.device.destroy();
});

Deno.test("gpu: a lost device makes the next run reject, and never hang", async (t) => {
  const lost = /device.*lost/i;
  const prepare = async () => {
    const gpu = await Gpu.open({ device: await ownDevice() });
    const buffers = new Buffers(gpu);
    const { program, value } = await doubling(gpu, buffers);
    const readback = new Readback(gpu, buffers, "landing", 16);
    return { gpu, program, value, readback };
  };
  /** Runs and reads until it fails: when the loss is noticed is the runtime's affair. */
  const goOn = async ({ program, value, readback }: Awaited<ReturnType<typeof prepare>>) => {
    for (let round = 0; round < 10; round++) {
      program.run([[{}]]);
      await readback.read(value);
    }
  };

  await t.step("lost a moment ago", async () => {
    const all = await prepare();
    all.gpu.device.destroy();
    await pause();
    assert.throws(() => all.program.run([[{}]]), lost);
    await assert.rejects(all.readback.read(all.value), lost);
  });
  await t.step("lost just now, before the first readback", async () => {
    const all = await prepare();
    all.gpu.device.destroy();
    await assert.rejects(goOn(all), lost);
  });
  await t.step("lost just now, after a readback", async () => {
    const all = await prepare();
    await all.readback.read(all.value);
    all.gpu.device.destroy();
    await assert.rejects(goOn(all), lost);
  });
  await t.step("lost while a readback waits", async () => {
    const all = await prepare();
    const waiting = assert.rejects(all.readback.read(all.value), lost);
    all.gpu.device.destroy();
    await waiting;
  });
  await t.step("lost before something is built", async () => {
    const { gpu, readback } = await prepare();
    gpu.device.destroy();
    const build = async () => goOn({ gpu, readback, ...await doubling(gpu, new Buffers(gpu)) });
    await assert.rejects(build(), lost);
  });
});

Deno.test("gpu: submits, uploads and readbacks are counted", async () => {
  const gpu = await Gpu.open();
  const buffers = new Buffers(gpu);
  const { program, value } = await doubling(gpu, buffers);
  const readback = new Readback(gpu, buffers, "landing", 16);
  assert.deepEqual(gpu.traffic, { submits: 0, uploads: 1, readbacks: 0 });
  program.run([[{}]]);
  await readback.read(value);
  assert.deepEqual(gpu.traffic, { submits: 2, uploads: 1, readbacks: 1 });
  buffers.destroy();
  gpu.close();
});

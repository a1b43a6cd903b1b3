/** Tests of arenas as uniform buffers: where their ranges lie, and when there are none. */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { uniformArenas } from "../../src/nn/arenas.ts";

const gpu = await Gpu.open();
const { maxUniformBufferBindingSize: most, minUniformBufferOffsetAlignment: alignment } =
  gpu.device.limits;
const processor = { device: gpu.device, kind: "cpu" } as unknown as Gpu;
const card = { device: gpu.device, kind: "gpu" } as unknown as Gpu;

/** An agent's arenas; their buffer is freed at once, and serves to be looked at. */
function arenas(size4: number, usage: GPUBufferUsageFlags = GPUBufferUsage.UNIFORM) {
  const buffers = new Buffers(gpu);
  const buffer = buffers.storage("parameters", 2 * size4 * 16, usage);
  buffers.destroy();
  return { buffer, count: 2, size4, ofPass: 0x10 };
}

Deno.test("arenas: as uniforms, both lie where the device lets a range start", () => {
  for (const size4 of [1, 16, 17, alignment / 16 + 3, most / 32]) {
    const found = uniformArenas(processor, arenas(size4), 1);
    assert(found, `${size4} vec4s`);
    const { online, target, targetAt } = found;
    assert.deepEqual([online.offset, online.size], [0, size4 * 16]);
    assert.equal(target.offset! % alignment, 0);
    assert.equal(target.offset! + targetAt * 16, size4 * 16, "the second arena follows the first");
    assert.equal(target.offset! + target.size!, 2 * size4 * 16, "and ends where the buffer does");
    assert(target.size! <= most);
  }
});

Deno.test("arenas: no uniforms of what is too large, of several agents, or on a graphics card", () => {
  const fits = arenas(8);
  assert(uniformArenas(processor, fits, 1));
  assert.equal(uniformArenas(processor, fits, 2), undefined);
  assert.equal(uniformArenas(card, fits, 1), undefined);
  assert.equal(uniformArenas(processor, { ...fits, count: 3 }, 1), undefined);
  assert.equal(uniformArenas(processor, arenas(8, 0), 1), undefined);
  assert.equal(uniformArenas(processor, arenas(most / 16 + 1), 1), undefined);
  // The arena alone would fit, but not with what its range has ahead of it.
  assert.equal(uniformArenas(processor, arenas(most / 16 - 1), 1), undefined);
});

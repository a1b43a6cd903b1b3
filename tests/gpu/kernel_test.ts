/** Tests of compiled kernels: bindings by name, and each distinct kernel compiled once. */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { KernelCache } from "../../src/gpu/kernel.ts";
import "./affine.ts";
import { addShader } from "./harness.ts";

const gpu = await Gpu.open();
const buffers = new Buffers(gpu);
const buffer = buffers.storage("values", 16);

Deno.test("kernel: knows its buffers, and whether it reads the table", async () => {
  const gather = await gpu.kernels.get({
    kernel: "kernels/gather",
    slots: { sampler: "slots/sampler/uniform" },
    constants: { AGENTS: 1 },
  });
  assert.equal(gather.name, "kernels/gather");
  assert.deepEqual(gather.buffers, [
    "transitions",
    "observations",
    "activations",
    "batch",
    "health",
  ]);
  assert(gather.readsTable);
  const double = await gpu.kernels.get({ kernel: "tests/double" });
  assert.deepEqual(double.buffers, ["values"]);
  assert(!double.readsTable);
});

Deno.test("kernel: a buffer that is missing, or unknown, is an error that names it", async () => {
  const kernel = await gpu.kernels.get({ kernel: "tests/double" });
  assert.throws(() => kernel.bind({}), /tests\/double needs a buffer "values"/);
  assert.throws(
    () => kernel.bind({ values: buffer, valeus: buffer }),
    /tests\/double binds no "valeus"; it binds values/,
  );
  assert.throws(() => kernel.bindTable(buffer, 16), /tests\/double reads no table/);
});

Deno.test("kernel: a buffer of the wrong usage is refused where it is bound", async () => {
  const kernel = await gpu.kernels.get({ kernel: "tests/double" });
  const uniform = buffers.uniform("uniform", 16);
  await assert.rejects(
    gpu.scoped("binding", () => kernel.bind({ values: uniform })),
    /binding: the GPU refused it/,
  );
  gpu.check();
});

Deno.test("kernel: each distinct one is compiled once", async () => {
  const cache = new KernelCache(gpu.device);
  const get = (AMOUNT?: number) =>
    cache.get({ kernel: "tests/add", ...AMOUNT !== undefined && { overrides: { AMOUNT } } });
  const [one, same, two] = await Promise.all([get(1), get(1), get(2)]);
  assert.equal(one, same);
  assert.notEqual(one, two);
  assert.equal(await get(2), two);
  assert.notEqual(one.pipeline, two.pipeline);
});

Deno.test("kernel: slots, conditions and constants make different kernels", async () => {
  const forward = (activation: string, training: boolean, ROWS: number) =>
    gpu.kernels.get({
      kernel: "kernels/dense_forward",
      slots: { activation: `slots/activation/${activation}` },
      conditions: { training },
      constants: { ROWS, COLUMNS4: 1, WORKGROUP: 1 },
    });
  const all = await Promise.all([
    forward("relu", false, 1),
    forward("tanh", false, 1),
    forward("relu", true, 1),
    forward("relu", false, 2),
  ]);
  assert.equal(new Set(all).size, all.length);
  assert.deepEqual(all.map((kernel) => kernel.buffers.length), [2, 2, 3, 2]);
});

Deno.test("kernel: WGSL that does not compile is refused with the compiler's words", async () => {
  addShader(
    "tests/ill_typed",
    `@group(0) @binding(0) var<storage, read_write> values: array<f32>;
    @compute @workgroup_size(1)
    fn main() { values[0] = true; }`,
  );
  await assert.rejects(
    gpu.scoped("building", () => gpu.kernels.get({ kernel: "tests/ill_typed" })),
    /building: the GPU refused it: [\s\S]*(bool|type)/,
  );
  gpu.check();
});

Deno.test("kernel: an override that the shader lacks is refused", async () => {
  await assert.rejects(
    gpu.scoped(
      "building",
      () => gpu.kernels.get({ kernel: "tests/double", overrides: { NOTHING: 1 } }),
    ),
    /tests\/double does not compile: .*NOTHING/,
  );
  gpu.check();
});

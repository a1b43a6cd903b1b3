/** Tests of the table: fields read from the WGSL struct, a row per tick, an entry per agent. */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Program } from "../../src/gpu/program.ts";
import { type Entry, reflectStruct, Table } from "../../src/gpu/table.ts";
import { ROW_FILE } from "./affine.ts";
import { bufferOf, floatsOf } from "./harness.ts";

const gpu = await Gpu.open();

function makeTable(buffers: Buffers, agents: number, capacity: number): Table {
  return new Table(gpu, buffers, { file: ROW_FILE, struct: "Row", agents, capacity });
}

/** What each agent's value becomes, from 0, tick by tick. */
async function run(agents: number, ticks: Entry[][]): Promise<number[]> {
  const buffers = new Buffers(gpu);
  const values = bufferOf(gpu, buffers, new Float32Array(agents));
  const table = makeTable(buffers, agents, ticks.length);
  const program = await Program.build(gpu, "affine", [{
    label: "affine",
    kernel: { kernel: "tests/affine", constants: { AGENTS: agents } },
    buffers: { values },
    workgroups: [1, 1, agents],
  }], table);
  program.run(ticks);
  const result = [...await floatsOf(gpu, values, agents)];
  buffers.destroy();
  return result;
}

Deno.test("table: fields are those of the struct, in its order", () => {
  const code = `
    struct Other { x: f32, }
    struct Entry {
      a: f32, // with a remark: u32,
      b : u32,
      // gone: f32,
      @align(16) c:u32,

      @size(4) @align(4) d: f32,
    }`;
  assert.deepEqual(reflectStruct(code, "Entry"), [
    { name: "a", index: 0, isFloat: true },
    { name: "b", index: 1, isFloat: false },
    { name: "c", index: 2, isFloat: false },
    { name: "d", index: 3, isFloat: true },
  ]);
  assert.throws(() => reflectStruct(code, "Nothing"), /no struct Nothing/);
});

Deno.test("table: the last field needs no comma", () => {
  assert.deepEqual(
    reflectStruct("struct Entry { a: f32, b: u32 }", "Entry").map(({ name }) => name),
    ["a", "b"],
  );
});

Deno.test("table: a field of another type is an error, since it would shift the others", () => {
  for (const type of ["vec4f", "i32", "array<f32, 4>", "mat2x2f"]) {
    assert.throws(
      () => reflectStruct(`struct Entry { a: f32, odd: ${type}, b: u32, }`, "Entry"),
      /odd/,
      type,
    );
  }
});

Deno.test("table: floats, unsigned words and their offsets arrive as they are", async () => {
  assert.deepEqual(await run(1, [[{ scale: 0, add: 0.25, count: 3 }]]), [3.25]);
  // 2³² − 256 has an exact float32: an entry that was written as a float would not.
  assert.deepEqual(await run(1, [[{ scale: 0, add: 0, count: 2 ** 32 - 256 }]]), [
    2 ** 32 - 256,
  ]);
  assert.deepEqual(await run(1, [[{ scale: 0, add: -1.5, count: 0 }]]), [-1.5]);
});

Deno.test("table: each tick sees its row, and each agent its entry", async () => {
  const ticks = Array.from({ length: 5 }, (_, tick) =>
    Array.from({ length: 3 }, (_, agent) => ({
      scale: 10,
      add: 0,
      count: (tick + agent) % 4 + 1,
    })));
  assert.deepEqual(await run(3, ticks), [12341, 23412, 34123]);
});

Deno.test("table: many agents' entries, each rounded up to 16 bytes, fill more than one aligned row", async () => {
  const agents = 40;
  const buffers = new Buffers(gpu);
  const table = makeTable(buffers, agents, 2);
  assert.equal(table.rowBytes, 640);
  assert(table.stride >= 640 && table.stride % 256 === 0);
  assert(table.buffer.size >= 2 * table.stride);
  buffers.destroy();
  const ticks = [1, 2].map((count) =>
    Array.from({ length: agents }, (_, agent) => ({ scale: 100, add: agent, count }))
  );
  assert.deepEqual(
    await run(agents, ticks),
    Array.from({ length: agents }, (_, agent) => (1 + agent) * 100 + 2 + agent),
  );
});

Deno.test("table: a missing field is an error that names it; more fields than the struct's are the host's", () => {
  const buffers = new Buffers(gpu);
  const table = makeTable(buffers, 1, 2);
  assert.throws(() => table.fill(0, [{ scale: 1, add: 1 }]), /row lacks "count"/);
  table.fill(0, [{ scale: 1, add: 1, count: 1, hosts: 7 }]);
  buffers.destroy();
});

Deno.test("table: a row must have an entry for each agent", () => {
  const buffers = new Buffers(gpu);
  const table = makeTable(buffers, 2, 1);
  const entry = { scale: 1, add: 1, count: 1 };
  assert.throws(() => table.fill(0, [entry]), /2/);
  assert.throws(() => table.fill(0, [entry, entry, entry]), /2/);
  table.fill(0, [entry, entry]);
  buffers.destroy();
});

Deno.test("table: the update's own struct can be read", () => {
  const buffers = new Buffers(gpu);
  const table = new Table(gpu, buffers, {
    file: "lib/tick",
    struct: "Tick",
    agents: 1,
    capacity: 1,
  });
  assert.throws(() => table.fill(0, [{}]), /row lacks "seed"/);
  buffers.destroy();
});

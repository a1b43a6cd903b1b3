/** Tests of programs: order, conditions, ticks in one submit, and profiles. */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Program, type Step } from "../../src/gpu/program.ts";
import { type Entry, Table } from "../../src/gpu/table.ts";
import { ROW_FILE } from "./affine.ts";
import { bufferOf, floatsOf } from "./harness.ts";

const gpu = await Gpu.open();

/** A value that starts at 1, and what programs on it need. */
class Bench {
  readonly buffers = new Buffers(gpu);
  readonly values = bufferOf(gpu, this.buffers, Float32Array.of(1));
  readonly table: Table;

  constructor(capacity = 64) {
    this.table = new Table(gpu, this.buffers, {
      file: ROW_FILE,
      struct: "Row",
      agents: 1,
      capacity,
    });
  }

  step(kernel: string, rest: Partial<Step> = {}, overrides: Record<string, number> = {}): Step {
    const constants: Record<string, number> = kernel === "tests/affine" ? { AGENTS: 1 } : {};
    return {
      label: kernel,
      kernel: { kernel, constants, overrides },
      buffers: { values: this.values },
      workgroups: [1, 1, 1],
      ...rest,
    };
  }

  build(steps: Step[]): Promise<Program> {
    const table = steps.some(({ kernel }) => kernel.kernel === "tests/affine");
    return Program.build(gpu, "bench", steps, table ? this.table : undefined);
  }

  async value(): Promise<number> {
    return (await floatsOf(gpu, this.values))[0];
  }
}

/** Entries of which no two are alike and whose results are exact in float32. */
function entries(count: number): Entry[] {
  return Array.from({ length: count }, (_, i) => ({
    scale: [2, 1, -1, 0.5][i % 4],
    add: i % 3,
    count: i % 5,
  }));
}

/** What {@link entries} make of a value. */
function affine(value: number, rows: readonly Entry[]): number {
  return rows.reduce((x, { scale, add, count }) => x * scale + add + count, value);
}

Deno.test("program: steps run in their order", async () => {
  const bench = new Bench();
  const double = bench.step("tests/double");
  const add = bench.step("tests/add");
  (await bench.build([double, double, add])).run([[{}]]);
  assert.equal(await bench.value(), 5);
  (await bench.build([add, double, double])).run([[{}]]);
  assert.equal(await bench.value(), 24);
  bench.buffers.destroy();
});

Deno.test("program: one kernel with different overrides is two steps", async () => {
  const bench = new Bench();
  const program = await bench.build([
    bench.step("tests/add", {}, { AMOUNT: 10 }),
    bench.step("tests/double"),
    bench.step("tests/add", {}, { AMOUNT: 3 }),
  ]);
  program.run([[{}], [{}]]);
  assert.equal(await bench.value(), ((1 + 10) * 2 + 3 + 10) * 2 + 3);
  bench.buffers.destroy();
});

Deno.test("program: a step with a condition runs in the ticks whose entry meets it", async () => {
  const bench = new Bench();
  const program = await bench.build([
    bench.step("tests/add"),
    bench.step("tests/double", { when: (entry) => entry.due === 1 }),
  ]);
  program.run([0, 1, 0, 0, 1].map((due) => [{ due }]));
  // +1, (+1) · 2, +1, +1, (+1) · 2
  assert.equal(await bench.value(), 18);
  bench.buffers.destroy();
});

Deno.test("program: k ticks in one submit are k submits", async () => {
  const rows = entries(60);
  const results: number[] = [];
  for (const parts of [[60], [1, 59], [7, 7, 7, 7, 7, 7, 7, 7, 4], new Array(60).fill(1)]) {
    const bench = new Bench();
    const program = await bench.build([bench.step("tests/affine")]);
    const { submits, uploads } = gpu.traffic;
    let at = 0;
    for (const part of parts) {
      program.run(rows.slice(at, at + part).map((entry) => [entry]));
      at += part;
    }
    assert.equal(gpu.traffic.submits - submits, parts.length);
    assert.equal(gpu.traffic.uploads - uploads, parts.length, "one upload a submit");
    results.push(await bench.value());
    bench.buffers.destroy();
  }
  assert.deepEqual(results, new Array(4).fill(affine(1, rows)));
});

Deno.test("program: more ticks than the table holds are refused, and no part of them runs", async () => {
  const bench = new Bench(4);
  const program = await bench.build([bench.step("tests/affine")]);
  const rows = entries(5).map((entry) => [entry]);
  assert.throws(() => program.run(rows), {
    name: "RangeError",
    message: "5 ticks in one submit; the table holds 4",
  });
  assert.equal(await bench.value(), 1);
  program.run(rows.slice(0, 4));
  assert.equal(await bench.value(), affine(1, entries(4)));
  bench.buffers.destroy();
});

Deno.test("program: another goes before, and copies after, in the same submit", async () => {
  const bench = new Bench();
  const copy = bench.buffers.storage("copy", 16);
  const double = await bench.build([bench.step("tests/double")]);
  const add = await bench.build([bench.step("tests/add")]);
  const { submits } = gpu.traffic;
  add.run([[{}], [{}]], {
    before: double,
    after: (encoder) => encoder.copyBufferToBuffer(bench.values, 0, copy, 0, 4),
  });
  assert.equal(gpu.traffic.submits, submits + 1);
  assert.equal((await floatsOf(gpu, copy))[0], 4);
  bench.buffers.destroy();
});

Deno.test("program: what can't be built is refused with its name", async () => {
  const bench = new Bench();
  const most = gpu.device.limits.maxComputeWorkgroupsPerDimension;
  for (const count of [0, most + 1]) {
    const step = bench.step("tests/double", { label: "too wide", workgroups: [1, count, 1] });
    await assert.rejects(bench.build([step]), (error: Error) => {
      assert(error instanceof RangeError);
      return error.message ===
        `bench, too wide: 1,${count},1 workgroups; the adapter allows 1 to ${most} each`;
    });
  }
  await assert.rejects(
    Program.build(gpu, "tableless", [bench.step("tests/affine")]),
    /tableless: tests\/affine reads a table/,
  );
  await assert.rejects(
    bench.build([bench.step("tests/double", { buffers: {} })]),
    /tests\/double needs a buffer "values"/,
  );
  const uniform = bench.buffers.uniform("uniform", 16);
  await assert.rejects(
    bench.build([bench.step("tests/double", { buffers: { values: uniform } })]),
    /bench: the GPU refused it/,
  );
  // None of it was an uncaptured error, and the GPU can still be used.
  const program = await bench.build([bench.step("tests/double")]);
  program.run([[{}]]);
  assert.equal(await bench.value(), 2);
  bench.buffers.destroy();
});

Deno.test({
  name: "program: a profile makes real ticks, and its shares are parts of one",
  ignore: !gpu.hasTimestamps,
  async fn() {
    // More dispatches than one set of timestamps holds.
    const ticks = 1500;
    const bench = new Bench(ticks);
    const program = await bench.build([
      bench.step("tests/affine", { label: "affine" }),
      bench.step("tests/add", { label: "add" }),
      bench.step("tests/double", { label: "rare", when: ({ due }) => due === 1 }),
      bench.step("tests/add", { label: "add" }),
      bench.step("tests/double", { label: "never", when: () => false }),
    ]);
    const rows = entries(ticks).map((entry, i): Entry => ({
      ...entry,
      scale: 0,
      due: Number(i < 10),
    }));
    const profile = await program.profile(rows.map((entry) => [entry]));
    assert.deepEqual(profile.map(({ label }) => label), ["affine", "add", "rare"]);
    const sum = profile.reduce((total, { share }) => total + share, 0);
    assert(Math.abs(sum - 1) < 1e-12, `shares add up to ${sum}`);
    for (const { label, microseconds, share } of profile) {
      assert(microseconds > 0 && share > 0, `${label}: ${microseconds} µs, ${share}`);
    }
    const [, add, rare] = profile;
    assert(rare.share < add.share / 10, "3,000 dispatches against 10");
    const last = rows[ticks - 1];
    assert.equal(await bench.value(), last.add + last.count + 2);
    bench.buffers.destroy();
  },
});

Deno.test("program: where there are no timestamps, a profile is empty and changes nothing", async () => {
  const adapter = (await navigator.gpu.requestAdapter())!;
  const plain = await Gpu.open({ device: await adapter.requestDevice() });
  assert(!plain.hasTimestamps);
  const buffers = new Buffers(plain);
  const values = bufferOf(plain, buffers, Float32Array.of(1));
  const program = await Program.build(plain, "plain", [{
    label: "double",
    kernel: { kernel: "tests/double" },
    buffers: { values },
    workgroups: [1, 1, 1],
  }]);
  assert.deepEqual(await program.profile([[{}]]), []);
  assert.equal((await floatsOf(plain, values))[0], 1);
  buffers.destroy();
  plain.device.destroy();
});

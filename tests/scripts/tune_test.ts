/** Tests of tuning: what is tried, how races are run, what is printed, and a race on the adapter. */

import assert from "node:assert/strict";
import { parseTuning, tune } from "../../scripts/tune.ts";
import { candidates, tileText } from "../../scripts/tuning/candidates.ts";
import { chosen, type Finding, findingsTable, tilesAsData } from "../../scripts/tuning/report.ts";
import { subjectsOf } from "../../scripts/tuning/subjects.ts";
import { raceTiles, Stopwatch } from "../../scripts/tuning/timing.ts";
import { Screen } from "../../src/cli/terminal.ts";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { chooseTile, type Tile } from "../../src/nn/tiles.ts";
import { FakeTerminal } from "../cli/fake.ts";

const SMALL: Tile = { rows: 1, columns4: 1, workgroup: 8 };
const WIDE: Tile = { rows: 1, columns4: 2, workgroup: 8 };
const TALL: Tile = { rows: 2, columns4: 1, workgroup: 8 };

Deno.test("tune: the present tile is tried first, none twice, and none is larger than the product", () => {
  for (const kind of ["cpu", "gpu"] as const) {
    for (const [rows, columns4] of [[1, 1], [3, 2], [64, 16]]) {
      const present = chooseTile(kind, rows, columns4, 16);
      const tiles = candidates(kind, present, { rows, columns4 });
      assert.equal(tiles[0], present);
      assert.equal(new Set(tiles.map(tileText)).size, tiles.length);
      assert.ok(tiles.every((tile) => tile.rows <= rows && tile.columns4 <= columns4));
    }
  }
});

Deno.test("tune: a race goes round by round, drops hopeless tiles, and compares within rounds", async () => {
  // The second round is ten times as slow: the machine's mood.
  const mood = [1, 10, 1];
  const speeds = new Map([[SMALL, 100], [WIDE, 80], [TALL, 200]]);
  const order: string[] = [];
  const timings = await raceTiles([SMALL, WIDE, TALL], 3, (tile, round) => {
    order.push(`${round} ${tileText(tile)}`);
    return Promise.resolve(mood[round] * speeds.get(tile)!);
  });
  assert.deepEqual(order, [
    ...["0 1×1 @8", "0 1×2 @8", "0 2×1 @8"],
    ...["1 1×1 @8", "1 1×2 @8", "2 1×1 @8", "2 1×2 @8"],
  ]);
  assert.deepEqual(timings, [
    { tile: WIDE, microseconds: 80, speedup: 1.25 },
    { tile: SMALL, microseconds: 100, speedup: 1 },
  ]);
  // The present tile stays, however slow it is.
  const slow = await raceTiles([TALL, WIDE], 2, (tile) => Promise.resolve(speeds.get(tile)));
  assert.deepEqual(slow!.map(({ speedup }) => speedup), [2.5, 1]);
  assert.equal(await raceTiles([SMALL, WIDE], 2, () => Promise.resolve(undefined)), undefined);
});

Deno.test("tune: the data hold the best tile of each product, or the present one where none is better", () => {
  const timing = (tile: Tile, speedup: number) => ({
    ...{ tile, speedup, microseconds: 100 / speedup, compileMs: 7 },
  });
  const product = { rows: 64, columns4: 16, depth4: 16 };
  const common = { name: "64-64, batch 64", present: SMALL };
  const findings: Finding[] = [
    {
      ...{ kernel: "dense_forward", ...common, product },
      timings: [timing(WIDE, 2), timing(TALL, 1.5), timing(SMALL, 1)],
    },
    {
      // What is best in both together.
      ...{ kernel: "dense_backward", ...common, product },
      timings: [timing(TALL, 1.5), timing(SMALL, 1), timing(WIDE, 0.5)],
    },
    {
      ...{ kernel: "weight_gradient", ...common, weights4: 1280 },
      timings: [timing(WIDE, 1.03), timing(SMALL, 1)],
    },
  ];
  assert.deepEqual(findingsTable(findings), [
    "kernel           layer            now      µs  ms  best       µs  ms  faster",
    "dense_forward    64-64, batch 64  1×1 @8  100   7  1×2 @8     50   7   2.00×",
    "dense_backward   64-64, batch 64  1×1 @8  100   7  2×1 @8     67   7   1.50×",
    "weight_gradient  64-64, batch 64  1×1 @8  100   7  the same  100   7   1.00×",
  ]);
  assert.deepEqual(tilesAsData("cpu", "an adapter", findings), [
    "// Measured on an adapter.",
    "cpu: {",
    "  products: [",
    "    { rows: 64, columns4: 16, depth4: 16, tile: { rows: 2, columns4: 1, workgroup: 8 } },",
    "  ],",
    "  gradients: [",
    "    { weights4: 1280, tile: { rows: 1, columns4: 1, workgroup: 8 } },",
    "  ],",
    "},",
  ]);
});

Deno.test("tune: a tile that is faster by the rounds' ratios alone, or by the times alone, is not chosen", () => {
  const of = (microseconds: number, speedup: number): Finding => ({
    ...{ kernel: "weight_gradient", name: "a", weights4: 1, present: SMALL },
    timings: [
      { tile: WIDE, microseconds, speedup, compileMs: 1 },
      { tile: SMALL, microseconds: 100, speedup: 1, compileMs: 1 },
    ],
  });
  assert.equal(chosen(of(120, 1.5)).tile, SMALL);
  assert.equal(chosen(of(50, 1.01)).tile, SMALL);
  assert.equal(chosen(of(80, 1.5)).tile, WIDE);
  assert.match(findingsTable([of(80, 1.5)])[1], / 1\.25×$/);
});

Deno.test("tune: the command line", () => {
  const tuning = parseTuning(["--layers", "4-8,16-16", "--batches", "2,3", "--rounds", "1"])!;
  assert.deepEqual(tuning.shapes, [
    { inputs: 4, outputs: 8, batch: 2 },
    { inputs: 4, outputs: 8, batch: 3 },
    { inputs: 16, outputs: 16, batch: 2 },
    { inputs: 16, outputs: 16, batch: 3 },
  ]);
  assert.deepEqual([tuning.kernels.length, tuning.rounds, tuning.json], [3, 1, false]);
  assert.equal(parseTuning(["--help"]), undefined);
  for (
    const [args, message] of [
      [["--layers", "64"], /--layers wants entries such as 64-64, got "64"/],
      [["--batches", "0"], /--batches must be a whole number of at least 1, got "0"/],
      [["--kernels", "relu"], /--kernels wants some of dense_forward, .*, got "relu"/],
      [["--frobnicate"], /frobnicate/],
    ] as const
  ) assert.throws(() => parseTuning(args), message);
});

Deno.test("tune: on this machine's adapter it finds a tile for each kernel, and stops when told", async () => {
  const gpu = await Gpu.open();
  try {
    const line = "--layers 8-4 --batches 2 --milliseconds 1 --rounds 1";
    const tuning = parseTuning(`${line} --kernels dense_forward,dense_backward`.split(" "))!;
    const terminal = new FakeTerminal();
    const screen = new Screen(terminal);
    const controller = new AbortController();
    const findings = await tune(gpu, tuning, screen, controller.signal);
    assert.deepEqual(findings.map(({ kernel }) => kernel), [...tuning.kernels]);
    for (const { timings, present } of findings) {
      assert.ok(timings.some(({ tile }) => tileText(tile) === tileText(present)));
      assert.ok(timings.every(({ microseconds }) => microseconds > 0 && microseconds < 1e6));
    }
    assert.equal(terminal.lines().length, 1 + findings.length);
    controller.abort();
    assert.deepEqual(await tune(gpu, tuning, screen, controller.signal), []);
  } finally {
    gpu.close();
  }
});

Deno.test("tune: gradients are cut into any tiles", async () => {
  const gpu = await Gpu.open();
  const buffers = new Buffers(gpu);
  try {
    const shape = { inputs: 8, outputs: 4, batch: 2 };
    const [{ build, present, weights4 }] = subjectsOf(gpu, buffers, shape, ["weight_gradient"]);
    // From 8 numbers to 8, to 4, to 8.
    assert.equal(weights4, 8 * 2 + 4 * 2 + 8 * 1);
    const stopwatch = new Stopwatch(gpu, buffers);
    for (const tile of [present, SMALL]) {
      const program = await gpu.scoped("tuning", () => build(tile));
      assert.ok(await stopwatch.time(program, 0) > 0, tileText(tile));
    }
  } finally {
    buffers.destroy();
    gpu.close();
  }
});

/**
 * A program: an ordered list of dispatches with fixed shapes, built once and run for many ticks.
 *
 * `run` encodes the steps of k ticks into one command buffer and submits once. All that differs from
 * tick to tick stands in the table, so nothing is bound or built anew, and results do not depend on
 * how ticks are split into submits.
 */

import type { Gpu } from "./gpu.ts";
import type { Bound, Kernel, KernelSource } from "./kernel.ts";
import type { Entry, Table } from "./table.ts";

/** One dispatch of a program, as a plan: not compiled yet. */
export interface Step {
  /** What it computes, for profiles and error messages. */
  readonly label: string;
  readonly kernel: KernelSource;
  /** Buffers, or ranges of them, by the names in the kernel's WGSL. */
  readonly buffers: Readonly<Record<string, Bound>>;
  /** Workgroups in x, y and z; z counts agents. */
  readonly workgroups: readonly [number, number, number];
  /** Evaluated by the host for each tick, on the first agent's entry; without it the step always runs. */
  readonly when?: (entry: Entry) => boolean;
}

/** One run of a program. */
export interface Tick {
  readonly program: Program;
  /** What the table tells it: an entry for each agent. */
  readonly entries: readonly Entry[];
}

interface Compiled {
  readonly step: Step;
  readonly kernel: Kernel;
  readonly group: GPUBindGroup;
  readonly table: GPUBindGroup | undefined;
}

/** Where a tick's time goes: the share of each step. */
export interface ProfileRow {
  /** The step's label. */
  readonly label: string;
  /** Mean time of one run of the step, its own pass included. */
  readonly microseconds: number;
  /** Part of the sum over all steps, from 0 to 1. */
  readonly share: number;
}

/** A compiled list of steps. */
export class Program {
  readonly #gpu: Gpu;
  readonly #steps: readonly Compiled[];
  readonly #table: Table | undefined;

  private constructor(gpu: Gpu, steps: readonly Compiled[], table: Table | undefined) {
    this.#gpu = gpu;
    this.#steps = steps;
    this.#table = table;
  }

  /**
   * Compiles the steps.
   *
   * @param gpu The GPU to run on.
   * @param label The program's name in error messages.
   * @param steps Dispatches in order.
   * @param table The table that its kernels read, if any does.
   * @throws {Error} When a kernel does not compile or a binding does not fit.
   */
  static build(gpu: Gpu, label: string, steps: readonly Step[], table?: Table): Promise<Program> {
    return gpu.scoped(label, async () => {
      const most = gpu.device.limits.maxComputeWorkgroupsPerDimension;
      const compiled = await Promise.all(steps.map(async (step) => {
        if (step.workgroups.some((n) => n < 1 || n > most)) {
          throw new RangeError(
            `${label}, ${step.label}: ${step.workgroups} workgroups; the adapter allows 1 to ${most} each`,
          );
        }
        const kernel = await gpu.kernels.get(step.kernel);
        if (kernel.readsTable && !table) throw new Error(`${label}: ${step.label} reads a table`);
        const rows = kernel.readsTable
          ? kernel.bindTable(table!.buffer, table!.rowBytes)
          : undefined;
        return { step, kernel, group: kernel.bind(step.buffers), table: rows };
      }));
      return new Program(gpu, compiled, table);
    });
  }

  /**
   * Runs the program once for each row of entries, in one submit.
   *
   * @param ticks A row for each tick: an entry for each agent. At most the table's capacity.
   * @param also Records more into the same submit: `before` ahead of the first tick, `after` at the end.
   */
  run(
    ticks: readonly (readonly Entry[])[],
    also: { before?: Program; after?: (encoder: GPUCommandEncoder) => void } = {},
  ): void {
    if (this.#table) fillTable(this.#table, ticks);
    const encoder = this.#gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    also.before?.record(pass);
    for (let tick = 0; tick < ticks.length; tick++) this.record(pass, tick, ticks[tick][0]);
    pass.end();
    also.after?.(encoder);
    this.#gpu.submit(encoder.finish());
  }

  /**
   * Runs ticks of programs that share a table, one after the other, in one submit.
   *
   * @param table The table that they read.
   * @param ticks Which program, and an entry for each agent; at most the table's capacity.
   */
  static runEach(gpu: Gpu, table: Table, ticks: readonly Tick[]): void {
    fillTable(table, ticks.map(({ entries }) => entries));
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    ticks.forEach(({ program, entries }, tick) => program.record(pass, tick, entries[0]));
    pass.end();
    gpu.submit(encoder.finish());
  }

  /** Records one tick's dispatches into a pass. */
  record(pass: GPUComputePassEncoder, tick = 0, entry: Entry = {}): void {
    for (const { step, kernel, group, table } of this.#steps) {
      if (step.when && !step.when(entry)) continue;
      pass.setPipeline(kernel.pipeline);
      pass.setBindGroup(0, group);
      if (table) pass.setBindGroup(1, table, [tick * this.#table!.stride]);
      pass.dispatchWorkgroups(...step.workgroups);
    }
  }

  /**
   * Runs the ticks with each step in a pass of its own between two timestamps.
   *
   * A pass costs 25–35 µs by itself, so shares mean something and sums do not. Steps of the same label
   * are added up.
   *
   * @returns A row per label in program order, or none where the adapter has no timestamps.
   */
  async profile(ticks: readonly (readonly Entry[])[]): Promise<ProfileRow[]> {
    if (!this.#gpu.hasTimestamps) return [];
    const { device } = this.#gpu;
    if (this.#table) fillTable(this.#table, ticks);
    const runs = ticks.flatMap((entries, tick) =>
      this.#steps.filter(({ step }) => !step.when || step.when(entries[0])).map((c) => ({
        ...c,
        tick,
      }))
    );
    const most = 2048;
    const totals = new Map<string, number>();
    for (let start = 0; start < runs.length; start += most) {
      const part = runs.slice(start, start + most);
      const querySet = device.createQuerySet({ type: "timestamp", count: part.length * 2 });
      const bytes = part.length * 16;
      const resolved = device.createBuffer({
        size: bytes,
        usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
      });
      const landing = device.createBuffer({
        size: bytes,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      });
      const encoder = device.createCommandEncoder();
      part.forEach(({ kernel, group, table, step, tick }, i) => {
        const pass = encoder.beginComputePass({
          timestampWrites: {
            querySet,
            beginningOfPassWriteIndex: 2 * i,
            endOfPassWriteIndex: 2 * i + 1,
          },
        });
        pass.setPipeline(kernel.pipeline);
        pass.setBindGroup(0, group);
        if (table) pass.setBindGroup(1, table, [tick * this.#table!.stride]);
        pass.dispatchWorkgroups(...step.workgroups);
        pass.end();
      });
      encoder.resolveQuerySet(querySet, 0, part.length * 2, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, landing, 0, bytes);
      this.#gpu.submit(encoder.finish());
      await landing.mapAsync(GPUMapMode.READ);
      const times = new BigUint64Array(landing.getMappedRange().slice(0));
      part.forEach(({ step }, i) => {
        const spent = Number(times[2 * i + 1] - times[2 * i]) / 1000;
        totals.set(step.label, (totals.get(step.label) ?? 0) + spent);
      });
      querySet.destroy();
      resolved.destroy();
      landing.destroy();
    }
    const sum = [...totals.values()].reduce((a, b) => a + b, 0) || 1;
    return [...totals].map(([label, spent]) => ({
      label,
      microseconds: spent / ticks.length,
      share: spent / sum,
    }));
  }
}

function fillTable(table: Table, ticks: readonly (readonly Entry[])[]): void {
  if (ticks.length > table.capacity) {
    throw new RangeError(
      `${ticks.length} ticks in one submit; the table holds ${table.capacity}`,
    );
  }
  ticks.forEach((entries, row) => table.fill(row, entries));
  table.flush(ticks.length);
}

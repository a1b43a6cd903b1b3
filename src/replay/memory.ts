/**
 * How much memory a ring may take, as far as it can be known, and what is said when that is not enough.
 */

import type { Gpu } from "../gpu/gpu.ts";

/** What is left for networks and everything else when a size that would fit is named. */
const SHARE_OF_REST = 0.1;

/**
 * Bytes that a software adapter can still take: what the machine's memory has left. It promises more
 * than there is, and the program would be killed on using it.
 *
 * @returns Nothing where the adapter has memory of its own, and refuses by itself what is too much; nor
 *   where the program may not ask (Deno's `--allow-sys=systemMemoryInfo`).
 */
export function memoryLeft(gpu: Gpu): number | undefined {
  if (gpu.kind !== "cpu" || typeof Deno === "undefined") return undefined;
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" });
  return state === "granted" ? Deno.systemMemoryInfo().available : undefined;
}

/** What a ring would take. */
export interface Demand {
  readonly rows: number;
  /** Bytes of a frame, and of what is kept of a row besides. */
  readonly frameBytes: number;
  readonly otherBytes: number;
}

/**
 * The error that tells what was asked and what would fit.
 *
 * @param gpu The GPU.
 * @param demand What was asked.
 * @param fits Bytes that there is memory for.
 */
export function tooLarge(gpu: Gpu, demand: Demand, fits: number): RangeError {
  const { rows, frameBytes, otherBytes } = demand;
  const most = Math.floor((1 - SHARE_OF_REST) * fits / (frameBytes + otherBytes));
  return new RangeError(
    `a replay buffer of ${rows} rows takes ${gigabytes(rows * frameBytes)} of observations ` +
      `(${frameBytes} bytes a row) and ${gigabytes(rows * otherBytes)} of transitions, and ` +
      `"${gpu.adapter}" has memory for ${gigabytes(fits)}: set bufferSize to at most ${
        round(most)
      }`,
  );
}

function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toPrecision(3))} GB`;
}

/** The next number below that has two digits of its own. */
function round(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return Math.floor(count / unit) * unit;
}

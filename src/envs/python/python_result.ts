/**
 * What a child answers to a reset or a step: numbers in the body of a frame, infos in its JSON.
 *
 * @module
 */

import type { ObservationArray, VectorInfos } from "../vector/vector_env.ts";
import { InfoMerger } from "../vector/infos.ts";
import { arrayOf, type Frame } from "./frames.ts";
import type { PythonWorker } from "./python_setup.ts";
import { bytesOf, type Wire } from "./python_spaces.ts";

/** What a result tells beside the numbers: lanes counted from the worker's first. */
export interface Told {
  readonly infos: readonly [lane: number, info: Record<string, unknown>][];
  /** Episodes that ended in mode "same_step", */
  readonly finals: readonly [lane: number, info: Record<string, unknown>][];
  /** and their last observations. */
  readonly last: readonly unknown[];
}

/**
 * Copies a child's observations into the batch.
 *
 * @returns what it tells beside the numbers
 * @throws {Error} When it has not the length that it should have.
 */
export function readResult(
  who: string,
  wire: Wire,
  { process, first, count }: PythonWorker,
  { body, value }: Frame,
  batch: ObservationArray,
): Told | undefined {
  const told = value as Omit<Told, "last"> | undefined;
  const length = bytesOf(wire);
  const start = 8 * count + Math.ceil(2 * count / 8) * 8;
  const end = start + count * length;
  const wanted = end + (told?.finals.length ?? 0) * length;
  if (body.length !== wanted) {
    throw new Error(
      `${who}: process ${process.pid} sent a result of ${body.length} bytes, wanted ${wanted}`,
    );
  }
  const bytes = new Uint8Array(batch.buffer, first * length, count * length);
  bytes.set(body.subarray(start, end));
  if (told === undefined) return undefined;
  const last = told.finals.map((_, i) => {
    const array = arrayOf(wire.dtype, body.subarray(end + i * length, end + (i + 1) * length));
    return wire.isScalar ? array[0] : array;
  });
  return { ...told, last };
}

/** The infos of all lanes: worker by worker what each has told. */
export function mergeTold<Obs>(
  numEnvs: number,
  name: string,
  workers: readonly PythonWorker[],
  told: readonly (Told | undefined)[],
): VectorInfos {
  if (told.every((one) => one === undefined)) return {};
  const merger = new InfoMerger<Obs>(numEnvs, name);
  workers.forEach(({ first }, worker) => {
    if (told[worker] === undefined) return;
    const { infos, finals, last } = told[worker];
    finals.forEach(([lane, info], i) => merger.final(first + lane, last[i] as Obs, info));
    for (const [lane, info] of infos) merger.info(first + lane, info);
  });
  return merger.infos;
}

/** A learner's parameters and running averages, out of GPU memory and into it. */

import { upload } from "../gpu/buffers.ts";
import type { Readback } from "../gpu/readback.ts";
import { momentNames, type OptimizerOptions } from "../nn/optimizer.ts";
import { pack, type Parameters, unpack } from "../nn/parameters.ts";
import type { LearnerState } from "./learner_state.ts";

/** Everything of a learner that a checkpoint holds, besides the ring. */
export interface LearnerTensors {
  readonly online: Parameters;
  readonly target: Parameters;
  /** Running averages by torch.optim's name. */
  readonly moments: Record<string, Parameters>;
}

/** Reads all of them, of one agent. */
export async function readTensors(
  { network, parameters, moments }: LearnerState,
  optimizer: OptimizerOptions,
  readback: Readback,
  agent = 0,
): Promise<LearnerTensors> {
  const size = 4 * network.parameters4;
  const read = async (buffer: GPUBuffer, count: number) => {
    const bytes = 4 * count * size;
    return new Float32Array(await readback.read(buffer, agent * bytes, bytes));
  };
  const both = await read(parameters, 2);
  const averages = await read(moments, momentNames(optimizer).length);
  return {
    online: unpack(network, both.subarray(0, size)),
    target: unpack(network, both.subarray(size, 2 * size)),
    moments: Object.fromEntries(
      momentNames(optimizer).map((name, i) => [
        name,
        unpack(network, averages.subarray(i * size, (i + 1) * size)),
      ]),
    ),
  };
}

/**
 * Writes those that are given.
 *
 * @throws {Error} When a name or shape does not fit; nothing is written then.
 */
export function writeTensors(
  { gpu, network, parameters, moments: averages }: LearnerState,
  optimizer: OptimizerOptions,
  { online, target, moments }: Partial<LearnerTensors>,
  agent = 0,
): void {
  const size = network.parameters4 * 16;
  const first = agent * 2 * size;
  // Everything is checked before anything is written.
  const writes: [GPUBuffer, Float32Array, number][] = [];
  if (online) writes.push([parameters, pack(network, online), first]);
  if (target) writes.push([parameters, pack(network, target), first + size]);
  if (moments) {
    const names = momentNames(optimizer);
    names.forEach((name, i) => {
      if (!moments[name]) {
        throw new Error(
          `${optimizer.name} needs the running average "${name}", and the saved ones are ` +
            `${Object.keys(moments).join(", ")}: load with the optimizer that it was saved with`,
        );
      }
      writes.push([averages, pack(network, moments[name]), (agent * names.length + i) * size]);
    });
  }
  for (const [buffer, data, offset] of writes) upload(gpu, buffer, data, offset);
}

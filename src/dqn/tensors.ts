/** A learner's parameters and running averages, out of GPU memory and into it. */

import { upload } from "../gpu/buffers.ts";
import type { Readback } from "../gpu/readback.ts";
import { momentNames, type OptimizerOptions } from "../nn/optimizer.ts";
import { pack, type Parameters, unpack } from "../nn/parameters.ts";
import type { LearnerState } from "./update.ts";

/** Everything of a learner that a checkpoint holds, besides the ring. */
export interface LearnerTensors {
  readonly online: Parameters;
  readonly target: Parameters;
  /** Running averages by torch.optim's name. */
  readonly moments: Record<string, Parameters>;
}

/** Reads all of them. */
export async function readTensors(
  { network, parameters, moments }: LearnerState,
  optimizer: OptimizerOptions,
  readback: Readback,
): Promise<LearnerTensors> {
  const both = new Float32Array(await readback.read(parameters));
  const averages = new Float32Array(await readback.read(moments));
  const size = 4 * network.parameters4;
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
): void {
  const size = network.parameters4 * 16;
  // Everything is checked before anything is written.
  const writes: [GPUBuffer, Float32Array, number][] = [];
  if (online) writes.push([parameters, pack(network, online), 0]);
  if (target) writes.push([parameters, pack(network, target), size]);
  if (moments) {
    momentNames(optimizer).forEach((name, i) => {
      if (!moments[name]) {
        throw new Error(
          `${optimizer.name} needs the running average "${name}", and the saved ones are ` +
            `${Object.keys(moments).join(", ")}: load with the optimizer that it was saved with`,
        );
      }
      writes.push([averages, pack(network, moments[name]), i * size]);
    });
  }
  for (const [buffer, data, offset] of writes) upload(gpu, buffer, data, offset);
}

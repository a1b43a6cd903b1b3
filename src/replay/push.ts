/** Writing staged rows into the ring, and into the sum tree where there is one, as steps of a program. */

import type { Step } from "../gpu/program.ts";
import { drawableOverrides } from "./overrides.ts";
import type { Ring } from "./ring.ts";
import type { Staging } from "./staging.ts";

/**
 * Plans the push of whatever is staged.
 *
 * @param ring Where to.
 * @param staging Where from.
 */
export function pushSteps(ring: Ring, { images, rows }: Staging): Step[] {
  const { observation4, transitions, observations, tree } = ring;
  const push: Step = {
    label: "push",
    kernel: {
      kernel: "kernels/push",
      overrides: { OBSERVATION4: observation4, CAPACITY: ring.region * ring.laneCount },
    },
    buffers: { images, transitions, observations },
    workgroups: [Math.min(64, Math.ceil(rows * (1 + observation4) / 64)), 1, 1],
  };
  if (!tree) return [push];
  return [push, {
    label: "insert priorities",
    kernel: {
      kernel: "kernels/insert_priorities",
      overrides: { OBSERVATION4: observation4, ...drawableOverrides(ring), ...tree.overrides },
    },
    buffers: { images, transitions, tree: tree.nodes, greatest: tree.greatest },
    workgroups: [1, 1, 1],
  }];
}

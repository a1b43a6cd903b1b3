/** Writing staged rows into the ring, and into the sum tree where there is one, as steps of a program. */

import type { Step } from "../gpu/program.ts";
import { drawableOverrides } from "./overrides.ts";
import type { Ring } from "./ring.ts";
import type { RingShape } from "./ring_shape.ts";
import type { Staging } from "./staging.ts";

/** Steps that all loops of an invocation may take together: a software adapter ends them beyond 65,500. */
const MOST_STEPS = 50_000;
/** Invocations of a workgroup, as in shaders/kernels/insert_priorities.wgsl, and levels of a sum tree. */
const WORKGROUP = 64;
const LEVELS = 8;

/**
 * The most images that a push may have, so that the kernels come to the end of their loops.
 *
 * @param shape What an image makes a kernel look at.
 */
export function mostImages(
  { sampling, needsNextAction, nSteps, frameStack }: RingShape,
): number {
  if (sampling !== "prioritized") return Infinity;
  const others = (needsNextAction ? nSteps : 0) + frameStack - 1;
  // The rows around an image's own, at each of which a walk may be as long.
  return Math.max(1, Math.floor(MOST_STEPS * WORKGROUP / ((1 + others) * (LEVELS + others))));
}

/**
 * Plans the push of whatever is staged.
 *
 * @param ring Where to.
 * @param staging Where from.
 */
export function pushSteps(ring: Ring, { images, rows, observation4 }: Staging): Step[] {
  const { frames, transitions, tree } = ring;
  const complete = observation4 > 0;
  const push: Step = {
    label: "push",
    kernel: {
      kernel: "kernels/push",
      conditions: { complete },
      overrides: {
        CAPACITY: ring.region * ring.laneCount,
        OBSERVATION4: observation4,
      },
    },
    buffers: { images, transitions, ...(complete && { observations: frames.chunks[0] }) },
    workgroups: [Math.min(64, Math.ceil(rows * (1 + observation4) / 64)), 1, 1],
  };
  if (!tree) return [push];
  return [push, {
    label: "insert priorities",
    kernel: {
      kernel: "kernels/insert_priorities",
      slots: { written: "slots/written/images" },
      overrides: { OBSERVATION4: observation4, ...drawableOverrides(ring), ...tree.overrides },
    },
    buffers: { images, transitions, tree: tree.nodes, greatest: tree.greatest },
    workgroups: [1, 1, 1],
  }];
}

/** Drawing a batch from the ring as a step of a program: the sampler is a slot of the gather kernel. */

import type { Step } from "../gpu/program.ts";
import type { Ring } from "./ring.ts";

/** Where a gather writes. */
export interface GatherTarget {
  /** Rows of the batch. */
  readonly batch: number;
  /** The networks' inputs: observations, then next observations. */
  readonly activations: GPUBuffer;
  readonly activationsStride: number;
  /** [batch]: action, n-step return, discount, weight, next action. */
  readonly samples: GPUBuffer;
  readonly health: GPUBuffer;
}

/**
 * Plans the draw of a batch.
 *
 * @param ring Where from; it knows how many steps a transition may span.
 * @param target Where to.
 */
export function gatherStep(ring: Ring, target: GatherTarget): Step {
  const { batch, activations, activationsStride, samples, health } = target;
  return {
    label: "gather",
    kernel: {
      kernel: "kernels/gather",
      slots: { sampler: "slots/sampler/uniform" },
      constants: { AGENTS: 1 },
      overrides: {
        BATCH: batch,
        LANES: ring.laneCount,
        REGION: ring.region,
        OBSERVATION4: ring.observation4,
        N_STEPS: ring.nSteps,
        NEEDS_NEXT_ACTION: Number(ring.needsNextAction),
        ACTIVATIONS_STRIDE: activationsStride,
      },
    },
    buffers: {
      transitions: ring.transitions,
      observations: ring.observations,
      activations,
      batch: samples,
      health,
    },
    workgroups: [Math.ceil(batch / 64), ring.observation4, 1],
  };
}

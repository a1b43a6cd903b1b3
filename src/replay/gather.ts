/** Making a batch dense as a step of a program: where its rows come from is a slot of the gather kernel. */

import type { Step } from "../gpu/program.ts";
import { drawableOverrides, walkOverrides } from "./overrides.ts";
import type { Ring } from "./ring.ts";

/** Where a gather writes, and whose draws it follows. */
export interface GatherTarget {
  /** Rows of the batch. */
  readonly batch: number;
  /** The list of draws that a step before has made; without it the gather draws, uniformly. */
  readonly draws?: GPUBuffer;
  /** The networks' inputs: observations, then next observations. */
  readonly activations: GPUBuffer;
  readonly activationsStride: number;
  /** [batch]: action, n-step return, discount, weight, next action, masks. */
  readonly samples: GPUBuffer;
  readonly health: GPUBuffer;
}

/**
 * Plans the gathering of a batch.
 *
 * @param ring Where from; it knows how many steps a transition may span.
 * @param target Where to, and which rows.
 */
export function gatherStep(ring: Ring, target: GatherTarget): Step {
  const { batch, draws, activations, activationsStride, samples, health } = target;
  return {
    label: "gather",
    kernel: {
      kernel: "kernels/gather",
      slots: { sampler: draws ? "slots/sampler/drawn" : "slots/sampler/uniform" },
      constants: { AGENTS: 1 },
      overrides: {
        BATCH: batch,
        ...(draws ? { ...walkOverrides(ring), DRAWS: batch } : drawableOverrides(ring)),
        OBSERVATION4: ring.observation4,
        ACTIVATIONS_STRIDE: activationsStride,
      },
    },
    buffers: {
      transitions: ring.transitions,
      observations: ring.observations,
      activations,
      batch: samples,
      health,
      ...(draws && { draws }),
    },
    workgroups: [Math.ceil(batch / 64), ring.observation4, 1],
  };
}

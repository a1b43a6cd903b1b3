/** The shape of a ring, as kernels that use shaders/lib/ring.wgsl have to be told. */

import type { RingMemory } from "./ring_memory.ts";

/** For the walk along a lane. */
export function walkOverrides(
  { laneCount, region, nSteps }: RingMemory,
): Record<"LANES" | "REGION" | "N_STEPS", number> {
  return { LANES: laneCount, REGION: region, N_STEPS: nSteps };
}

/** For asking which rows can be drawn as well. */
export function drawableOverrides(
  ring: RingMemory,
): Record<"LANES" | "REGION" | "N_STEPS" | "NEEDS_NEXT_ACTION" | "FRAME_STACK", number> {
  const { needsNextAction, frameStack } = ring;
  return {
    ...walkOverrides(ring),
    NEEDS_NEXT_ACTION: Number(needsNextAction),
    FRAME_STACK: frameStack,
  };
}

/** What the learner has found out about the rows of a batch goes back into the sum tree. */

import type { Step } from "../gpu/program.ts";
import type { RingMemory } from "./ring_memory.ts";

/**
 * Plans the update of priorities; it comes after the step that writes them, and not in an update on a
 * batch that was laid by hand.
 *
 * @param ring Where the batch was drawn from; its sampling is prioritised.
 * @param draws The list of draws that {@link planDraw} made.
 * @param priorities [batch]: magnitudes of 0 or more; the table's α and ε make weights of them.
 * @param batch Rows of the batch.
 */
export function updatePrioritiesStep(
  ring: RingMemory,
  draws: GPUBuffer,
  priorities: GPUBuffer,
  batch: number,
): Step {
  const { tree, agents } = ring;
  if (!tree) {
    throw new Error(`a replay buffer whose sampling is ${ring.sampling} has no priorities`);
  }
  return {
    label: "update priorities",
    kernel: {
      kernel: "kernels/update_priorities",
      constants: { AGENTS: agents },
      overrides: { BATCH: batch, ...tree.overrides },
    },
    buffers: { draws, priorities, tree: tree.nodes, greatest: tree.greatest },
    workgroups: [1, 1, agents],
  };
}

/** TD errors and loss as a step of a program: target and loss are slots of one kernel. */

import type { Step } from "../gpu/program.ts";
import type { Network } from "../nn/network.ts";
import type { Workspace } from "../nn/workspace.ts";
import type { Loss, Target } from "./config.ts";

/** What the step reads and writes besides the workspace. */
export interface TdErrorBuffers {
  readonly samples: GPUBuffer;
  readonly tdErrors: GPUBuffer;
  readonly history: GPUBuffer;
  readonly health: GPUBuffer;
}

/**
 * Plans the TD error of a batch whose forward passes have run.
 *
 * @param network The network, whose outputs are Q-values.
 * @param workspace Where outputs lie and deltas go.
 * @param choice Loss and target.
 * @param buffers What else is read and written.
 * @param historyRows Rows of diagnostics.
 */
export function tdErrorStep(
  network: Network,
  workspace: Workspace,
  choice: { loss: Loss; target: Target; doubleQ: boolean },
  buffers: TdErrorBuffers,
  historyRows: number,
): Step {
  const last = network.layers.length - 1;
  const { batch, agents, activations, activationsStride, deltas, slopesStride } = workspace;
  return {
    label: "TD error",
    kernel: {
      kernel: "kernels/td_error",
      slots: {
        loss: `slots/loss/${choice.loss}`,
        target: `slots/target/${choice.doubleQ ? "double" : choice.target}`,
      },
      constants: { AGENTS: agents, HISTORY: historyRows },
      overrides: {
        BATCH: batch,
        // SARSA looks for no best action, so its shader does not count them.
        ...(choice.target === "sarsa" ? {} : { ACTIONS: network.outputs }),
        OUTPUT_WIDTH: 4 * network.layers[last].out4,
        OUTPUT_AT: 4 * workspace.outputsAt[last],
        OUTPUT_STRIDE: 4 * activationsStride,
        DELTAS_AT: 4 * workspace.slopesAt[last],
        DELTAS_STRIDE: 4 * slopesStride,
      },
    },
    buffers: {
      outputs: activations,
      batch: buffers.samples,
      deltas: deltas!,
      tdErrors: buffers.tdErrors,
      history: buffers.history,
      health: buffers.health,
    },
    workgroups: [1, 1, agents],
  };
}

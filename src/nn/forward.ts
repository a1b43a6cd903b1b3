/** The forward pass of a network as steps of a program: one dispatch a layer, all passes at once. */

import type { Gpu } from "../gpu/gpu.ts";
import type { Step } from "../gpu/program.ts";
import type { Network } from "./network.ts";
import { chooseTile, tileCount } from "./tiles.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Plans the forward pass.
 *
 * @param gpu The GPU, for its choice of tiles.
 * @param network The network.
 * @param parameters Its arenas, online and target.
 * @param workspace Where inputs lie and outputs go.
 */
export function forwardSteps(
  gpu: Gpu,
  network: Network,
  parameters: GPUBuffer,
  workspace: Workspace,
): Step[] {
  const { batch, passes, inputPasses, agents, activations, slopes } = workspace;
  return network.layers.map((layer, l) => {
    const tile = chooseTile(gpu.kind, batch, layer.out4);
    return {
      label: `forward ${l}`,
      kernel: {
        kernel: "kernels/dense_forward",
        slots: { activation: `slots/activation/${layer.activation}` },
        conditions: { training: slopes !== undefined },
        constants: { ROWS: tile.rows, COLUMNS4: tile.columns4, WORKGROUP: tile.workgroup },
        overrides: {
          BATCH: batch,
          IN4: layer.in4,
          OUT4: layer.out4,
          INPUT_AT: workspace.inputsAt[l],
          INPUT_PASSES: l === 0 ? inputPasses : passes,
          OUTPUT_AT: workspace.outputsAt[l],
          WEIGHTS_AT: layer.weightsAt,
          BIAS_AT: layer.biasAt,
          PARAMETERS4: network.parameters4,
          ACTIVATIONS_STRIDE: workspace.activationsStride,
          ...slopes && {
            SLOPES_AT: workspace.slopesAt[l],
            SLOPES_STRIDE: workspace.slopesStride,
          },
        },
      },
      buffers: { parameters, activations, ...slopes && { slopes } },
      workgroups: [
        Math.ceil(tileCount(tile, batch, layer.out4) / tile.workgroup),
        passes,
        agents,
      ],
    };
  });
}

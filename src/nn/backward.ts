/**
 * The backward pass of a network as steps of a program: one dispatch a layer takes the deltas down,
 * then one computes all weight gradients.
 */

import { type Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Step } from "../gpu/program.ts";
import type { Network } from "./network.ts";
import { chooseTile, gradientTile, tileCount } from "./tiles.ts";
import type { Workspace } from "./workspace.ts";

/** The backward pass: its steps, and what it leaves for the optimiser. */
export interface Backward {
  readonly steps: readonly Step[];
  /** [agents × workgroups]: shares of the squared gradient norm. */
  readonly partials: GPUBuffer;
  /** Shares per agent. */
  readonly partialCount: number;
}

/**
 * Plans the backward pass, from the last layer's deltas to the gradients.
 *
 * @param gpu The GPU.
 * @param buffers Who owns the buffers made here.
 * @param network The network.
 * @param parameters Its arenas.
 * @param gradients Where the gradients go, laid out as the arena.
 * @param workspace What the forward pass left.
 */
export function planBackward(
  gpu: Gpu,
  buffers: Buffers,
  network: Network,
  parameters: GPUBuffer,
  gradients: GPUBuffer,
  workspace: Workspace,
): Backward {
  const steps: Step[] = [];
  for (let l = network.layers.length - 1; l > 0; l--) {
    steps.push(deltaStep(gpu, network, parameters, workspace, l));
  }

  const { batch, agents, activations, deltas } = workspace;
  const tile = gradientTile(gpu.kind);
  const layers = new Uint32Array(8 * network.layers.length);
  let firstTile = 0;
  network.layers.forEach((layer, l) => {
    layers.set([
      firstTile,
      layer.in4,
      layer.out4,
      workspace.inputsAt[l],
      workspace.slopesAt[l],
      layer.weightsAt,
      layer.biasAt,
    ], 8 * l);
    firstTile += tileCount(tile, layer.out4, layer.in4);
  });
  const layersBuffer = buffers.uniform("layers", layers.byteLength);
  upload(gpu, layersBuffer, layers);
  const partialCount = Math.ceil(firstTile / tile.workgroup);
  const partials = buffers.storage("gradient norm", agents * partialCount * 4);
  steps.push({
    label: "weight gradient",
    kernel: {
      kernel: "kernels/weight_gradient",
      constants: {
        AGENTS: agents,
        LAYERS: network.layers.length,
        ROWS4: tile.rows,
        COLUMNS4: tile.columns4,
        WORKGROUP: tile.workgroup,
      },
      overrides: {
        BATCH: batch,
        TILES: firstTile,
        PARAMETERS4: network.parameters4,
        ACTIVATIONS_STRIDE: workspace.activationsStride,
        SLOPES_STRIDE: workspace.slopesStride,
      },
    },
    buffers: { layers: layersBuffer, activations, deltas: deltas!, gradients, partials },
    workgroups: [partialCount, 1, agents],
  });
  return { steps, partials, partialCount };
}

/** The step from a layer's deltas to those of the layer below. */
function deltaStep(
  gpu: Gpu,
  network: Network,
  parameters: GPUBuffer,
  workspace: Workspace,
  l: number,
): Step {
  const { batch, agents, slopes, deltas, slopesAt, slopesStride } = workspace;
  const { in4, out4, weightsAt } = network.layers[l];
  const tile = chooseTile(gpu.kind, batch, in4);
  return {
    label: `backward ${l}`,
    kernel: {
      kernel: "kernels/dense_backward",
      constants: { ROWS: tile.rows, COLUMNS4: tile.columns4, WORKGROUP: tile.workgroup },
      overrides: {
        BATCH: batch,
        IN4: in4,
        OUT4: out4,
        WEIGHTS_AT: weightsAt,
        OUTPUT_DELTAS_AT: slopesAt[l],
        INPUT_DELTAS_AT: slopesAt[l - 1],
        SLOPES_AT: slopesAt[l - 1],
        PARAMETERS4: network.parameters4,
        SLOPES_STRIDE: slopesStride,
      },
    },
    buffers: { parameters, slopes: slopes!, deltas: deltas! },
    workgroups: [Math.ceil(tileCount(tile, batch, in4) / tile.workgroup), 1, agents],
  };
}

/** The forward pass of a network as steps of a program: one dispatch a layer, all passes at once. */

import type { Gpu } from "../gpu/gpu.ts";
import type { Step } from "../gpu/program.ts";
import { arenaOverrides, type Arenas } from "./arenas.ts";
import { convolutionStep, poolingStep } from "./convolution.ts";
import type { Dense, Norm, Product, Slice } from "./network.ts";
import { readsOf, sampleOverrides } from "./passes.ts";
import { chooseTile, tileCount } from "./tiles.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Plans the forward pass.
 *
 * @param gpu The GPU, for its choice of tiles.
 * @param arenas The weights.
 * @param workspace Where inputs lie and outputs go.
 */
export function forwardSteps(gpu: Gpu, arenas: Arenas, workspace: Workspace): Step[] {
  return workspace.network.layers.map((layer, l): Step => {
    const label = `forward ${l}`;
    switch (layer.kind) {
      case "conv":
        return { label, ...convolutionStep(gpu, arenas, workspace, layer) };
      case "pool":
        return { label, ...poolingStep(workspace, layer) };
      case "dense":
        return { label, ...denseStep(gpu, arenas, workspace, layer) };
      case "norm":
        return { label, ...normStep(arenas, workspace, layer) };
      case "product":
        return { label, ...productStep(workspace, layer) };
    }
  });
}

function denseStep(
  gpu: Gpu,
  arenas: Arenas,
  workspace: Workspace,
  layer: Dense,
): Omit<Step, "label"> {
  const { passes, agents, activations, slopes } = workspace;
  const { in4, out4, input, output, weightsAt, biasAt } = layer;
  const rows = workspace.mostRows(output.block);
  const tile = chooseTile(gpu.kind, rows, out4, in4);
  return {
    kernel: {
      kernel: "kernels/dense_forward",
      slots: { activation: `slots/activation/${layer.activation}` },
      conditions: { training: slopes !== undefined },
      constants: { ROWS: tile.rows, COLUMNS4: tile.columns4, WORKGROUP: tile.workgroup },
      overrides: {
        IN4: in4,
        OUT4: out4,
        WEIGHTS_AT: weightsAt,
        BIAS_AT: biasAt,
        ...betweenBlocks(workspace, input, output),
        ...readsOf(passes, input.block),
        ...arenaOverrides(arenas),
        ARENA_OF: arenas.ofPass,
      },
    },
    buffers: { parameters: arenas.buffer, activations, ...slopes && { slopes } },
    workgroups: [
      Math.ceil(tileCount(tile, rows, out4) / tile.workgroup),
      passes.length,
      agents,
    ],
  };
}

function normStep(arenas: Arenas, workspace: Workspace, layer: Norm): Omit<Step, "label"> {
  const { passes, agents, activations, slopes } = workspace;
  const { width, width4, input, output, scaleAt, shiftAt } = layer;
  return {
    kernel: {
      kernel: "kernels/norm_forward",
      slots: { activation: `slots/activation/${layer.activation}` },
      conditions: { training: slopes !== undefined },
      overrides: {
        WIDTH: width,
        WIDTH4: width4,
        SCALE_AT: scaleAt,
        SHIFT_AT: shiftAt,
        ...betweenBlocks(workspace, input, output),
        ...arenaOverrides(arenas),
        ARENA_OF: arenas.ofPass,
      },
    },
    buffers: { parameters: arenas.buffer, activations, ...slopes && { slopes } },
    workgroups: [Math.ceil(workspace.mostRows(output.block) / 16), passes.length, agents],
  };
}

function productStep(workspace: Workspace, layer: Product): Omit<Step, "label"> {
  const { passes, agents, activations, slopes, activationsStride, slopesStride } = workspace;
  const { width4, features, embedding, output } = layer;
  const { at, stride } = workspace.activationsOf(features);
  return {
    kernel: {
      kernel: "kernels/product_forward",
      conditions: { training: slopes !== undefined },
      overrides: {
        BATCH: workspace.batch,
        ...sampleOverrides(passes),
        WIDTH4: width4,
        FEATURES_AT: at,
        FEATURES_STRIDE: stride,
        ...readsOf(passes, features.block),
        EMBEDDING_AT: workspace.activationsOf(embedding).at,
        OUTPUT_AT: workspace.activationsOf(output).at,
        ACTIVATIONS_AGENT: activationsStride,
        ...slopes && { SLOPES_AT: workspace.slopesOf(output).at, SLOPES_AGENT: slopesStride },
      },
    },
    buffers: { activations, ...slopes && { slopes } },
    workgroups: [
      Math.ceil(workspace.mostRows(output.block) * width4 / 64),
      passes.length,
      agents,
    ],
  };
}

/** Where a layer's inputs lie and its outputs go, row by row. */
function betweenBlocks(
  workspace: Workspace,
  input: Slice,
  output: Slice,
): Record<string, number> {
  const { batch, passes, slopes, activationsStride, slopesStride } = workspace;
  const from = workspace.activationsOf(input);
  const to = workspace.activationsOf(output);
  return {
    BATCH: batch,
    ...sampleOverrides(passes),
    INPUT_AT: from.at,
    INPUT_STRIDE: from.stride,
    OUTPUT_AT: to.at,
    OUTPUT_STRIDE: to.stride,
    IS_SAMPLED: Number(to.isSampled),
    ACTIVATIONS_AGENT: activationsStride,
    ...slopes && { SLOPES_AT: workspace.slopesOf(output).at, SLOPES_AGENT: slopesStride },
  };
}

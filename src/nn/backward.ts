/**
 * The backward pass of a network as steps of a program: from layer to layer the deltas go down, then
 * one dispatch computes the gradients of all dense layers, and some those of convolutions.
 */

import type { Buffers } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Step } from "../gpu/program.ts";
import { arenaOverrides, type Arenas } from "./arenas.ts";
import { convolutionBackwardStep, poolingBackwardStep } from "./convolution.ts";
import { convolutionGradientSteps, convolutionPartials } from "./convolution_gradient.ts";
import { denseGradientStep, type Gradients, tileDenseGradients } from "./dense_gradient.ts";
import type { Dense, Norm, Product } from "./network.ts";
import { chooseTile, tileCount, WORKGROUP } from "./tiles.ts";
import type { Workspace } from "./workspace.ts";

/** The backward pass: its steps, and what it leaves for the optimiser. */
export interface Backward {
  readonly steps: readonly Step[];
  /** [agents × partialCount]: shares of the squared gradient norm. */
  readonly partials: GPUBuffer;
  /** Shares per agent. */
  readonly partialCount: number;
}

/**
 * Plans the backward pass, from the last block's deltas to the gradients.
 *
 * @param gpu The GPU.
 * @param buffers Who owns the buffers made here.
 * @param arenas The weights that the first pass read.
 * @param gradients Where the gradients go, laid out as the parameters.
 * @param workspace What the forward pass left.
 * @param noise The first pass's noise, in a noisy network, and vec4s of one agent's.
 */
export function planBackward(
  gpu: Gpu,
  buffers: Buffers,
  arenas: Arenas,
  gradients: GPUBuffer,
  workspace: Workspace,
  noise?: { buffer: GPUBuffer; agent4: number },
): Backward {
  const { network, agents } = workspace;
  const norms = network.layers.filter((layer) => layer.kind === "norm");
  const tiling = tileDenseGradients(gpu, network);
  const convolutionsAt = tiling.groups + norms.length;
  const partialCount = convolutionsAt + convolutionPartials(gpu, workspace);
  const partials = buffers.storage("gradient norm", agents * partialCount * 4);
  const to: Gradients = { buffer: gradients, partials, partialCount };

  const steps: Step[] = [];
  for (const [l, layer] of [...network.layers.entries()].reverse()) {
    const label = `backward ${l}`;
    switch (layer.kind) {
      case "dense":
        if (!isLearntBelow(workspace, layer.input.block)) break;
        steps.push({ label, ...denseStep(gpu, arenas, workspace, layer) });
        break;
      case "conv":
        if (!isLearntBelow(workspace, layer.input.block)) break;
        steps.push({ label, ...convolutionBackwardStep(gpu, arenas, workspace, layer) });
        break;
      case "pool":
        if (!isLearntBelow(workspace, layer.input.block)) break;
        steps.push({ label, ...poolingBackwardStep(workspace, layer) });
        break;
      case "norm": {
        const step = normGradientStep(workspace, layer, to, tiling.groups + norms.indexOf(layer));
        steps.push({ label: `norm gradient ${l}`, ...step });
        steps.push({ label, ...normStep(arenas, workspace, layer) });
        break;
      }
      case "product":
        steps.push({ label, ...productStep(workspace, layer) });
        break;
    }
  }
  steps.push(denseGradientStep(gpu, buffers, workspace, to, tiling, noise));
  const rest = { ...to, partialAt: convolutionsAt };
  steps.push(...convolutionGradientSteps(gpu, buffers, workspace, rest));
  return { steps, partials, partialCount };
}

/** Whether a block has anything to learn below it: inputs, poolings of them, and cosines have not. */
function isLearntBelow(workspace: Workspace, block: number): boolean {
  const { layers, cosines } = workspace.network;
  if (block === 0 || block === cosines?.block) return false;
  const pool = layers.find(({ kind, output }) => kind === "pool" && output.block === block);
  return !(pool?.kind === "pool") || isLearntBelow(workspace, pool.input.block);
}

/** From a dense layer's deltas to those of its inputs. */
function denseStep(
  gpu: Gpu,
  arenas: Arenas,
  workspace: Workspace,
  layer: Dense,
): Omit<Step, "label"> {
  const { agents, slopes, deltas, slopesStride } = workspace;
  const { in4, out4, weightsAt, input, output } = layer;
  const rows = workspace.rows(input.block);
  const tile = chooseTile(gpu.kind, rows, in4, out4);
  const from = workspace.slopesOf(output);
  const to = workspace.slopesOf(input);
  return {
    kernel: {
      kernel: "kernels/dense_backward",
      constants: { ROWS: tile.rows, COLUMNS4: tile.columns4, WORKGROUP: tile.workgroup },
      overrides: {
        ROW_COUNT: rows,
        IN4: in4,
        OUT4: out4,
        WEIGHTS_AT: weightsAt,
        OUTPUT_AT: from.at,
        OUTPUT_STRIDE: from.stride,
        INPUT_AT: to.at,
        INPUT_STRIDE: to.stride,
        ...arenaOverrides(arenas),
        SLOPES_AGENT: slopesStride,
      },
    },
    buffers: { parameters: arenas.buffer, slopes: slopes!, deltas: deltas! },
    workgroups: [Math.ceil(tileCount(tile, rows, in4) / tile.workgroup), 1, agents],
  };
}

/** Where the kernels of layer normalisation find a row. */
function normPlaces(workspace: Workspace, { width, width4, input, output }: Norm) {
  const from = workspace.activationsOf(input);
  const above = workspace.slopesOf(output);
  return {
    ROW_COUNT: workspace.rows(input.block),
    WIDTH: width,
    WIDTH4: width4,
    INPUT_AT: from.at,
    INPUT_STRIDE: from.stride,
    OUTPUT_DELTAS_AT: above.at,
    OUTPUT_STRIDE: above.stride,
    ACTIVATIONS_AGENT: workspace.activationsStride,
    SLOPES_AGENT: workspace.slopesStride,
  };
}

/** From the deltas of normalised numbers to those before. */
function normStep(arenas: Arenas, workspace: Workspace, layer: Norm): Omit<Step, "label"> {
  const { agents, activations, deltas } = workspace;
  return {
    kernel: {
      kernel: "kernels/norm_backward",
      overrides: {
        ...normPlaces(workspace, layer),
        INPUT_DELTAS_AT: workspace.slopesOf(layer.input).at,
        SCALE_AT: layer.scaleAt,
        ...arenaOverrides(arenas),
      },
    },
    buffers: { activations, parameters: arenas.buffer, deltas: deltas! },
    workgroups: [Math.ceil(workspace.rows(layer.input.block) / 16), 1, agents],
  };
}

/** The gradients of scale and shift. */
function normGradientStep(
  workspace: Workspace,
  layer: Norm,
  to: Gradients,
  partialAt: number,
): Omit<Step, "label"> {
  const { network, agents, activations, deltas } = workspace;
  return {
    kernel: {
      kernel: "kernels/norm_gradient",
      constants: { AGENTS: agents, WORKGROUP },
      overrides: {
        ...normPlaces(workspace, layer),
        SCALE_AT: layer.scaleAt,
        SHIFT_AT: layer.shiftAt,
        PARAMETERS4: network.parameters4,
        PARTIALS: to.partialCount,
        PARTIAL_AT: partialAt,
      },
    },
    buffers: { activations, deltas: deltas!, gradients: to.buffer, partials: to.partials },
    workgroups: [1, 1, agents],
  };
}

/** From the deltas of a product to those of its features and its embedded samples. */
function productStep(workspace: Workspace, layer: Product): Omit<Step, "label"> {
  const { batch, agents, activations, slopes, deltas, passes } = workspace;
  const { width4, features, embedding, output } = layer;
  const { at, stride } = workspace.activationsOf(features);
  return {
    kernel: {
      kernel: "kernels/product_backward",
      overrides: {
        BATCH: batch,
        SAMPLES: passes[0].samples,
        WIDTH4: width4,
        FEATURES_AT: at,
        FEATURES_STRIDE: stride,
        EMBEDDING_AT: workspace.activationsOf(embedding).at,
        FEATURES_DELTAS_AT: workspace.slopesOf(features).at,
        EMBEDDING_DELTAS_AT: workspace.slopesOf(embedding).at,
        OUTPUT_DELTAS_AT: workspace.slopesOf(output).at,
        LEARNS_FEATURES: Number(isLearntBelow(workspace, features.block)),
        ACTIVATIONS_AGENT: workspace.activationsStride,
        SLOPES_AGENT: workspace.slopesStride,
      },
    },
    buffers: { activations, slopes: slopes!, deltas: deltas! },
    workgroups: [Math.ceil(batch * width4 / 64), 1, agents],
  };
}

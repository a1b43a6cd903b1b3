/** The gradients of dense layers as a step of a program: one dispatch for those of all layers. */

import { type Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Step } from "../gpu/program.ts";
import { denseLayers, type Network, splitOf } from "./network.ts";
import { gradientTile, type Tile, tileCount } from "./tiles.ts";
import type { Workspace } from "./workspace.ts";

/** Where gradients go. */
export interface Gradients {
  /** Laid out as the parameters. */
  readonly buffer: GPUBuffer;
  /** [agents × partialCount]: shares of the squared norm. */
  readonly partials: GPUBuffer;
  readonly partialCount: number;
}

/** How the weights of all dense layers are cut into tiles. */
export interface Tiling {
  readonly tile: Tile;
  readonly tiles: number;
  /** Workgroups; each leaves a share of the squared norm. */
  readonly groups: number;
}

/** Words of a layer in the uniform that shaders/kernels/weight_gradient.wgsl reads. */
const LAYER_WORDS = 16;

/** Cuts a network's dense weights into tiles. */
export function tileDenseGradients({ kind }: Gpu, network: Network): Tiling {
  const dense = denseLayers(network);
  const weights4 = dense.reduce((sum, { in4, out4 }) => sum + 4 * out4 * in4, 0);
  const tile = gradientTile(kind, weights4);
  const tiles = dense.reduce((sum, { in4, out4 }) => sum + tileCount(tile, out4, in4), 0);
  return { tile, tiles, groups: Math.ceil(tiles / tile.workgroup) };
}

/**
 * Plans the gradients of all dense layers.
 *
 * @param gpu The GPU.
 * @param buffers Who owns the buffers made here.
 * @param workspace What forward and backward passes left.
 * @param to Where gradients go; shares of their squared norm are the first.
 * @param tiling How they are cut.
 * @param noise The first pass's noise, in a noisy network, and vec4s of one agent's.
 */
export function denseGradientStep(
  gpu: Gpu,
  buffers: Buffers,
  workspace: Workspace,
  to: Gradients,
  { tile, tiles, groups }: Tiling,
  noise?: { buffer: GPUBuffer; agent4: number },
): Step {
  const { network, agents, activations, deltas } = workspace;
  const dense = denseLayers(network);
  const layers = new Uint32Array(LAYER_WORDS * dense.length);
  let firstTile = 0;
  dense.forEach((layer, l) => {
    const { in4, out4, input, output, weightsAt, biasAt, noiseInAt, noiseOutAt } = layer;
    const from = workspace.activationsOf(input);
    const above = workspace.slopesOf(output);
    layers.set([
      firstTile,
      in4,
      out4,
      workspace.rows(output.block),
      from.at,
      from.stride,
      above.at,
      above.stride,
      weightsAt,
      biasAt,
      noiseInAt,
      noiseOutAt,
      splitOf(layer),
    ], LAYER_WORDS * l);
    firstTile += tileCount(tile, out4, in4);
  });
  const layersBuffer = buffers.uniform("layers", layers.byteLength);
  upload(gpu, layersBuffer, layers);
  return {
    label: "weight gradient",
    kernel: {
      kernel: "kernels/weight_gradient",
      conditions: { noisy: noise !== undefined },
      constants: {
        AGENTS: agents,
        LAYERS: dense.length,
        ROWS4: tile.rows,
        COLUMNS4: tile.columns4,
        WORKGROUP: tile.workgroup,
      },
      overrides: {
        TILES: tiles,
        PARAMETERS4: network.parameters4,
        ACTIVATIONS_AGENT: workspace.activationsStride,
        SLOPES_AGENT: workspace.slopesStride,
        PARTIALS: to.partialCount,
        ...noise && { SIGMA_AT: network.weights4, NOISE_AGENT: noise.agent4 },
      },
    },
    buffers: {
      layers: layersBuffer,
      activations,
      deltas: deltas!,
      gradients: to.buffer,
      partials: to.partials,
      ...noise && { noise: noise.buffer },
    },
    workgroups: [groups, 1, agents],
  };
}

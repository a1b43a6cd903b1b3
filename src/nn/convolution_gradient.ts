/**
 * The gradients of convolutions as steps of a program: each layer's sums, slice by slice, then one
 * dispatch that adds up the slices of all layers.
 */

import { type Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Step } from "../gpu/program.ts";
import { inputPlaces, patches, readsBytes } from "./convolution.ts";
import { type Conv, convolutions } from "./network.ts";
import { origin4 } from "./pictures.ts";
import {
  arenaWorkgroups,
  convolutionGradientTile,
  gradientSlices,
  type Tile,
  tileCount,
  WORKGROUP,
} from "./tiles.ts";
import type { Workspace } from "./workspace.ts";

/** Words of a layer in the uniform that shaders/kernels/conv_gradient_sum.wgsl reads. */
const LAYER_WORDS = 4;

/** How one convolution's gradient is cut, and where its sums lie. */
interface Cut {
  readonly layer: Conv;
  readonly tile: Tile;
  readonly slices: number;
  /** The first vec4 of its sums, and vec4s of one slice. */
  readonly sumsAt: number;
  readonly size4: number;
}

/** How many shares of the squared gradient norm convolutions leave. */
export function convolutionPartials(gpu: Gpu, { network }: Workspace): number {
  const last = convolutions(network).at(-1);
  return last ? arenaWorkgroups(gpu.kind, last.biasAt + last.out4) : 0;
}

/**
 * Plans the gradients of a network's convolutions.
 *
 * @param gpu The GPU.
 * @param buffers Who owns the buffers made here.
 * @param workspace What forward and backward passes left.
 * @param to Where gradients go and shares of their squared norm, the first of them at `partialAt`.
 */
export function convolutionGradientSteps(
  gpu: Gpu,
  buffers: Buffers,
  workspace: Workspace,
  to: {
    readonly buffer: GPUBuffer;
    readonly partials: GPUBuffer;
    readonly partialCount: number;
    readonly partialAt: number;
  },
): Step[] {
  const { network, batch, agents } = workspace;
  const cuts: Cut[] = [];
  let sums4 = 0;
  for (const layer of convolutions(network)) {
    const { in4, out4, to } = layer;
    const tile = convolutionGradientTile(gpu.kind, out4, in4);
    const lines = batch * to.height;
    const slices = gradientSlices(gpu.kind, lines, to.width, tileCount(tile, out4, in4));
    const size4 = 4 * out4 * in4 + out4;
    cuts.push({ layer, tile, slices, sumsAt: sums4, size4 });
    sums4 += slices * size4;
  }
  if (cuts.length === 0) return [];
  const sums = buffers.storage("gradient slices", agents * sums4 * 16);
  const layers = new Uint32Array(LAYER_WORDS * cuts.length);
  cuts.forEach(({ layer: { weightsAt }, slices, sumsAt, size4 }, l) =>
    layers.set([weightsAt, weightsAt + size4, sumsAt, slices], LAYER_WORDS * l)
  );
  const layersBuffer = buffers.uniform("convolutions", layers.byteLength);
  upload(gpu, layersBuffer, layers);
  const { weightsAt, size4 } = { ...cuts[cuts.length - 1], ...cuts[cuts.length - 1].layer };
  const convolutions4 = weightsAt + size4;
  return [
    ...cuts.map((cut, l) => sliceStep(workspace, cut, sums, sums4, l)),
    {
      label: "convolution gradients",
      kernel: {
        kernel: "kernels/conv_gradient_sum",
        constants: { AGENTS: agents, LAYERS: cuts.length, WORKGROUP },
        overrides: {
          CONVOLUTIONS4: convolutions4,
          SUMS_AGENT: sums4,
          PARAMETERS4: network.parameters4,
          PARTIALS: to.partialCount,
          PARTIAL_AT: to.partialAt,
        },
      },
      buffers: { layers: layersBuffer, sums, gradients: to.buffer, partials: to.partials },
      workgroups: [arenaWorkgroups(gpu.kind, convolutions4), 1, agents],
    },
  ];
}

/** One convolution's sums. */
function sliceStep(
  workspace: Workspace,
  { layer, tile, slices, sumsAt, size4 }: Cut,
  sums: GPUBuffer,
  sums4: number,
  index: number,
): Step {
  const { batch, agents, activations, inputs, deltas } = workspace;
  const { to, in4, out4, input, output } = layer;
  const { at, stride } = workspace.slopesOf(output);
  const isBytes = readsBytes(workspace, input);
  return {
    label: `convolution gradient ${index}`,
    kernel: {
      kernel: "kernels/conv_gradient",
      conditions: { bytes: isBytes },
      constants: { ROWS4: tile.rows, COLUMNS4: tile.columns4, WORKGROUP: tile.workgroup },
      overrides: {
        SLICES: slices,
        LINES: batch * to.height,
        OUT4: out4,
        ...patches(layer),
        ...inputPlaces(workspace, input),
        OUTPUT_STRIDE: stride,
        OUTPUT_AT: at + origin4(to),
        SUMS_AT: sumsAt,
        SLICE4: size4,
        SLOPES_AGENT: workspace.slopesStride,
        SUMS_AGENT: sums4,
      },
    },
    buffers: {
      ...isBytes ? { inputs: inputs.buffer } : { activations },
      deltas: deltas!,
      sums,
    },
    workgroups: [Math.ceil(slices * tileCount(tile, out4, in4) / tile.workgroup), 1, agents],
  };
}

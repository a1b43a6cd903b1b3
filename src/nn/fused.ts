/**
 * All dense layers of a small network in one dispatch: what the kernels that do so have to be told. A
 * workgroup takes a few rows of the batch through every layer; src/dqn/fused.ts makes a whole update of
 * it.
 */

import { type Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Bound, KernelSource } from "../gpu/kernel.ts";
import type { Step } from "../gpu/program.ts";
import { arenaOverrides, type Arenas, uniformArenas } from "./arenas.ts";
import { type Dense, denseLayers, type Network } from "./network.ts";
import { inputOf } from "./passes.ts";
import { type FusedTile, fusedTile } from "./tiles.ts";
import type { Workspace } from "./workspace.ts";

/** Words of a layer in the uniform that shaders/lib/fused_layers.wgsl reads, and bits of its flags. */
const LAYER_WORDS = 12;
const READS_INPUTS = 1;
const IS_LAST = 2;
const IS_NARROW = 4;

/** Whether a network is one of dense layers alone, which see plain numbers. */
export function isDenseOnly({ layers, input, cosines, isNoisy }: Network): boolean {
  const { height, width, isBytes } = input;
  return layers.every(({ kind }) => kind === "dense") && cosines === undefined && !isNoisy &&
    height * width === 1 && !isBytes;
}

/** vec4s of weights up to which this is faster; above, layers have work enough for a dispatch of their own. */
const MOST_WEIGHTS4 = 1 << 13;

/** Whether a network is so small that all its layers in one dispatch are faster than one each. */
export function isSmall({ weights4 }: Network): boolean {
  return weights4 <= MOST_WEIGHTS4;
}

/** Layers as the kernels see them. */
export interface FusedLayers {
  /** The uniform of all layers. */
  readonly buffer: GPUBuffer;
  /** How they are cut. */
  readonly tile: FusedTile;
  /** What a kernel has to be told that imports shaders/lib/fused_layers.wgsl. */
  readonly kernel: Required<Pick<KernelSource, "slots" | "conditions" | "constants" | "overrides">>;
  /** Its buffers; deltas, where there are any. */
  readonly buffers: Readonly<Record<string, Bound>>;
}

/**
 * Plans the layers of a network of which {@link isDenseOnly} holds.
 *
 * @param gpu The GPU.
 * @param buffers Who owns the buffer made here.
 * @param arenas The weights.
 * @param workspace Where inputs lie and outputs go.
 */
export function planFusedLayers(
  gpu: Gpu,
  buffers: Buffers,
  arenas: Arenas,
  workspace: Workspace,
): FusedLayers {
  const { network, batch, passes, activations, deltas } = workspace;
  const weights = planWeights(gpu, arenas, workspace.agents);
  const dense = denseLayers(network);
  const tile = fusedTile(gpu.kind, batch, dense.map(({ out4 }) => out4));
  const words = Uint32Array.from(dense.flatMap((layer) => layerWords(workspace, layer, tile)));
  const buffer = buffers.uniform("layers", words.byteLength);
  upload(gpu, buffer, words);
  return {
    buffer,
    tile,
    kernel: {
      slots: { activation: `slots/activation/${dense[0].activation}` },
      conditions: {
        waits: tile.team > 1,
        training: deltas !== undefined,
        keepsSlopes: deltas !== undefined && dense[0].activation === "gelu",
        ...weights.kernel.conditions,
      },
      constants: {
        LAYERS: dense.length,
        PASSES: passes.length,
        TEAM: tile.team,
        GROUP_ROWS: tile.teamRows,
        ROWS: tile.rows,
        COLUMNS4: tile.columns4,
        NARROW_ROWS: tile.narrowRows,
        WORKGROUP: tile.workgroup,
        ...weights.kernel.constants,
      },
      overrides: {
        BATCH: batch,
        ...weights.kernel.overrides,
        ARENA_OF: arenas.ofPass,
        INPUT_OF: inputOf(passes),
        ACTIVATIONS_AGENT: workspace.activationsStride,
        ...deltas && { DELTAS_AGENT: workspace.slopesStride },
      },
    },
    buffers: { layers: buffer, ...weights.buffers, activations, ...deltas && { deltas } },
  };
}

/** How the kernels read the weights: all arenas as one storage buffer, or each as a uniform of its own. */
function planWeights(
  gpu: Gpu,
  arenas: Arenas,
  agents: number,
): {
  kernel: Pick<KernelSource, "conditions" | "constants" | "overrides">;
  buffers: Record<string, Bound>;
} {
  const uniforms = uniformArenas(gpu, arenas, agents);
  if (!uniforms) {
    return {
      kernel: { overrides: arenaOverrides(arenas) },
      buffers: { parameters: arenas.buffer },
    };
  }
  const { online, target, targetAt } = uniforms;
  return {
    kernel: {
      conditions: { uniformWeights: true },
      constants: { ONLINE4: arenas.size4, TARGET4: targetAt + arenas.size4 },
      overrides: { TARGET_AT: targetAt },
    },
    buffers: { onlineWeights: online, targetWeights: target },
  };
}

/** Workgroups that so many rows of a batch take. */
export function fusedGroups({ team, teamRows, workgroup }: FusedTile, batch: number): number {
  return Math.ceil(Math.ceil(batch / teamRows) * team / workgroup);
}

/** A layer's words, in the order of the shader's struct. */
function layerWords(workspace: Workspace, layer: Dense, { columns4 }: FusedTile): number[] {
  const { input, output, in4, out4, weightsAt, biasAt } = layer;
  const from = workspace.activationsOf(input);
  const to = workspace.activationsOf(output);
  const flags = (input.block === 0 ? READS_INPUTS : 0) +
    (layer.parts[0].isLast ? IS_LAST : 0) +
    (2 * out4 <= columns4 ? IS_NARROW : 0);
  const words = [in4, out4, from.at, from.stride, to.at, to.stride];
  const deltas = [workspace.slopesOf(input).at, workspace.slopesOf(output).at];
  words.push(...deltas, weightsAt, biasAt, flags);
  return [...words, ...new Array(LAYER_WORDS - words.length).fill(0)];
}

/**
 * Plans the forward pass of a network of which {@link isDenseOnly} holds, as one step; otherwise as
 * forwardSteps in forward.ts.
 *
 * @param gpu The GPU.
 * @param buffers Who owns the buffer made here.
 * @param arenas The weights.
 * @param workspace Where inputs lie and outputs go; one that does not train.
 */
export function fusedForwardSteps(
  gpu: Gpu,
  buffers: Buffers,
  arenas: Arenas,
  workspace: Workspace,
): Step[] {
  const layers = planFusedLayers(gpu, buffers, arenas, workspace);
  return [{
    label: "forward",
    kernel: { kernel: "kernels/fused_forward", ...layers.kernel },
    buffers: layers.buffers,
    workgroups: [fusedGroups(layers.tile, workspace.batch), 1, workspace.agents],
  }];
}

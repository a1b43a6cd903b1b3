/**
 * The update of a small network in few dispatches: one takes the batch from the ring to its deltas, one
 * makes gradients of them and applies these. Where the gradient's norm is clipped, all have to wait for
 * it, and the second is two. The same results as update.ts's layers one by one, but for rounding.
 */

import { upload } from "../gpu/buffers.ts";
import type { Step } from "../gpu/program.ts";
import type { Arenas } from "../nn/arenas.ts";
import { denseGradientStep, tileDenseGradients } from "../nn/dense_gradient.ts";
import { fusedGroups, isDenseOnly, isSmall, planFusedLayers } from "../nn/fused.ts";
import { denseLayers } from "../nn/network.ts";
import { momentNames, type OptimizerOptions, optimizerStep } from "../nn/optimizer.ts";
import { fusedGradientTile, type Tile, tileCount } from "../nn/tiles.ts";
import type { Workspace } from "../nn/workspace.ts";
import { drawableOverrides } from "../replay/overrides.ts";
import type { ResolvedConfig } from "./config.ts";
import { headConditions } from "./head.ts";
import type { LearnerState } from "./learner_state.ts";
import { targetOverrides } from "./td_error.ts";

/** Storage buffers that the largest of these kernels binds. */
const STORAGE_BUFFERS = 13;
/** Words of a layer in the uniform that shaders/kernels/fused_gradient.wgsl reads. */
const LAYER_WORDS = 12;

/**
 * Whether an update can be made this way, and should: networks of dense layers with scalar Q-values, small
 * enough; observations as they lie in one buffer of the ring.
 */
export function fitsFused(state: LearnerState, config: ResolvedConfig): boolean {
  return canFuse(state, config) && isSmall(state.network);
}

/** Whether an update can be made this way. */
export function canFuse({ gpu, network, ring }: LearnerState, config: ResolvedConfig): boolean {
  return isDenseOnly(network) && config.distribution === "none" &&
    ring.frameStack === 1 && !ring.isBytes && ring.frames.chunks.length === 1 &&
    gpu.device.limits.maxStorageBuffersPerShaderStage >= STORAGE_BUFFERS;
}

/** What a fused update reads and writes besides the learner's state. */
export interface FusedTarget {
  readonly workspace: Workspace;
  readonly arenas: Arenas;
  /** A step before's draws; without them the batch is drawn in place, uniformly. */
  readonly draws: GPUBuffer | undefined;
  readonly samples: GPUBuffer;
  readonly tdErrors: GPUBuffer;
  readonly priorities: GPUBuffer;
}

/** Plans an update, from a batch that is drawn or laid by hand to the parameters. */
export function fusedSteps(
  state: LearnerState,
  config: ResolvedConfig,
  optimizer: OptimizerOptions,
  target: FusedTarget,
): Step[] {
  const { workspace } = target;
  const batch = batchStep(state, config, target);
  if (config.maxGradNorm === null) return [batch, gradientStep(state, optimizer, workspace)];
  const { gpu, buffers, network, historyRows, agents, parameters, gradients } = state;
  const { moments, history, health } = state;
  const tiling = tileDenseGradients(gpu, network);
  const partials = buffers.storage("gradient norm", agents * tiling.groups * 4);
  const backward = { steps: [], partials, partialCount: tiling.groups };
  const to = { buffer: gradients, ...backward };
  const buffersOfStep = { parameters, gradients, moments, history, health };
  return [
    batch,
    denseGradientStep(gpu, buffers, workspace, to, tiling),
    optimizerStep(gpu, network, optimizer, backward, historyRows, agents, buffersOfStep),
  ];
}

/** From the ring to the deltas. */
function batchStep(
  state: LearnerState,
  config: ResolvedConfig,
  { workspace, arenas, draws, samples, tdErrors, priorities }: FusedTarget,
): Step {
  const { gpu, buffers, network, plan, ring, history, historyRows, health, agents } = state;
  const { batch, passes } = workspace;
  const { actions, valueAt, block } = network.output;
  const layers = planFusedLayers(gpu, buffers, arenas, workspace);
  const groups = fusedGroups(layers.tile, batch);
  const shares = SHARES_OF_BATCH * groups * layers.tile.workgroup / layers.tile.team;
  const last = { block, at4: 0 };
  return {
    label: "batch",
    kernel: {
      kernel: "kernels/fused_batch",
      slots: {
        ...layers.kernel.slots,
        sampler: draws ? "slots/sampler/drawn" : "slots/sampler/uniform",
        loss: `slots/loss/${config.loss}`,
        target: `slots/target/${config.target}`,
      },
      conditions: { ...headConditions(workspace), ...layers.kernel.conditions, fused: true },
      constants: {
        ...layers.kernel.constants,
        AGENTS: agents,
        HISTORY: historyRows,
        VALUES: passes.length * actions,
      },
      overrides: {
        ...layers.kernel.overrides,
        ...drawOverrides(state, batch, draws),
        ...targetOverrides(config, plan),
        ACTIONS: actions,
        ...valueAt !== undefined && { VALUE_AT: valueAt },
        OBSERVATION4: ring.observation4,
        OUTPUT4_AT: workspace.activationsOf(last).at,
        OUTPUT4: workspace.activationsOf(last).stride,
        OUTPUT_DELTAS_AT: workspace.slopesOf(last).at,
        SHARES: shares,
      },
    },
    buffers: {
      transitions: ring.transitions,
      observations: ring.frames.chunks[0],
      ...draws && { draws },
      ...layers.buffers,
      ...{ batch: samples, tdErrors, priorities, history, health },
      shares: sharesBuffer(state, shares),
    },
    workgroups: [groups, 1, agents],
  };
}

/** Loss, Q-value and TD error: what each workgroup's rows add to the history. */
const SHARES_OF_BATCH = 3;

function sharesBuffer({ buffers, agents }: LearnerState, shares: number): GPUBuffer {
  return buffers.storage("shares", agents * (1 + shares) * 4);
}

function drawOverrides(
  { ring }: LearnerState,
  batch: number,
  draws: GPUBuffer | undefined,
): Record<string, number> {
  const { NEEDS_NEXT_ACTION, FRAME_STACK, ...walk } = drawableOverrides(ring);
  return draws ? { ...walk, DRAWS: batch } : { ...walk, NEEDS_NEXT_ACTION, FRAME_STACK };
}

/** From the deltas to the parameters, where no norm has to be waited for. */
function gradientStep(
  state: LearnerState,
  optimizer: OptimizerOptions,
  workspace: Workspace,
): Step {
  const { gpu, network, parameters, gradients, moments, agents } = state;
  const { history, historyRows, health } = state;
  const dense = denseLayers(network);
  const tile = fusedGradientTile(gpu.kind, network.weights4);
  const tiles = dense.reduce((sum, { in4, out4 }) => sum + tileCount(tile, out4, in4), 0);
  const groups = Math.ceil(tiles / tile.workgroup);
  const shares = groups * tile.workgroup / tile.team;
  const { name, centered } = optimizer;
  return {
    label: "gradient and optimizer",
    kernel: {
      kernel: "kernels/fused_gradient",
      slots: { optimizer: `slots/optimizer/${name === "adamw" ? "adam" : name}` },
      conditions: { decoupled: name === "adamw", centered, waits: tile.team > 1 },
      constants: {
        AGENTS: agents,
        HISTORY: historyRows,
        MOMENTS: momentNames(optimizer).length,
        LAYERS: dense.length,
        ROWS4: tile.rows,
        COLUMNS4: tile.columns4,
        WORKGROUP: tile.workgroup,
        TEAM: tile.team,
      },
      overrides: {
        BATCH: workspace.batch,
        TILES: tiles,
        PARAMETERS4: network.parameters4,
        ACTIVATIONS_AGENT: workspace.activationsStride,
        DELTAS_AGENT: workspace.slopesStride,
        SHARES: shares,
      },
    },
    buffers: {
      layers: gradientLayers(state, workspace, tile),
      ...{ parameters, moments, gradients, history, health },
      activations: workspace.activations,
      deltas: workspace.deltas!,
      shares: sharesBuffer(state, shares),
    },
    workgroups: [groups, 1, agents],
  };
}

/** Where each layer's tiles, inputs, deltas and parameters lie. */
function gradientLayers(
  { gpu, buffers, network }: LearnerState,
  workspace: Workspace,
  tile: Tile,
): GPUBuffer {
  const dense = denseLayers(network);
  const words = new Uint32Array(LAYER_WORDS * dense.length);
  let firstTile = 0;
  dense.forEach(({ in4, out4, input, output, weightsAt, biasAt }, l) => {
    const from = workspace.activationsOf(input);
    const above = workspace.slopesOf(output);
    words.set(
      [firstTile, in4, out4, from.at, from.stride, above.at, above.stride, weightsAt, biasAt],
      LAYER_WORDS * l,
    );
    firstTile += tileCount(tile, out4, in4);
  });
  const buffer = buffers.uniform("gradient layers", words.byteLength);
  upload(gpu, buffer, words);
  return buffer;
}

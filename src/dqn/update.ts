/**
 * One update of DQN as a recorded program: (sync target) → gather → forward → TD error → backward →
 * optimise, for one batch size. This file is the order of events; each stage is a file of its own.
 */

import type { Buffers } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { Program, type Step } from "../gpu/program.ts";
import type { Entry, Table } from "../gpu/table.ts";
import { planBackward } from "../nn/backward.ts";
import { forwardSteps } from "../nn/forward.ts";
import type { Network } from "../nn/network.ts";
import { type OptimizerOptions, optimizerStep } from "../nn/optimizer.ts";
import { arenaWorkgroups } from "../nn/tiles.ts";
import { Workspace } from "../nn/workspace.ts";
import { gatherStep } from "../replay/gather.ts";
import type { Ring } from "../replay/ring.ts";
import { SAMPLE_WORDS } from "./batch.ts";
import type { Loss, Target } from "./config.ts";
import { tdErrorStep } from "./td_error.ts";

/** What all updates of a learner share, whatever their batch size. */
export interface LearnerState {
  readonly gpu: Gpu;
  readonly buffers: Buffers;
  readonly table: Table;
  readonly network: Network;
  readonly ring: Ring;
  /** Arenas: online and target parameters; gradients; the optimiser's running averages. */
  readonly parameters: GPUBuffer;
  readonly gradients: GPUBuffer;
  readonly moments: GPUBuffer;
  /** Diagnostics of the last updates, and what went wrong. */
  readonly history: GPUBuffer;
  readonly historyRows: number;
  readonly health: GPUBuffer;
  readonly agents: number;
}

/** How an update is put together. */
export interface UpdateOptions {
  readonly batch: number;
  readonly doubleQ: boolean;
  readonly target: Target;
  readonly loss: Loss;
  readonly optimizer: OptimizerOptions;
}

/** A compiled update and the buffers in which a batch can be laid by hand. */
export interface Update {
  readonly program: Program;
  readonly workspace: Workspace;
  /** [batch × SAMPLE_WORDS]: action, return, discount, weight, next action. */
  readonly samples: GPUBuffer;
  /** [batch] */
  readonly tdErrors: GPUBuffer;
}

/** Observations and next observations. */
const INPUTS = 2;

/** Builds an update. */
export async function buildUpdate(state: LearnerState, options: UpdateOptions): Promise<Update> {
  const { gpu, buffers, network, ring, parameters, gradients, health, history, agents } = state;
  const { batch, doubleQ } = options;
  const workspace = new Workspace(buffers, network, {
    batch,
    passes: doubleQ ? 3 : 2,
    inputPasses: INPUTS,
    training: true,
    agents,
  });
  const samples = buffers.storage("batch", agents * batch * SAMPLE_WORDS * 4);
  const tdErrors = buffers.storage("TD errors", agents * batch * 4);
  const { activations, activationsStride } = workspace;
  const backward = planBackward(gpu, buffers, network, parameters, gradients, workspace);

  const steps: Step[] = [
    { ...syncTargetStep(state), when: (entry) => entry.tauBefore > 0 },
    {
      ...gatherStep(ring, {
        batch,
        activations,
        activationsStride,
        samples,
        health,
      }),
      when: (entry) => entry.explicitBatch === 0,
    },
    ...forwardSteps(gpu, network, parameters, workspace),
    tdErrorStep(
      network,
      workspace,
      options,
      { samples, tdErrors, history, health },
      state.historyRows,
    ),
    ...backward.steps,
    optimizerStep(gpu, network, options.optimizer, backward, state.historyRows, agents, {
      parameters,
      gradients,
      moments: state.moments,
      history,
      health,
    }),
  ];
  const program = await Program.build(gpu, "update", steps, state.table);
  return { program, workspace, samples, tdErrors };
}

/** The target network takes over a share of the online one. */
export function syncTargetStep({ gpu, network, parameters, agents }: LearnerState): Step {
  return {
    label: "sync target",
    kernel: {
      kernel: "kernels/sync_target",
      constants: { AGENTS: agents },
      overrides: { PARAMETERS4: network.parameters4 },
    },
    buffers: { parameters },
    workgroups: [arenaWorkgroups(gpu.kind, network.parameters4), 1, agents],
  };
}

/** Fields of a table entry that only the host reads. */
export interface HostEntry extends Entry {
  /** 1 when the batch was laid by hand, 0 when it is to be drawn. */
  readonly explicitBatch: number;
}

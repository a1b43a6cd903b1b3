/**
 * One update of DQN as a recorded program: (sync target) → draw → gather → (noise, quantile samples) →
 * forward → TD error → backward → optimise → (priorities), for one batch size. This file is the order
 * of events; each stage is a file of its own. Of small networks fused.ts puts all from gather to backward
 * into one.
 */

import { STREAMS } from "../gpu/philox.ts";
import { Program, type Step } from "../gpu/program.ts";
import type { Entry } from "../gpu/table.ts";
import type { Arenas } from "../nn/arenas.ts";
import { planBackward } from "../nn/backward.ts";
import { forwardSteps } from "../nn/forward.ts";
import type { Network } from "../nn/network.ts";
import { type Noise, planNoise } from "../nn/noise.ts";
import { type OptimizerOptions, optimizerStep } from "../nn/optimizer.ts";
import { arenaOf } from "../nn/passes.ts";
import { planQuantileSamples, type QuantileSamples } from "../nn/quantile_samples.ts";
import { arenaWorkgroups } from "../nn/tiles.ts";
import { Workspace } from "../nn/workspace.ts";
import { planDraw } from "../replay/draw.ts";
import { gatherSteps } from "../replay/gather.ts";
import { updatePrioritiesStep } from "../replay/priorities.ts";
import { SAMPLE_WORDS } from "./batch.ts";
import type { ResolvedConfig } from "./config.ts";
import { fitsFused, fusedSteps } from "./fused.ts";
import { planValues } from "./head.ts";
import type { LearnerState } from "./learner_state.ts";
import type { PassPlan } from "./plan.ts";
import { tdErrorSteps } from "./td_error.ts";
import { gatherLayout } from "./view.ts";

/** A compiled update and the buffers in which a batch can be laid by hand. */
export interface Update {
  readonly program: Program;
  readonly workspace: Workspace;
  /** [batch × SAMPLE_WORDS]: see shaders/lib/batch.wgsl. */
  readonly samples: GPUBuffer;
  /** [batch] */
  readonly tdErrors: GPUBuffer;
  /** [batch]: what prioritised sampling goes by. */
  readonly priorities: GPUBuffer;
  readonly noise: Noise | undefined;
  readonly quantileSamples: QuantileSamples | undefined;
}

/** Observations and next observations. */
const INPUTS = 2;

/** How an update is made: in few dispatches, or layer by layer. */
export type UpdatePath = "fused" | "layered";

/**
 * Builds an update for so many rows.
 *
 * @param state What updates share.
 * @param batch Rows of the batch.
 * @param config The agent's configuration.
 * @param optimizer The optimiser.
 * @param path How it is made; the same but for rounding. Left out, what fused.ts says is faster.
 */
export async function buildUpdate(
  state: LearnerState,
  batch: number,
  config: ResolvedConfig,
  optimizer: OptimizerOptions,
  path: UpdatePath = fitsFused(state, config) ? "fused" : "layered",
): Promise<Update> {
  const { gpu, buffers, network, plan, parameters, agents } = state;
  const { passes } = plan;
  const workspace = new Workspace(buffers, network, {
    batch,
    passes,
    inputs: INPUTS,
    training: true,
    agents,
  });
  const samples = buffers.storage("batch", agents * batch * SAMPLE_WORDS * 4);
  const tdErrors = buffers.storage("TD errors", agents * batch * 4);
  const priorities = buffers.storage("priorities", agents * batch * 4);

  // Batches of another size are laid by hand and never drawn.
  const draw = batch === config.batchSize
    ? drawSteps(state, config, { workspace, samples, priorities }, path)
    : { before: [], after: [], draws: undefined };
  const noise = network.isNoisy
    ? planNoise(gpu, buffers, network, parameters, passes, STREAMS.noise, agents)
    : undefined;
  const arenas = noise?.arenas ?? networkArenas(network, parameters, plan);
  const quantileSamples = network.cosines ? planQuantileSamples(buffers, workspace) : undefined;

  const steps: Step[] = [
    { ...syncTargetStep(state), when: (entry) => entry.tauBefore > 0 },
    ...draw.before,
    ...path === "fused"
      ? fusedSteps(state, config, optimizer, {
        ...{ workspace, arenas, samples, tdErrors, priorities },
        draws: draw.draws,
      })
      : layeredSteps(state, config, optimizer, {
        ...{ workspace, arenas, noise, quantileSamples, samples, tdErrors, priorities },
      }),
    ...draw.after,
  ];
  const program = await Program.build(gpu, "update", steps, state.table);
  return { program, workspace, samples, tdErrors, priorities, noise, quantileSamples };
}

/** From a batch to the parameters, layer by layer. */
function layeredSteps(
  state: LearnerState,
  config: ResolvedConfig,
  optimizer: OptimizerOptions,
  { workspace, arenas, noise, quantileSamples, ...to }:
    & Omit<Update, "program">
    & { readonly arenas: Arenas },
): Step[] {
  const { gpu, buffers, network, plan, parameters, gradients, moments, agents } = state;
  const { health, history, historyRows } = state;
  const values = planValues(buffers, workspace, config);
  const backward = planBackward(gpu, buffers, arenas, gradients, workspace, noise);
  return [
    ...noise
      ? [{ ...noise.draw, when: (entry: Entry) => entry.explicitNoise === 0 }, noise.mix]
      : [],
    ...quantileSamples ? [quantileSamples.step] : [],
    ...forwardSteps(gpu, arenas, workspace),
    ...values.steps,
    ...tdErrorSteps(
      gpu,
      buffers,
      config,
      { workspace, plan, values, quantileSamples },
      { ...to, history, historyRows, health },
    ),
    ...backward.steps,
    optimizerStep(gpu, network, optimizer, backward, historyRows, agents, {
      ...{ parameters, gradients, moments, history, health },
    }),
  ];
}

/** Draws a batch, and tells the replay buffer afterwards what has been learnt about it. */
function drawSteps(
  { ring, buffers, view, network, health }: LearnerState,
  { sampling, replacement }: ResolvedConfig,
  { workspace, samples, priorities }: {
    workspace: Workspace;
    samples: GPUBuffer;
    priorities: GPUBuffer;
  },
  path: UpdatePath,
): { before: Step[]; after: Step[]; draws: GPUBuffer | undefined } {
  const { batch, inputs } = workspace;
  const { steps, draws } = planDraw(ring, { batch, replacement }, buffers);
  const layout = gatherLayout(view, network.input);
  const target = { batch, draws, inputs, layout, samples, health };
  const whenDrawn = (step: Step): Step => ({
    ...step,
    when: (entry) => entry.explicitBatch === 0 && (step.when?.(entry) ?? true),
  });
  return {
    before: [...steps, ...path === "fused" ? [] : gatherSteps(ring, target)].map(whenDrawn),
    draws,
    after: sampling === "prioritized"
      ? [whenDrawn(updatePrioritiesStep(ring, draws!, priorities, batch))]
      : [],
  };
}

/** The parameters as arenas: each pass reads its network's. */
function networkArenas(
  { parameters4 }: Network,
  buffer: GPUBuffer,
  { passes }: PassPlan,
): Arenas {
  return { buffer, count: 2, size4: parameters4, ofPass: arenaOf(passes, false) };
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
  /** 1 when the noise was laid by hand. */
  readonly explicitNoise: number;
}

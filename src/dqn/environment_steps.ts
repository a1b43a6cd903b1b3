/**
 * A step of environments on the GPU as a list of dispatches: newest observations → forward pass → Q-values →
 * choose, step, store → observe → weights.
 */

import { STREAMS } from "../gpu/philox.ts";
import type { Step } from "../gpu/program.ts";
import { forwardSteps } from "../nn/forward.ts";
import { fusedForwardSteps, isDenseOnly, isSmall } from "../nn/fused.ts";
import { planNoise } from "../nn/noise.ts";
import { arenaOf, type Pass } from "../nn/passes.ts";
import { layCosines } from "../nn/quantile_samples.ts";
import { Workspace } from "../nn/workspace.ts";
import { gatherSteps } from "../replay/gather.ts";
import type { LockstepRing } from "../replay/lockstep_ring.ts";
import type { ResolvedConfig } from "./config.ts";
import { headConditions, outputExtents, planValues } from "./head.ts";
import type { LearnerState } from "./learner_state.ts";
import { gatherLayout } from "./view.ts";

/** Invocations of a workgroup: few where a processor plays GPU, so that its threads share the lanes. */
const WORKGROUP = { cpu: 16, gpu: 64 } as const;
/** vec4s of an observation up to which a lane's own invocation writes it. */
const INLINE_PARTS = 4;
/** Workgroups that any adapter allows in one dimension. */
const MOST_GROUPS = 65_535;
/**
 * Episodes that an agent's log holds: the newest of those that ended since the last look. At the least as
 * many as there are lanes, since all may end in one step.
 */
export const LOG = 2048;

/** An environment's shader, and what a step has to know of it. */
export interface RolloutSource {
  /** What errors call it. */
  readonly name: string;
  /** Its file, and its text where it is no file of ours. */
  readonly file: string;
  readonly texts?: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, number>>;
  /** Bytes of its `State`. */
  readonly stateBytes: number;
  /** Steps after which an episode is truncated; 0 for never. */
  readonly limit: number;
}

/** How a rollout behaves, beside what each step's entry says. */
export interface RolloutOptions {
  readonly source: RolloutSource;
  /** Where rows go. */
  readonly ring: LockstepRing;
  /** Whether it is an evaluation: random numbers of its own, and weights without noise. */
  readonly isEvaluation: boolean;
}

/** What a step reads and writes besides the learner's state and the ring. */
export interface RolloutBuffers {
  /** [agents × lanes] */
  readonly states: GPUBuffer;
  readonly episodes: GPUBuffer;
  /** [agents × log's length] */
  readonly log: GPUBuffer;
  /** [agents] */
  readonly logged: GPUBuffer;
}

/** Episodes that an agent's log holds, of as many lanes as feed a ring. */
export function logLength({ laneCount }: LockstepRing): number {
  return Math.max(LOG, laneCount);
}

/**
 * Plans a step.
 *
 * @param state The learner whose network acts.
 * @param config Its configuration.
 * @param options Which environments, and where their rows go.
 * @param buffers Where environments and episodes are.
 */
export function environmentSteps(
  state: LearnerState,
  config: ResolvedConfig,
  options: RolloutOptions,
  buffers: RolloutBuffers,
): Step[] {
  const acting = planActing(state, config, options);
  return [
    // Where all actions are random, nobody asks the network.
    ...acting.steps.map((step): Step => ({
      ...step,
      when: (entry) => entry.acts === 1 && (step.when?.(entry) ?? true),
    })),
    stepEnvironments(state, options, acting, buffers),
    ...observeSteps(state, options, buffers),
    ...options.ring.weightSteps(),
  ];
}

/** From the newest observations to Q-values, and where these lie. */
interface Acting {
  readonly workspace: Workspace;
  readonly values: ReturnType<typeof planValues>;
  readonly steps: readonly Step[];
}

/** Plans the forward pass on each lane's newest observation. */
function planActing(
  { gpu, buffers, network, view, parameters, agents, health }: LearnerState,
  config: ResolvedConfig,
  { ring, isEvaluation }: RolloutOptions,
): Acting {
  const isSampled = network.cosines !== undefined;
  const passes: Pass[] = [{
    network: "online",
    input: "observations",
    samples: isSampled ? config.actingTaus : 1,
  }];
  const workspace = new Workspace(buffers, network, {
    ...{ batch: ring.laneCount, passes, inputs: 1, training: false, agents },
  });
  if (isSampled) layCosines(gpu, workspace, config.actingTaus);
  const noise = network.isNoisy && !isEvaluation
    ? planNoise(gpu, buffers, network, parameters, passes, STREAMS.actingNoise, agents)
    : undefined;
  const arenas = noise?.arenas ?? {
    buffer: parameters,
    ...{ count: 2, size4: network.parameters4, ofPass: arenaOf(passes, false) },
  };
  const values = planValues(buffers, workspace, config);
  const layout = gatherLayout(view, network.input);
  const { batch, inputs } = workspace;
  const steps = [
    ...gatherSteps(ring, { ...{ batch, isNewest: true, inputs, layout, health } }),
    ...noise ? [noise.draw, noise.mix] : [],
    ...isDenseOnly(network) && isSmall(network)
      ? fusedForwardSteps(gpu, buffers, arenas, workspace)
      : forwardSteps(gpu, arenas, workspace),
    ...values.steps,
  ];
  return {
    workspace,
    values,
    steps,
  };
}

/** How an environment's shader is put into a kernel. */
function environmentSlot({ file, texts, overrides }: RolloutSource) {
  return { slots: { env: file }, options: overrides, ...(texts && { texts }) };
}

/** Whether observations are small enough to be written where the environments are stepped. */
function isInline({ ring }: RolloutOptions): boolean {
  return !ring.isBytes && ring.frames.chunks.length === 1 && ring.observation4 <= INLINE_PARTS;
}

function stepEnvironments(
  { gpu, agents, health }: LearnerState,
  options: RolloutOptions,
  { workspace, values }: Acting,
  { states, episodes, log, logged }: RolloutBuffers,
): Step {
  const { ring, source, isEvaluation } = options;
  const inline = isInline(options);
  const lanes = ring.laneCount;
  const workgroup = WORKGROUP[gpu.kind];
  const { ACTIONS, BATCH } = outputExtents(workspace);
  return {
    label: "environments",
    kernel: {
      kernel: "kernels/rollout",
      ...environmentSlot(source),
      conditions: { inline, ...headConditions(workspace) },
      constants: { AGENTS: agents, WORKGROUP: workgroup, PARTS: inline ? ring.observation4 : 0 },
      overrides: {
        LANES: lanes,
        REGION: ring.region,
        NEEDS_NEXT_ACTION: Number(ring.needsNextAction),
        LIMIT: source.limit,
        LOG: logLength(ring),
        ACTIONS,
        BATCH,
        VALUES_AT: values.at,
        VALUES_WIDTH: values.width,
        VALUES_AGENT: values.agent,
        STREAM_ENV: isEvaluation ? STREAMS.evaluationEnvironments : STREAMS.environments,
        STREAM_EXPLORE: isEvaluation ? STREAMS.evaluate : STREAMS.explore,
        ...(inline && { SIZE: ring.observationSize }),
      },
    },
    buffers: {
      transitions: ring.transitions,
      ...(inline && { observations: ring.frames.chunks[0] }),
      values: values.buffer,
      ...{ states, episodes, log_: log, logged, health },
    },
    workgroups: [Math.ceil(lanes / workgroup), 1, agents],
  };
}

/** Writes what is seen after the step, unless the step has; a dispatch for each of the ring's buffers. */
function observeSteps(
  { agents, health }: LearnerState,
  options: RolloutOptions,
  { states }: RolloutBuffers,
): Step[] {
  if (isInline(options)) return [];
  const { ring, source } = options;
  const { frames, laneCount, region } = ring;
  const words = frames.rowBytes / 4;
  return frames.chunks.map((chunk, i): Step => {
    const [first, end] = frames.rowsOf(i);
    return {
      label: "observe",
      kernel: {
        kernel: "kernels/observe",
        ...environmentSlot(source),
        conditions: { bytes: frames.isBytes },
        constants: { AGENTS: agents },
        overrides: {
          LANES: laneCount,
          REGION: region,
          SIZE: frames.size,
          FRAME_WORDS: words,
          CHUNK_FIRST: first,
          CHUNK_SLOTS: end - first,
        },
      },
      buffers: { frames: chunk, states, health },
      workgroups: [Math.ceil(words / 64), Math.min(laneCount, MOST_GROUPS), agents],
    };
  });
}

/**
 * Environments on the GPU beside the learner: a step of all lanes as a recorded program, which sees, acts,
 * steps and stores without a word from the host. What a host's training loop does with environments of its
 * own is here a list of dispatches: newest observations → forward pass → Q-values → choose, step, store.
 */

import { upload } from "../gpu/buffers.ts";
import { STREAMS } from "../gpu/philox.ts";
import { Program, type Step } from "../gpu/program.ts";
import { Readback } from "../gpu/readback.ts";
import type { Entry } from "../gpu/table.ts";
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
import type { LearnerState } from "./update.ts";
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
/** Words of an episode in the log, and of a running one, as in shaders/kernels/rollout.wgsl. */
const EPISODE_WORDS = 4;

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

/** An episode that has ended, as the log has it. */
export interface LoggedEpisode {
  readonly return: number;
  readonly length: number;
  readonly lane: number;
  readonly terminated: boolean;
  /** The number of the step that ended it, its low 32 bits. */
  readonly step: number;
}

/** What has happened since the last look. */
export interface EpisodeNews {
  /** How many episodes have ended. */
  readonly count: number;
  /** The newest of them, as many as the log holds, in the order of their ends, then of lanes. */
  readonly episodes: readonly LoggedEpisode[];
}

/** Environments and running episodes as plain bytes, for a checkpoint. */
export interface RolloutState {
  readonly states: Uint8Array;
  readonly episodes: Uint8Array;
}

/** How many rollouts there have been. */
let rollouts = 0;

/** Environments in lockstep. */
export class Rollout {
  /** Which one it is, among all there have been. */
  readonly number: number = rollouts++;
  readonly ring: LockstepRing;
  /** One step of all lanes. */
  readonly program: Program;
  readonly #state: LearnerState;
  readonly #buffers: RolloutBuffers;
  readonly #readback: Readback;
  /** How many episodes each agent's log had counted at the last look. */
  readonly #seen: Uint32Array;

  private constructor(
    state: LearnerState,
    ring: LockstepRing,
    program: Program,
    buffers: RolloutBuffers,
  ) {
    this.#state = state;
    this.ring = ring;
    this.program = program;
    this.#buffers = buffers;
    this.#seen = new Uint32Array(state.agents);
    const { states, log } = buffers;
    const bytes = Math.min(Math.max(states.size, log.size), MOST_READBACK);
    this.#readback = new Readback(state.gpu, state.buffers, "rollout readback", bytes);
  }

  /**
   * Allocates environments and compiles their step.
   *
   * @param state The learner whose network acts.
   * @param config Its configuration.
   * @param options Which environments, and where their rows go.
   * @throws {Error} When the environment's shader does not compile.
   */
  static async create(
    state: LearnerState,
    config: ResolvedConfig,
    options: RolloutOptions,
  ): Promise<Rollout> {
    const { gpu, agents } = state;
    const { ring, source } = options;
    const lanes = agents * ring.laneCount;
    const allocate = (name: string, bytes: number) => state.buffers.storage(name, bytes);
    const buffers: RolloutBuffers = {
      states: allocate("environment states", lanes * source.stateBytes),
      episodes: allocate("running episodes", lanes * EPISODE_WORDS * 4),
      log: allocate("episode log", agents * logLength(ring) * EPISODE_WORDS * 4),
      logged: allocate("episodes logged", agents * 4),
    };
    const acting = planActing(state, config, options);
    const steps: Step[] = [
      // Where all actions are random, nobody asks the network.
      ...acting.steps.map((step): Step => ({
        ...step,
        when: (entry) => entry.acts === 1 && (step.when?.(entry) ?? true),
      })),
      stepEnvironments(state, options, acting, buffers),
      ...observeSteps(state, options, buffers),
      ...ring.weightSteps(),
    ];
    const what = `the environment ${source.name}`;
    // In profiles they stand beside those of an update.
    const labelled = steps.map((step) => ({ ...step, label: `step: ${step.label}` }));
    const program = await Program.build(gpu, what, labelled, state.table).catch((error) => {
      // The linker knows nothing of environments.
      const isTold = error instanceof RangeError || error.message.startsWith(what);
      throw isTold ? error : new Error(`${what}: ${error.message}`, { cause: error });
    });
    return new Rollout(state, ring, program, buffers);
  }

  /** Episodes begin anew in every lane with the next step, in rows of their own. */
  restart(): void {
    const encoder = this.#state.gpu.device.createCommandEncoder({ label: "restart" });
    encoder.clearBuffer(this.#buffers.episodes);
    this.#state.gpu.submit(encoder.finish());
  }

  /** How many episodes of an agent have ended since the last look, and the newest of them. */
  async news(agent = 0): Promise<EpisodeNews> {
    const { log, logged } = this.#buffers;
    const [total] = new Uint32Array(await this.#readback.read(logged, 4 * agent, 4));
    const count = (total - this.#seen[agent]) >>> 0;
    this.#seen[agent] = total;
    if (count === 0) return { count, episodes: [] };
    const length = logLength(this.ring);
    const bytes = length * EPISODE_WORDS * 4;
    const words = new Uint32Array(await this.#readback.read(log, agent * bytes, bytes));
    const floats = new Float32Array(words.buffer);
    const episodes = Array.from({ length: Math.min(count, length) }, (_, i): LoggedEpisode => {
      const at = EPISODE_WORDS * (((total - 1 - i) >>> 0) % length);
      const laneAndEnd = words[at + 2];
      return {
        return: floats[at],
        length: words[at + 1],
        lane: laneAndEnd >>> 1,
        terminated: (laneAndEnd & 1) === 1,
        step: words[at + 3],
      };
    });
    // Which lane's invocation came first is nobody's order.
    episodes.sort((a, b) => a.step - b.step || a.lane - b.lane);
    return { count, episodes };
  }

  /** Of each lane of the first agent, whether an episode is under way there. */
  async running(): Promise<boolean[]> {
    const { laneCount } = this.ring;
    const bytes = laneCount * EPISODE_WORDS * 4;
    const words = new Uint32Array(await this.#readback.read(this.#buffers.episodes, 0, bytes));
    return Array.from({ length: laneCount }, (_, lane) => words[EPISODE_WORDS * lane + 2] === RUNS);
  }

  /** Reads environments and running episodes. */
  async getState(): Promise<RolloutState> {
    const { states, episodes } = this.#buffers;
    return {
      states: new Uint8Array(await this.#readback.read(states)),
      episodes: new Uint8Array(await this.#readback.read(episodes)),
    };
  }

  /**
   * Goes on from saved ones.
   *
   * @throws {RangeError} When they are of other environments.
   */
  setState({ states, episodes }: RolloutState): void {
    const { gpu } = this.#state;
    for (
      const [data, buffer] of [
        [states, this.#buffers.states],
        [episodes, this.#buffers.episodes],
      ] as const
    ) {
      if (data.length !== buffer.size) {
        throw new RangeError(
          `the saved "${buffer.label}" have ${data.length} bytes, and these environments ${buffer.size}`,
        );
      }
      upload(gpu, buffer, data);
    }
  }
}

/** The phase of an episode that goes on, as in shaders/kernels/rollout.wgsl. */
const RUNS = 1;
/** Bytes brought at once at most. */
const MOST_READBACK = 1 << 20;

interface RolloutBuffers {
  /** [agents × lanes] */
  readonly states: GPUBuffer;
  readonly episodes: GPUBuffer;
  /** [agents × log's length] */
  readonly log: GPUBuffer;
  /** [agents] */
  readonly logged: GPUBuffer;
}

function logLength({ laneCount }: LockstepRing): number {
  return Math.max(LOG, laneCount);
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

/** What a step's table entry says beside what every entry does. */
export function rolloutEntry(
  ring: LockstepRing,
  { epsilon, temperature }: { readonly epsilon: number; readonly temperature: number | null },
): Entry {
  return {
    filled: ring.filled,
    exploration: epsilon,
    temperature: temperature ?? 0,
    openRow: ring.openRow,
    /** Read by the host alone: whether any action is not random. */
    acts: Number(epsilon < 1),
  };
}

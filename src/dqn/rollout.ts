/**
 * Environments on the GPU beside the learner: a step of all lanes as a recorded program, which sees, acts,
 * steps and stores without a word from the host; and what the host may ask of them, now and then: which
 * episodes have ended, and where everything stands. Which dispatches a step is made of, environment_steps.ts
 * says.
 */

import { upload } from "../gpu/buffers.ts";
import { Program } from "../gpu/program.ts";
import { Readback } from "../gpu/readback.ts";
import type { Entry } from "../gpu/table.ts";
import type { LockstepRing } from "../replay/lockstep_ring.ts";
import type { ResolvedConfig } from "./config.ts";
import {
  environmentSteps,
  logLength,
  type RolloutBuffers,
  type RolloutOptions,
} from "./environment_steps.ts";
import type { LearnerState } from "./learner_state.ts";

/** Words of an episode in the log, and of a running one, as in shaders/kernels/rollout.wgsl. */
const EPISODE_WORDS = 4;

/** An episode that has ended, as the log has it. */
export interface LoggedEpisode {
  readonly return: number;
  readonly length: number;
  readonly lane: number;
  readonly terminated: boolean;
  /** The number of the step that ended it, its low 32 bits. */
  readonly step: number;
}

/** How an agent acts in environments on the GPU. */
export interface StepSettings {
  /** The odds of a random action. */
  readonly epsilon: number;
  /** Boltzmann's; null where other actions are the best ones. */
  readonly temperature: number | null;
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
    const steps = environmentSteps(state, config, options, buffers);
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

/** What a step's table entry says beside what every entry does. */
export function rolloutEntry(
  ring: LockstepRing,
  { epsilon, temperature }: StepSettings,
): Entry {
  return {
    filled: ring.filled,
    exploration: epsilon,
    temperature: temperature ?? 0,
    openRow: ring.openRow,
  };
}

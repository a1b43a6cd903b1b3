/**
 * A run of the training program: what it works with and where it stands.
 *
 * @module
 */

import type { DQN } from "../agent/dqn.ts";
import type { EvaluateOptions, Evaluation, Policy } from "../agent/evaluation.ts";
import type { AgentEnv } from "../agent/feed.ts";
import type { DQNConfig } from "../dqn/config.ts";
import type { Preset } from "../dqn/presets/preset.ts";
import type { AdapterKind } from "../gpu/gpu.ts";
import type { Arguments } from "./args.ts";
import type { CheckRecord, EpisodeLog } from "./episodes.ts";
import type { Files } from "./files.ts";
import type { Plan } from "./plan.ts";
import type { JudgeEnv, OpenStage, Stage } from "./stage.ts";
import type { Screen } from "./terminal.ts";

/** What the program needs of an agent. */
export type Trainee =
  & Policy
  & Pick<
    DQN,
    "config" | "steps" | "episodes" | "updates" | "adapter" | "learn" | "profile" | "save" | "close"
  >;

/** The library, or what stands for it in a test. */
export interface Library {
  /** Opens the environments of a run. */
  readonly open: OpenStage;
  /** Whether shaders run on a processor or on a graphics card. */
  adapterKind(preference: GPUPowerPreference | undefined): Promise<AdapterKind>;
  create(env: AgentEnv, config: DQNConfig): Promise<Trainee>;
  load(
    path: string,
    env: AgentEnv,
    overrides: DQNConfig,
    options?: { replay?: boolean },
  ): Promise<Trainee>;
  evaluate(
    agent: Policy,
    env: JudgeEnv,
    options: EvaluateOptions,
  ): Promise<Evaluation>;
}

/** The world around a run. */
export interface Surroundings {
  readonly library: Library;
  readonly files: Files;
  /** What people read. */
  readonly screen: Screen;
  /** Takes the line of JSON. */
  readonly printResult: (line: string) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A run in progress. */
export interface Run {
  readonly args: Arguments;
  readonly preset: Preset;
  readonly plan: Plan;
  readonly around: Surroundings;
  readonly stage: Stage;
  readonly agent: Trainee;
  readonly log: EpisodeLog;
  readonly checks: CheckRecord[];
  /** Outputs that could not be written. */
  failures: number;
}

/** Seeds of evaluation episodes lie apart from those of training, and from each other. */
const CHECK_SEEDS = 1_000_000_000;
const TEST_SEEDS = 2_000_000_000;
const SEEDS_PER_RUN = 1_000;

/** Seed of the evaluations in the course of a run with this seed. */
export function checkSeed(seed: number): number {
  return CHECK_SEEDS + SEEDS_PER_RUN * seed;
}

/** Seed of the episodes after it, none of which was played before. */
export function testSeed(seed: number): number {
  return TEST_SEEDS + SEEDS_PER_RUN * seed;
}

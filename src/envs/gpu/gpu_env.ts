/**
 * Environments for the GPU: what a definition says, and a number of them ready to be trained in.
 *
 * An environment is a WGSL file with three functions and this description. Nothing of it runs on the
 * host: the kernels that play it are composed around the file (src/agent), many lanes at once.
 *
 * @module
 */

import type { EnvSpec } from "../env.ts";
import type { Box } from "../spaces/box.ts";
import type { Discrete } from "../spaces/discrete.ts";

/** The spaces that a GPU environment may observe in. */
export type GpuObservationSpace = Box<"float32" | "uint8">;

/** What {@linkcode defineGpuEnv} wants to be told. */
export interface GpuEnvDescription {
  /** The environment's name, `[namespace/]name[-vN]`. */
  readonly id: string;
  /** The WGSL: `State`, `Outcome`, `reset`, `step` and `observe`. */
  readonly wgsl: string;
  /** What is observed; of dtype float32, or uint8 for pictures. */
  readonly observationSpace: GpuObservationSpace;
  /** The actions, from 0 on. */
  readonly actionSpace: Discrete;
  /** The steps after which episodes are truncated; left out, they are not. */
  readonly maxEpisodeSteps?: number;
  /** The mean return at which the task counts as solved. */
  readonly rewardThreshold?: number;
  /**
   * Values of the file's `override`s: the environment's options, which `makeGpu` then takes by the same
   * names. A `bool` is given as 0 or 1. An `override` that is not named here keeps its default.
   */
  readonly overrides?: Readonly<Record<string, number>>;
}

/** Where an environment's WGSL is: a file of ours, by path, or text. */
export type GpuEnvSource = { readonly file: string } | { readonly wgsl: string };

/** A GPU environment as {@linkcode defineGpuEnv} has checked it. */
export interface GpuEnvDefinition {
  /** The environment's name. */
  readonly id: string;
  /** Its WGSL. */
  readonly source: GpuEnvSource;
  /** What is observed. */
  readonly observationSpace: GpuObservationSpace;
  /** The actions, from 0 on. */
  readonly actionSpace: Discrete;
  /** The steps after which episodes are truncated; left out, they are not. */
  readonly maxEpisodeSteps?: number;
  /** The mean return at which the task counts as solved. */
  readonly rewardThreshold?: number;
  /** Values of the file's `override`s. */
  readonly overrides: Readonly<Record<string, number>>;
}

/**
 * An environment of ours that has a WGSL file. Its spaces, limit, threshold and options, and what these
 * may be, are those of the TypeScript environment that is registered under the same id.
 */
export interface BuiltInGpuEnv {
  /** The registered name. */
  readonly id: string;
  /** Its file in shaders/, such as "envs/cartpole". */
  readonly file: string;
  /**
   * The values of the file's `override`s for options of `make`; what is passed in is complete, with
   * defaults filled in, and has been accepted by the TypeScript environment.
   */
  readonly overrides?: (options: Readonly<Record<string, unknown>>) => Record<string, number>;
}

/**
 * A number of environments on the GPU, made by {@linkcode makeGpu}: lanes that run in lockstep, each
 * started anew when its episode ends. `DQN.create` and `evaluate` take it in place of an environment.
 * It holds no memory itself: whoever plays it does.
 */
export class GpuEnv {
  /** What each of them is. */
  readonly definition: GpuEnvDefinition;
  /** How many there are. */
  readonly numEnvs: number;
  /** Its name, limit, threshold and the options that were given. */
  readonly spec: EnvSpec;

  /**
   * Use {@linkcode makeGpu}.
   *
   * @param definition what each of them is, its limit being that of `spec`
   * @param numEnvs how many
   * @param spec what `makeGpu` was told
   */
  constructor(definition: GpuEnvDefinition, numEnvs: number, spec: EnvSpec) {
    this.definition = definition;
    this.numEnvs = numEnvs;
    this.spec = spec;
  }

  /** What one of them observes. */
  get singleObservationSpace(): GpuObservationSpace {
    return this.definition.observationSpace;
  }

  /** The actions of one of them. */
  get singleActionSpace(): Discrete {
    return this.definition.actionSpace;
  }

  /** Does nothing: there is nothing to free. */
  close(): void {}

  /** `<GpuEnv<CartPole-v1>, 64>`. */
  toString(): string {
    return `<GpuEnv<${this.definition.id}>, ${this.numEnvs}>`;
  }
}

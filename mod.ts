/**
 * DinoQ: deep Q-learning that lives on the GPU.
 *
 * @example Train on CartPole and evaluate
 * ```ts
 * import { DQN, evaluate, make } from "@dinoq/dinoq";
 *
 * using agent = await DQN.create(make("CartPole-v1"), { learningStarts: 100, seed: 1 });
 * await agent.learn(1_000);
 * const { mean } = await evaluate(agent, make("CartPole-v1"), { episodes: 10, seed: 7 });
 * console.log(`mean return ${mean}`);
 * ```
 *
 * @module
 */

export { DQN } from "./src/agent/dqn.ts";
export {
  evaluate,
  type EvaluateOptions,
  type Evaluation,
  type Policy,
} from "./src/agent/evaluation.ts";
export type { Behaviour } from "./src/agent/exploration.ts";
export type { AgentEnv, ParallelEnv, SingleEnv } from "./src/agent/feed.ts";
export { encodeGif, type GifOptions, GifWriter, type Picture } from "./src/io/gif.ts";
export { cappedCubic, RecordVideo, type RecordVideoOptions } from "./src/agent/record_video.ts";
export type { Population } from "./src/agent/population.ts";
export type {
  CurvePoint,
  PopulationEvaluation,
  PopulationOptions,
  PopulationProgress,
  PopulationResult,
} from "./src/agent/population_learn.ts";
export type { PopulationMember } from "./src/agent/population_member.ts";
export type { Replay } from "./src/agent/replay.ts";
export type { StoredTransitions, TransitionData } from "./src/agent/transitions.ts";
export type { ByteSource, ByteTarget } from "./src/io/transfer.ts";
export type { Episode } from "./src/agent/recorder.ts";
export type { Observation, Spaces } from "./src/agent/spaces.ts";
export type { LearnEvaluation } from "./src/agent/judge.ts";
export type { LearnOptions, LearnResult, Phase, Progress } from "./src/agent/learn.ts";
export type { Algorithm } from "./src/dqn/algorithms/algorithm.ts";
export { ALGORITHMS } from "./src/dqn/algorithms/by_name.ts";
export { configure, type Layers } from "./src/dqn/algorithms/configure.ts";
export type { Batch, BatchResult } from "./src/dqn/batch.ts";
export type * from "./src/dqn/config.ts";
export type {
  ConvolutionOption,
  Extent,
  MaxPoolOption,
  NetworkName,
  NetworkOption,
  PictureLayerOption,
} from "./src/dqn/networks.ts";
export type { ReturnDistribution } from "./src/dqn/distribution.ts";
export type { Diagnostics } from "./src/dqn/history.ts";
export * from "./src/envs/mod.ts";
export type { ProfileRow } from "./src/gpu/program.ts";
export type { Init } from "./src/nn/init.ts";
export type { Activation } from "./src/nn/network.ts";
export type { Parameter } from "./src/nn/parameters.ts";
export type { OptimizerName } from "./src/nn/optimizer.ts";

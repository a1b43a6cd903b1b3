/** What tests of agents in environments on the GPU share. @module */

import { type DQN, type DQNConfig, type GpuEnv, makeGpu } from "../../mod.ts";
import { ladder, pictureLadder } from "../dqn/gpu_toys.ts";
import { fingerprint, smallAgent } from "./support.ts";

/** Lanes of most of these tests: with one number, kernels are compiled once. */
export const LANES = 4;

/** The ladder, so many times. */
export const ladders = (lanes = LANES): GpuEnv => makeGpu(ladder(), lanes);

/** CartPole with episodes that terminate or are truncated, whichever comes first. */
export const cartPoles = (lanes = LANES): GpuEnv =>
  makeGpu("CartPole-v1", lanes, { maxEpisodeSteps: 14 });

/** Three pictures at once. */
export const PICTURES: DQNConfig = {
  network: [{ kind: "conv", channels: 4, kernel: 3, stride: 1 }],
  frameStack: 3,
};

/** Ways through the learner and the loop, with the environments for each. */
export const WAYS: Record<string, [env: () => GpuEnv, config: DQNConfig]> = {
  "uniform": [ladders, {}],
  "a buffer that goes round, 3 steps": [ladders, { bufferSize: 60, nSteps: 3, tau: 0.5 }],
  "prioritised": [ladders, { sampling: "prioritized", bufferSize: 200 }],
  "SARSA": [ladders, { target: "sarsa", nSteps: 2, bufferSize: 200 }],
  "noisy C51": [ladders, { noisy: true, distribution: "c51", atoms: 7, vMin: 0, vMax: 12 }],
  "stacked pictures": [
    () => makeGpu(pictureLadder(), LANES),
    { ...PICTURES, sampling: "prioritized", bufferSize: 200 },
  ],
};

/** The fingerprint of an agent that learns, all that it is. */
export async function runOf(
  [env, config]: [env: () => GpuEnv, config: DQNConfig],
  learn: (agent: DQN) => Promise<unknown>,
): Promise<string> {
  using agent = await smallAgent(env(), config);
  await learn(agent);
  return await fingerprint(agent);
}

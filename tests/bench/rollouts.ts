/**
 * DinoQ's environments on the GPU with an agent that acts and never learns: for gpu_env_steps.ts. Steps
 * are made as in training: the agent's network is asked, and what happens goes into its replay buffer.
 *
 * @module
 */

import { DQN, makeGpu } from "../../mod.ts";

/** What is to be played. */
export interface RolloutRequest {
  /** The environment's id. */
  readonly env: string;
  readonly lanes: number;
  /** "random", or hidden layers such as "64-64", of a network that acts greedily. */
  readonly policy: string;
}

/** Lanes that play on from where they are. */
export interface Rollouts {
  /** The adapter's name. */
  readonly adapter: string;
  /** Makes so many steps of each lane, episodes beginning anew as they end, and waits for them. */
  play(steps: number): Promise<void>;
  close(): void;
}

/** Rows that the replay buffer has for each lane: as few as there may be. */
const ROWS = 8;
/** Steps after which an update would be due: more than are ever made. */
const NEVER = 1e15;

/** Resets the lanes and compiles what plays them. */
export async function openRollouts(
  { env, lanes, policy }: RolloutRequest,
): Promise<Rollouts> {
  const isRandom = policy === "random";
  const agent = await DQN.create(makeGpu(env, lanes), {
    // A network is asked in any case; where it does not matter, a small one.
    hiddenLayers: isRandom ? [4] : policy.split("-").map(Number),
    explorationInitialEps: Number(isRandom),
    explorationFinalEps: Number(isRandom),
    ...{ bufferSize: ROWS * lanes, learningStarts: 0, trainFreq: NEVER, gradientSteps: 1 },
    ...{ batchSize: 1, seed: 1 },
  });
  return {
    adapter: agent.adapter,
    play: async (steps) => void await agent.learn(steps * lanes),
    close: () => agent.close(),
  };
}

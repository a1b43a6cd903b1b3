/**
 * DinoQ's training loop as a contestant of loop.ts, by any of its feeds.
 *
 * @module
 */

import { type AgentEnv, DQN, evaluate, make, makeGpu, makeVec } from "../../mod.ts";
import {
  type ArrivalRequest,
  CHECK_SEED,
  type LoopSettings,
  type SpeedRequest,
} from "./loop_request.ts";
import type { Contestant } from "./peer.ts";

/** What an agent learns in. */
export type Feed = (settings: LoopSettings) => AgentEnv;

/** Environments of this process. */
export const hostFeed: Feed = ({ env, envs }) => envs === 1 ? make(env) : makeVec(env, envs);

/** Environments on the GPU. */
export const gpuFeed: Feed = ({ env, envs }) => makeGpu(env, envs);

/** Steps into learning before a loop is timed, and in the first call that is. */
const WARM = 500;

/** An agent of the settings, as the peers are configured. */
async function createAgent(settings: LoopSettings, feed: Feed, seed: number): Promise<DQN> {
  return await DQN.create(feed(settings), {
    hiddenLayers: settings.hidden,
    batchSize: settings.batch,
    bufferSize: settings.buffer,
    learningStarts: settings.learningStarts,
    learningRate: settings.learningRate,
    gamma: settings.gamma,
    trainFreq: Math.max(settings.every, settings.envs),
    gradientSteps: Math.max(1, settings.envs / settings.every),
    targetUpdateInterval: settings.targetInterval,
    explorationInitialEps: settings.epsilonStart,
    explorationFinalEps: settings.epsilonEnd,
    explorationFraction: settings.epsilonFraction,
    loss: "mse",
    maxGradNorm: null,
    seed,
  });
}

/**
 * Steps a second of loops that go on from round to round.
 *
 * @param name What it is called in the table.
 * @param feed What it learns in.
 */
export function speedByDinoQ(name: string, feed: Feed): Contestant<SpeedRequest> {
  const agents = new Map<string, DQN>();
  let adapter = "not started";
  return {
    name,
    isOurs: true,
    get description() {
      return adapter;
    },
    async measure(request) {
      const { seconds, steps: horizon, ...settings } = request;
      const key = JSON.stringify(settings);
      let agent = agents.get(key);
      if (!agent) {
        agent = await createAgent(request, feed, 1);
        agents.set(key, agent);
        adapter = agent.adapter;
        await agent.learn(request.learningStarts + WARM, { horizon });
      }
      const before = agent.steps;
      const started = performance.now();
      let [passed, count] = [0, WARM];
      while (passed < seconds) {
        await agent.learn(count, { horizon: Math.max(horizon, agent.steps + count) });
        passed = (performance.now() - started) / 1000;
        // Long calls, so that what a call costs does not count; short against the time to be spent.
        count = Math.max(WARM, Math.round((agent.steps - before) / passed * seconds / 4));
      }
      return (agent.steps - before) / passed;
    },
    close() {
      for (const agent of agents.values()) agent.close();
    },
  };
}

/**
 * Seconds of training until an evaluation shows the threshold: a new agent each round, its seed.
 *
 * @param name What it is called in the table.
 * @param feed What it learns in.
 */
export function arrivalByDinoQ(name: string, feed: Feed): Contestant<ArrivalRequest> {
  let adapter = "not started";
  return {
    name,
    isOurs: true,
    get description() {
      return adapter;
    },
    async measure(request, seed) {
      const { steps, checkEvery, episodes, threshold } = request;
      using agent = await createAgent(request, feed, seed);
      adapter = agent.adapter;
      const judges = makeVec(request.env, episodes);
      let milliseconds = 0;
      while (agent.steps < steps) {
        const started = performance.now();
        await agent.learn(Math.min(checkEvery, steps - agent.steps), { horizon: steps });
        milliseconds += performance.now() - started;
        const { mean } = await evaluate(agent, judges, {
          episodes,
          seed: CHECK_SEED + 1000 * seed,
        });
        if (mean >= threshold) return milliseconds / 1000;
      }
      return Infinity;
    },
    close() {},
  };
}

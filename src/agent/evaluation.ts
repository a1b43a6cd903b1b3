/**
 * Evaluation: whole episodes with a fixed network, in environments and with random numbers of their
 * own, so that evaluating never changes training.
 */

import type { ResolvedConfig } from "../dqn/config.ts";
import type { Info } from "../envs/env.ts";
import { GpuEnv } from "../envs/gpu/gpu_env.ts";
import { make } from "../envs/registry.ts";
import { envName } from "../envs/wrappers/wrapper.ts";
import { STREAMS } from "../gpu/philox.ts";
import { maskOfInfo } from "./action_masks.ts";
import { argmax, behave, type Behaviour } from "./exploration.ts";
import { feedName, isVectorEnv, type ParallelEnv, readFeed, type SingleEnv } from "./feed.ts";
import { FrameHistory } from "./frame_history.ts";
import {
  checkObservation,
  checkReward,
  type Observation,
  shapeOf,
  type Spaces,
  spacesText,
} from "./spaces.ts";
import { playVector } from "./vector_evaluation.ts";

/** Episodes played side by side at most. */
const MOST_LANES = 128;
/** Milliseconds between turns of the event loop. */
const TURN_MS = 50;

/** What evaluation needs of an agent: how it behaves while learning, and its Q-values. */
export interface Policy extends Behaviour {
  /** Whether the environment is one that the agent is training in. */
  owns(env: unknown): boolean;
  /** Q-values of several observations: [observations × actions]. */
  qValuesOf(observations: readonly Observation[]): Promise<Float32Array>;
  /**
   * Plays so many episodes in environments on the GPU.
   *
   * @returns Returns and lengths, in the order in which episodes ended.
   */
  playOnGpu?(
    env: GpuEnv,
    episodes: number,
    options: EvaluateOptions,
  ): Promise<[returns: number[], lengths: number[]]>;
  /**
   * Whether it keeps to the actions that `info.action_mask` allows, and how many of an episode's newest
   * observations it sees at once; no, and one, when left out.
   */
  readonly config?: Partial<Pick<ResolvedConfig, "actionMasks" | "frameStack" | "network">>;
  /** What it was created for, which environments are checked against; not at all when left out. */
  readonly observationSpace?: Spaces["observationSpace"];
  /** Likewise. */
  readonly actionSpace?: Spaces["actionSpace"];
}

/** How to evaluate. */
export interface EvaluateOptions {
  /** How many episodes; 20 when left out. */
  readonly episodes?: number;
  /** Episode i is reset with seed + i; 0 when left out. */
  readonly seed?: number;
  /**
   * Greedy (the default), or as the agent behaves while learning, with its present ε and temperature. The
   * noise of a noisy network stays off either way.
   */
  readonly deterministic?: boolean;
  /** Stops early; the result then holds the episodes that were finished. */
  readonly signal?: AbortSignal;
  /** Called at each episode's end, in the order in which they end. */
  readonly onEpisode?: (episode: { index: number; return: number; length: number }) => void;
}

/** Returns of whole episodes. */
export interface Evaluation {
  /** Episodes finished. */
  readonly episodes: number;
  /** Mean return. */
  readonly mean: number;
  /** Population standard deviation, as numpy.std. */
  readonly std: number;
  /** Lowest return. */
  readonly min: number;
  /** Highest return. */
  readonly max: number;
  /** Each episode's return, by its index. */
  readonly returns: readonly number[];
  /** Each episode's steps. */
  readonly lengths: readonly number[];
}

/** An episode being played. */
interface Play {
  readonly env: SingleEnv;
  readonly history: FrameHistory;
  index: number;
  /** What the agent sees: the newest observation, or a stack of them. */
  seen: Observation;
  /** Which actions are allowed, where the agent keeps to masks. */
  mask: number | undefined;
  return: number;
  length: number;
}

/**
 * Plays episodes and sums up their returns.
 *
 * An environment as `make` made it is played in several copies side by side; others, wrapped ones too,
 * are played one episode after the other. Each episode has a seed of its own, so the result is the same either way.
 * In a vector environment each lane plays its share of the episodes: lane i is reset with seed + i, and
 * its later episodes go on from there. So it is with environments on the GPU, whose lanes have random
 * numbers of their own by the seed.
 *
 * @example
 * ```ts
 * import { DQN, evaluate, make } from "@dinoq/dinoq";
 *
 * using agent = await DQN.create(make("CartPole-v1"));
 * const { mean, std } = await evaluate(agent, make("CartPole-v1"), { episodes: 20, seed: 7 });
 * console.log(`${mean} ± ${std}`);
 * ```
 *
 * @param agent Whose network plays.
 * @param env Where.
 * @param options How many episodes, from which seed, and how.
 * @throws {Error} When the environment is the one that the agent trains in and can't be copied.
 */
export async function evaluate(
  agent: Policy,
  env: SingleEnv | ParallelEnv | GpuEnv,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { episodes = 20 } = options;
  if (!Number.isInteger(episodes) || episodes < 1) {
    throw new RangeError(`episodes must be an integer of at least 1, got ${episodes}`);
  }
  checkSpaces(agent, env);
  if (env instanceof GpuEnv) {
    if (!agent.playOnGpu) {
      throw new TypeError(
        `this agent can't play on the GPU: evaluate it in make("${env.spec.id}")`,
      );
    }
    return summarize(...await agent.playOnGpu(env, episodes, options));
  }
  if (isVectorEnv(env)) {
    if (agent.owns(env)) throw ownEnvironment(String(env));
    return summarize(...await playVector(agent, env, episodes, options));
  }
  const plays = openPlays(agent, env, episodes);
  try {
    return await playAll(agent, plays, episodes, options);
  } finally {
    if (plays[0].env !== env) plays.forEach((play) => play.env.close());
  }
}

/** Refuses an environment whose observations mean something else to the agent, or nothing. */
function checkSpaces(agent: Policy, env: SingleEnv | ParallelEnv | GpuEnv): void {
  const { observationSpace, actionSpace, config = {} } = agent;
  const { frameStack = 1 } = config;
  if (!observationSpace || !actionSpace) return;
  const own = shapeOf({ observationSpace, actionSpace });
  const feed = readFeed(env);
  const { envs, shape } = feed;
  const [wanted, given] = [own, shape].map((one) => spacesText(one, config));
  if (wanted === given) return;
  const isStacked = frameStack > 1 && shape.observationSize === frameStack * own.observationSize;
  throw new TypeError(
    `${
      Array.isArray(envs) ? envName(envs[0]) : feedName(feed)
    } has ${given}, and the agent was created for ` +
      wanted + (isStacked ? ": leave FrameStack out, the agent stacks by itself" : ""),
  );
}

/** Plays so many episodes, as many at a time as there are plays. */
async function playAll(
  agent: Policy,
  plays: Play[],
  episodes: number,
  { seed = 0, deterministic = true, signal, onEpisode }: EvaluateOptions,
): Promise<Evaluation> {
  const { observationSize, actions, firstAction } = shapeOf(plays[0].env);
  const name = envName(plays[0].env);
  const returns: number[] = [];
  const lengths: number[] = [];
  let next = 0;
  let lastTurn = performance.now();
  const maskOf = (info: Info, call: string) =>
    agent.config?.actionMasks ? maskOfInfo(info, actions, name, call) : undefined;
  const begin = (play: Play) => {
    play.index = next++;
    play.return = 0;
    play.length = 0;
    const [observation, info] = play.env.reset({ seed: seed + play.index });
    checkObservation(observation, observationSize, name, "reset");
    play.seen = play.history.begin(observation);
    play.mask = maskOf(info, "reset");
  };
  plays.forEach(begin);
  // Every forward pass is for as many rows as there are copies, so that one compilation serves all.
  const rows = plays.map(({ seen }) => seen);
  let active = plays;
  while (active.length > 0 && !signal?.aborted) {
    plays.forEach(({ seen }, i) => rows[i] = seen);
    const values = await agent.qValuesOf(rows);
    if (values.length !== rows.length * actions) {
      throw new TypeError(
        `${name} has ${actions} actions, and the agent knows ${values.length / rows.length}`,
      );
    }
    const ended: Play[] = [];
    for (const play of active) {
      const from = plays.indexOf(play) * actions;
      const { index: lane, length: step, mask } = play;
      const place = { seed, stream: STREAMS.evaluate, lane, step };
      const action = deterministic
        ? argmax(values, from, actions, mask)
        : behave(agent, place, values, from, actions, mask);
      const [observation, reward, terminated, truncated, info] = play.env.step(
        firstAction + action,
      );
      checkObservation(observation, observationSize, name, "step");
      checkReward(reward, name, "step");
      play.seen = play.history.push(observation);
      play.return += reward;
      play.length++;
      if (!terminated && !truncated) {
        play.mask = maskOf(info, "step");
        continue;
      }
      returns[play.index] = play.return;
      lengths[play.index] = play.length;
      onEpisode?.({ index: play.index, return: play.return, length: play.length });
      if (next < episodes) begin(play);
      else ended.push(play);
    }
    if (ended.length > 0) active = active.filter((play) => !ended.includes(play));
    if (performance.now() - lastTurn > TURN_MS) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      lastTurn = performance.now();
    }
  }
  return summarize(returns, lengths);
}

/** One play per episode where the environment can be copied; else one for all. */
function openPlays(agent: Policy, env: SingleEnv, episodes: number): Play[] {
  const { spec } = env;
  const play = (own: SingleEnv): Play => ({
    env: own,
    history: new FrameHistory(agent.config?.frameStack ?? 1),
    index: 0,
    seen: new Float32Array(),
    mask: undefined,
    return: 0,
    length: 0,
  });
  if (spec) {
    const copy = () => make<Observation>(spec.id, spec.options);
    const first = copy();
    // Whoever wrapped it since gave it a meaning that a copy would lack; the names of the chain tell.
    if (String(first) === String(env)) {
      const others = Math.min(episodes, MOST_LANES) - 1;
      return [play(first), ...Array.from({ length: others }, () => play(copy()))];
    }
    first.close();
  }
  if (agent.owns(env)) throw ownEnvironment(envName(env));
  return [play(env)];
}

function ownEnvironment(name: string): Error {
  return new Error(
    `${name} is the environment that the agent trains in, and evaluating there would break ` +
      "its episode: pass another one",
  );
}

/** Mean, spread and extremes of the episodes that were finished. */
export function summarize(all: readonly number[], allLengths: readonly number[]): Evaluation {
  const returns = all.filter((value) => value !== undefined);
  const lengths = allLengths.filter((value) => value !== undefined);
  const episodes = returns.length;
  const mean = returns.reduce((a, b) => a + b, 0) / episodes;
  const std = Math.sqrt(returns.reduce((sum, r) => sum + (r - mean) ** 2, 0) / episodes);
  return {
    episodes,
    mean,
    std,
    min: Math.min(...returns),
    max: Math.max(...returns),
    returns,
    lengths,
  };
}

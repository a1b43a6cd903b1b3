/**
 * Plays games in TypeScript, then the same actions with the same draws on the GPU, and compares every
 * observation, reward, end and state.
 */

import assert from "node:assert/strict";
import type { Env, JsonValue } from "../../../src/envs/env.ts";
import type { GpuEnvDefinition } from "../../../src/envs/gpu/gpu_env.ts";
import { MT19937 } from "../../../src/envs/rng/mt19937.ts";
import type { Gpu } from "../../../src/gpu/gpu.ts";
import { Draws, withDraws } from "./same_draws.ts";
import { trace, type TraceRequest } from "./trace.ts";

/** What `getState` calls the game. */
export type Game = Record<string, JsonValue>;

/** A state to start from, as `getState` has it. */
export interface Start {
  readonly game: Game;
  readonly lastAction?: number;
}

/** How games are played, and how a state on the GPU compares. */
export interface Play {
  /** A new TypeScript environment. */
  readonly make: () => Env<Uint8Array, number>;
  /** The same on the GPU. */
  readonly definition: GpuEnvDefinition;
  /** How many games. */
  readonly lanes: number;
  /** The steps after which a game is left alone. */
  readonly steps: number;
  /** The seed of all that is drawn. */
  readonly seed: number;
  /** Chooses an action; `random(n)` is a number from 0 to n - 1. */
  readonly act: (game: Game, random: (n: number) => number, step: number) => number;
  /** Where lane `lane` starts; left out, from a reset. */
  readonly start?: (lane: number) => Start;
  /** The words of such a state, for `start`. */
  readonly pack?: (start: Start) => Uint32Array;
  /** What a state's words say, in the form of `expected`. */
  readonly unpack: (words: Uint32Array) => Game;
  /** Whether observations are compared too; true if left out. */
  readonly observe?: boolean;
  /** What the TypeScript game says of it, from all that `getState` gives. */
  readonly expected: (state: Game) => Game;
}

/** A game as TypeScript played it. */
export interface Episode {
  readonly actions: number[];
  readonly observations: Uint8Array[];
  readonly rewards: number[];
  readonly states: Game[];
  readonly terminated: boolean;
}

function playOne(play: Play, lane: number): Episode {
  const { seed, steps } = play;
  const env = play.make();
  const inside = () => env.getState!() as Game;
  let [observation] = withDraws(Draws.ofStart(seed, lane), () => env.reset({ seed: 0 }));
  const start = play.start?.(lane);
  if (start) env.setState!({ ...inside(), ...start });
  const actor = new MT19937(1000 * seed + lane);
  const states = [inside()];
  const observations = [observation];
  const actions: number[] = [], rewards: number[] = [];
  let terminated = false;
  while (!terminated && actions.length < steps) {
    const step = actions.length;
    const action = play.act(states[step].game as Game, (n) => actor.integer(n), step);
    const draws = Draws.ofStep(seed, lane, step);
    let reward: number;
    [observation, reward, terminated] = withDraws(draws, () => env.step(action));
    actions.push(action);
    rewards.push(reward);
    observations.push(observation);
    states.push(inside());
  }
  return { actions, observations, rewards, states, terminated };
}

/** Plays and compares; the games, for what a test wants to know of them. */
export async function playTwins(gpu: Gpu, play: Play): Promise<Episode[]> {
  const { lanes, definition, seed, observe = true } = play;
  const episodes = Array.from({ length: lanes }, (_, lane) => playOne(play, lane));
  const steps = Math.max(...episodes.map(({ actions }) => actions.length));
  const actions = new Uint32Array(steps * lanes);
  for (const [lane, episode] of episodes.entries()) {
    for (const [step, action] of episode.actions.entries()) actions[step * lanes + lane] = action;
  }
  const request: TraceRequest = { lanes, actions, seed, observe };
  const got = await trace(gpu, definition, {
    ...request,
    ...(play.start ? { states: packAll(play) } : {}),
  });
  for (const [lane, episode] of episodes.entries()) {
    for (let step = 0; step <= episode.actions.length; step++) {
      const name = `${definition.id}, seed ${seed}, game ${lane}, step ${step}`;
      // What is seen of a made-up start was never asked of TypeScript.
      if (observe && (step > 0 || !play.start)) {
        equalBytes(got.observation(step, lane), episode.observations[step], name);
      }
      assert.deepEqual(
        play.unpack(got.state(step, lane)),
        play.expected(episode.states[step]),
        name,
      );
      if (step === 0) continue;
      const at = (step - 1) * lanes + lane;
      assert.equal(got.rewards[at], episode.rewards[step - 1], `${name}: the reward`);
      const isEnd = episode.terminated && step === episode.actions.length;
      assert.equal(got.terminated[at], Number(isEnd), `${name}: the end`);
    }
  }
  return episodes;
}

function packAll(play: Play): Uint32Array {
  const packed = Array.from({ length: play.lanes }, (_, lane) => play.pack!(play.start!(lane)));
  const all = new Uint32Array(play.lanes * packed[0].length);
  for (const [lane, words] of packed.entries()) all.set(words, lane * words.length);
  return all;
}

function equalBytes(got: Float32Array, wanted: Uint8Array, name: string): void {
  assert.equal(got.length, wanted.length, name);
  for (let i = 0; i < got.length; i++) {
    if (got[i] !== wanted[i]) {
      assert.fail(`${name}: element ${i} of the observation is ${got[i]}, wanted ${wanted[i]}`);
    }
  }
}

/**
 * Tests of CartPole, MountainCar and Acrobot on the GPU against those in TypeScript, which are tested
 * against Gymnasium: the same states, rewards and ends from the same starts, within what float32 keeps
 * of them, and starts of the same distribution.
 */

import assert from "node:assert/strict";
import { Acrobot } from "../../../src/envs/classic/acrobot.ts";
import { CartPole } from "../../../src/envs/classic/cartpole.ts";
import { MountainCar } from "../../../src/envs/classic/mountain_car.ts";
import type { Env, JsonValue } from "../../../src/envs/env.ts";
import { makeGpu } from "../../../src/envs/gpu/make_gpu.ts";
import { PCG64 } from "../../../src/envs/rng/pcg64.ts";
import { Gpu } from "../../../src/gpu/gpu.ts";
import { assertUncorrelated, assertUniform, momentsOf } from "./statistics.ts";
import { trace } from "./trace.ts";

const gpu = await Gpu.open();

/** An episode of an environment in TypeScript. */
interface Played {
  /** The mechanics' numbers before each step, and after the last. */
  readonly states: number[][];
  readonly observations: Float32Array[];
  readonly actions: number[];
  readonly rewards: number[];
  readonly terminated: boolean[];
}

type Policy = (state: readonly number[], rng: PCG64) => number;

const stateOf = (env: Env) => [...(env.getState!() as { state: number[] }).state];

/** Puts the environment in a state, rounded to float32 so that both begin with the same numbers. */
function start(env: Env, state: readonly number[]): void {
  const json = env.getState!() as Record<string, JsonValue>;
  env.setState!({ ...json, state: state.map(Math.fround), phase: "running" });
}

/** Plays an episode from a reset, its start rounded to float32. */
function play(env: Env, seed: number, steps: number, policy: Policy): Played {
  const rng = new PCG64(seed);
  env.reset({ seed });
  start(env, stateOf(env));
  const played: Played = {
    states: [stateOf(env)],
    observations: [],
    actions: [],
    rewards: [],
    terminated: [],
  };
  for (let ended = false; !ended && played.actions.length < steps;) {
    const action = policy(stateOf(env), rng);
    const [observation, reward, terminated] = env.step(action);
    played.actions.push(action);
    played.states.push(stateOf(env));
    played.observations.push(observation);
    played.rewards.push(reward);
    played.terminated.push(terminated);
    ended = terminated;
  }
  return played;
}

/** Lanes of episodes side by side, the shorter ones filled with action 0. */
function sideBySide(episodes: readonly Played[]) {
  const lanes = episodes.length;
  const steps = Math.max(...episodes.map((episode) => episode.actions.length));
  const actions = new Uint32Array(steps * lanes);
  episodes.forEach((episode, lane) =>
    episode.actions.forEach((action, t) => actions[t * lanes + lane] = action)
  );
  const floats = Float32Array.from(episodes.flatMap((episode) => episode.states[0]));
  return { lanes, actions, states: new Uint32Array(floats.buffer) };
}

/** The largest difference of two lists of numbers. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}

/** Plays the same episodes on the GPU and asserts that they are the same. */
async function assertSameEpisodes(
  id: string,
  episodes: readonly Played[],
  toleranceAt: (step: number) => number,
  options = {},
): Promise<void> {
  const { definition } = makeGpu(id, 1, options);
  const { lanes, actions, states } = sideBySide(episodes);
  const traced = await trace(gpu, definition, { lanes, actions, states });
  episodes.forEach((episode, lane) => {
    episode.actions.forEach((_, t) => {
      const where = `${id}, episode ${lane}, step ${t}`;
      const at = ((t + 1) * lanes + lane) * traced.stateWords;
      const state = traced.floats.subarray(at, at + traced.stateWords);
      const apart = difference(state, episode.states[t + 1]);
      assert(apart <= toleranceAt(t + 1), `${where}: ${apart} apart`);
      const seen = difference(traced.observation(t + 1, lane), episode.observations[t]);
      assert(seen <= toleranceAt(t + 1), `${where}: observations ${seen} apart`);
      assert.equal(traced.terminated[t * lanes + lane] === 1, episode.terminated[t], where);
      // Adding 0 makes a 0 of the -0 that some compilers make of select(0, -1, …).
      assert.equal(traced.rewards[t * lanes + lane] + 0, episode.rewards[t], where);
    });
  });
}

/** Each step of the episodes by itself, from the state recorded before it. */
function singleSteps(env: Env, episodes: readonly Played[]): Played[] {
  return episodes.flatMap((episode) =>
    episode.actions.map((action, t) => {
      start(env, episode.states[t]);
      const before = stateOf(env);
      const [observation, reward, terminated] = env.step(action);
      return {
        states: [before, stateOf(env)],
        observations: [observation],
        actions: [action],
        rewards: [reward],
        terminated: [terminated],
      };
    })
  );
}

const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const random = (n: number): Policy => (_, rng) => Math.floor(n * rng.nextDouble());

/** Balances the pole but errs at times, so that episodes are long and end. */
const balance: Policy = ([x, v, angle, turn], rng) =>
  rng.nextDouble() < 0.2 ? Math.floor(2 * rng.nextDouble()) : Number(
    angle + 0.4 * turn + 0.05 * x + 0.1 * v > 0,
  );
/** Pushes the car in its direction of travel, mostly. */
const swing: Policy = ([, velocity], rng) =>
  rng.nextDouble() < 0.1 ? Math.floor(3 * rng.nextDouble()) : velocity < 0 ? 0 : 2;
/** Swings the lower link in its direction of travel, mostly. */
const whirl: Policy = ([, , , velocity], rng) =>
  rng.nextDouble() < 0.1 ? Math.floor(3 * rng.nextDouble()) : velocity < 0 ? 0 : 2;

// An upright pole falls by e^(4 t): differences grow by 8 % a step, and so does what is allowed.
const cartPoleTolerance = (step: number) => 1e-6 * Math.exp(0.08 * step);

Deno.test("classic on the GPU: whole episodes of CartPole with random actions", async () => {
  const episodes = seeds(200).map((seed) => play(new CartPole(), seed, 500, random(2)));
  assert(episodes.every((episode) => episode.terminated.at(-1)));
  await assertSameEpisodes("CartPole-v1", episodes, cartPoleTolerance);
});

Deno.test("classic on the GPU: CartPole step by step along balanced episodes", async () => {
  const episodes = seeds(10).map((seed) => play(new CartPole(), seed, 500, balance));
  const lengths = episodes.map((episode) => episode.actions.length);
  assert(Math.max(...lengths) > 150 && episodes.some((episode) => episode.terminated.at(-1)));
  const steps = singleSteps(new CartPole(), episodes);
  await assertSameEpisodes("CartPole-v0", steps, () => 5e-7);
});

Deno.test("classic on the GPU: CartPole's rewards by Sutton and Barto", async () => {
  const options = { suttonBartoReward: true };
  const episodes = seeds(20).map((seed) => play(new CartPole(options), seed, 500, random(2)));
  assert.deepEqual(new Set(episodes.flatMap((episode) => episode.rewards)), new Set([0, -1]));
  await assertSameEpisodes("CartPole-v1", episodes, cartPoleTolerance, options);
});

Deno.test("classic on the GPU: CartPole ends to all four sides", async () => {
  const edges = [[2.39, 3, 0, 0], [-2.39, -3, 0, 0], [0, 0, 0.2, 1], [0, 0, -0.2, -1]];
  const inside = [[2.3, 0.1, 0.2, -0.1], [-2.3, 0.1, -0.2, 0.1]];
  const env = new CartPole();
  const steps = [...edges, ...inside].map((state) => {
    env.reset({ seed: 1 });
    return singleSteps(env, [{
      states: [state],
      actions: [1],
      observations: [],
      rewards: [],
      terminated: [],
    }])[0];
  });
  assert.deepEqual(steps.map((step) => step.terminated[0]), [true, true, true, true, false, false]);
  await assertSameEpisodes("CartPole-v1", steps, () => 5e-7);
});

Deno.test("classic on the GPU: whole episodes of MountainCar", async () => {
  const episodes = [
    ...seeds(40).map((seed) => play(new MountainCar(), seed, 200, swing)),
    ...seeds(20).map((seed) => play(new MountainCar(), seed, 200, random(3))),
  ];
  assert(episodes.filter((episode) => episode.terminated.at(-1)).length >= 20);
  // The left wall is met too, where the car stops.
  assert(episodes.some((episode) => episode.states.some(([x, v]) => x === -1.2 && v === 0)));
  await assertSameEpisodes("MountainCar-v0", episodes, () => 1e-5);
});

Deno.test("classic on the GPU: MountainCar's goal may ask for a velocity", async () => {
  const options = { goalVelocity: 0.03 };
  const episodes = seeds(40).map((seed) => play(new MountainCar(options), seed, 250, swing));
  const reached = episodes.filter((episode) => episode.states.some(([x]) => x >= 0.5));
  assert(
    reached.some((episode) => !episode.terminated[episode.states.findIndex(([x]) => x >= 0.5)]),
  );
  await assertSameEpisodes("MountainCar-v0", episodes, () => 1e-5, options);
});

Deno.test("classic on the GPU: Acrobot step by step along whole episodes", async () => {
  const episodes = [
    ...seeds(15).map((seed) => play(new Acrobot(), seed, 500, whirl)),
    ...seeds(3).map((seed) => play(new Acrobot(), seed, 500, random(3))),
  ];
  assert(episodes.filter((episode) => episode.terminated.at(-1)).length >= 10);
  await assertSameEpisodes("Acrobot-v1", singleSteps(new Acrobot(), episodes), () => 1e-5);
});

Deno.test("classic on the GPU: the first steps of Acrobot, before chaos parts the two", async () => {
  const episodes = seeds(30).map((seed) => play(new Acrobot(), seed, 20, whirl));
  await assertSameEpisodes("Acrobot-v1", episodes, () => 1e-5);
});

Deno.test("classic on the GPU: starts are uniform within their bounds, one number independent of the other", async () => {
  const lanes = 8192;
  const starts: readonly [id: string, bounds: readonly (readonly [number, number])[]][] = [
    ["CartPole-v1", new Array(4).fill([-0.05, 0.05])],
    ["Acrobot-v1", new Array(4).fill([-0.1, 0.1])],
    ["MountainCar-v0", [[-0.6, -0.4], [0, 0]]],
  ];
  for (const [id, bounds] of starts) {
    const { floats, stateWords } = await trace(gpu, makeGpu(id, 1).definition, { lanes, seed: 3 });
    assert.equal(stateWords, bounds.length);
    const columns = bounds.map((_, i) => floats.filter((_, at) => at % stateWords === i));
    bounds.forEach(([low, high], i) => {
      if (low === high) assert(columns[i].every((value) => value === low), id);
      else assertUniform(columns[i], low, high, `${id}, number ${i}`);
      const before = columns[i - 1];
      if (low < high && before) assertUncorrelated(before, columns[i], `${id}, ${i - 1} and ${i}`);
    });
    // Neighbouring lanes share nothing.
    assertUncorrelated(columns[0].subarray(1), columns[0].subarray(0, lanes - 1), `${id}, lanes`);
    const again = await trace(gpu, makeGpu(id, 1).definition, { lanes: 5, seed: 3 });
    assert.deepEqual(again.floats, floats.slice(0, 5 * stateWords));
    const other = await trace(gpu, makeGpu(id, 1).definition, { lanes: 5, seed: 4 });
    assert.notDeepEqual(other.floats, again.floats);
  }
});

Deno.test("classic on the GPU: the first observation is that of the start", async () => {
  for (const id of ["CartPole-v1", "MountainCar-v0"]) {
    const { floats, observations } = await trace(gpu, makeGpu(id, 1).definition, { lanes: 50 });
    assert.deepEqual(observations, floats);
  }
  const { floats, observations } = await trace(gpu, makeGpu("Acrobot-v1", 1).definition, {
    lanes: 50,
  });
  for (let lane = 0; lane < 50; lane++) {
    const [a, b, ...velocities] = floats.subarray(4 * lane, 4 * lane + 4);
    const expected = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), ...velocities];
    assert(difference(observations.subarray(6 * lane, 6 * lane + 6), expected) < 1e-6);
  }
});

Deno.test("classic on the GPU: random actions last as long in CartPole as they do in TypeScript", async () => {
  const lanes = 2048, steps = 150;
  const rng = new PCG64(5);
  const actions = Uint32Array.from({ length: lanes * steps }, () => rng.nextDouble() < 0.5 ? 0 : 1);
  const { terminated } = await trace(gpu, makeGpu("CartPole-v1", 1).definition, {
    lanes,
    actions,
    observe: false,
  });
  const there = Array.from({ length: lanes }, (_, lane) => {
    let length = 1;
    while (length < steps && terminated[(length - 1) * lanes + lane] === 0) length++;
    return length;
  });
  const here = seeds(1000).map((seed) =>
    play(new CartPole(), seed, steps, random(2)).actions.length
  );
  const a = momentsOf(there), b = momentsOf(here);
  const error = Math.sqrt(a.variance / there.length + b.variance / here.length);
  assert(Math.abs(a.mean - b.mean) < 4 * error, `${a.mean} and ${b.mean}, error ${error}`);
});

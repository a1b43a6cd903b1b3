/**
 * Tests of learning from a file, without an environment: the exact values of a small task are found from
 * transitions of a random policy.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Box, Discrete, DQN, type DQNConfig } from "../../mod.ts";
import type { TransitionData } from "../../src/agent/transitions.ts";
import { encodeSafetensors } from "../../src/io/safetensors.ts";
import { device } from "./support.ts";

const STATES = 5;
const GAMMA = 0.8;
const SPACES = {
  observationSpace: new Box(0, 1, [STATES]),
  actionSpace: new Discrete(2, { start: 1 }),
};

/** A linear network on one-hot states is a table, so the exact values can be reached. */
const TABLE: DQNConfig = {
  hiddenLayers: [],
  gamma: GAMMA,
  optimizer: "sgd",
  loss: "mse",
  learningRate: 0.8,
  batchSize: 64,
  maxGradNorm: null,
  bufferSize: 4000,
  targetUpdateInterval: { every: 1, unit: "update" },
  device,
};

/** Of a chain with its prize at the far end: what a step from a state leads to. */
function go(state: number, right: boolean): { next: number; reward: number; terminated: boolean } {
  const next = right ? state + 1 : Math.max(0, state - 1);
  if (next < STATES) return { next, reward: state === 0 && !right ? 0.1 : 0, terminated: false };
  return { next: state, reward: 1, terminated: true };
}

/** The exact action values, by value iteration. */
function exactValues(): number[][] {
  let q = Array.from({ length: STATES }, () => [0, 0]);
  for (let i = 0; i < 200; i++) {
    q = q.map((_, state) =>
      [false, true].map((right) => {
        const { next, reward, terminated } = go(state, right);
        return reward + (terminated ? 0 : GAMMA * Math.max(...q[next]));
      })
    );
  }
  return q;
}

/** Episodes of random actions, truncated after 12 steps. */
function randomWalk(seed: number, count: number): TransitionData {
  let word = seed + 1;
  const coin = () => ((word = Math.imul(word, 1664525) + 1013904223 >>> 0) >>> 16 & 1) === 1;
  const oneHot = (state: number) => Array.from({ length: STATES }, (_, i) => Number(i === state));
  const walk = {
    observations: [] as number[],
    nextObservations: [] as number[],
    actions: [] as number[],
    rewards: [] as number[],
    terminated: [] as boolean[],
    truncated: [] as boolean[],
  };
  for (let i = 0, state = 0, steps = 0; i < count; i++) {
    const right = coin();
    const { next, reward, terminated } = go(state, right);
    const truncated = !terminated && ++steps === 12;
    walk.observations.push(...oneHot(state));
    walk.nextObservations.push(...oneHot(next));
    walk.actions.push(right ? 2 : 1);
    walk.rewards.push(reward);
    walk.terminated.push(terminated);
    walk.truncated.push(truncated);
    const ended = terminated || truncated;
    // Episodes begin anywhere, so that all states are seen often.
    state = ended ? i % STATES : next;
    if (ended) steps = 0;
  }
  return walk;
}

/** The same as a file that a Python program would write. */
function fileOf(walk: TransitionData): Uint8Array {
  const n = walk.actions.length;
  const states = (data: ArrayLike<number>) => ({
    shape: [n, STATES],
    data: Float64Array.from(data),
  });
  const flags = (data: ArrayLike<boolean | number>) => ({
    shape: [n],
    data: Uint8Array.from(data as boolean[], Number),
  });
  return encodeSafetensors({
    observations: states(walk.observations),
    next_observations: states(walk.nextObservations),
    actions: { shape: [n], data: BigInt64Array.from(Array.from(walk.actions, BigInt)) },
    rewards: { shape: [n], data: Float64Array.from(walk.rewards) },
    terminations: flags(walk.terminated),
    truncations: flags(walk.truncated!),
  });
}

/** How far the learnt values are from the exact ones, at most. */
async function error(agent: DQN): Promise<number> {
  let most = 0;
  for (const [state, wanted] of exactValues().entries()) {
    const seen = Float32Array.from({ length: STATES }, (_, i) => Number(i === state));
    (await agent.qValues(seen)).forEach((q, action) => {
      most = Math.max(most, Math.abs(q - wanted[action]));
    });
  }
  return most;
}

const KINDS: Record<string, DQNConfig> = {
  "one step": {},
  "Double DQN": { doubleQ: true },
  prioritised: { sampling: "prioritized" },
};

for (const [kind, config] of Object.entries(KINDS)) {
  Deno.test(`offline: a chain is solved from a file of random transitions, ${kind}`, async () => {
    for (const seed of [0, 1, 2]) {
      using agent = await DQN.create(SPACES, { ...TABLE, ...config, seed });
      assert.equal(await agent.replay.load(fileOf(randomWalk(seed, 1500))), 1500);
      await agent.train(600);
      const far = await error(agent);
      assert.ok(far < 1e-3, `seed ${seed}: off by ${far}`);
      assert.deepEqual([agent.steps, agent.updates], [0, 600]);
      // The prize is to the right, and far from it the crumb on the left is worth little.
      assert.equal(await agent.predict(Float32Array.of(0, 0, 0, 1, 0)), 2);
    }
  });
}

Deno.test("offline: what is loaded into several lanes is worth the same", async () => {
  const env = { ...SPACES, reset: never, step: never, close: () => {} };
  const lanes = [1, 2, 3].map(() => ({ ...env }));
  using agent = await DQN.create(lanes, { ...TABLE, seed: 4 });
  await agent.replay.add(randomWalk(4, 1500));
  await agent.train(600);
  const far = await error(agent);
  assert.ok(far < 1e-3, `off by ${far}`);
});

function never(): never {
  throw new Error("nobody steps here");
}

Deno.test("offline: n-step returns walk along the episodes that were put together again", async () => {
  // Always to the right: no choice, so n-step returns are exact whatever n is.
  const walk = straight(8);
  for (const nSteps of [2, 3]) {
    using agent = await DQN.create(SPACES, { ...TABLE, nSteps, seed: nSteps });
    await agent.replay.add(walk);
    await agent.train(400);
    for (let state = 0; state < STATES; state++) {
      const seen = Float32Array.from({ length: STATES }, (_, i) => Number(i === state));
      const q = (await agent.qValues(seen))[1];
      const wanted = GAMMA ** (STATES - 1 - state);
      assert.ok(
        Math.abs(q - wanted) < 1e-3,
        `${nSteps} steps, state ${state}: ${q}, not ${wanted}`,
      );
    }
  }
});

/** So many episodes from the first state straight to the prize. */
function straight(episodes: number): TransitionData {
  const states = Array.from({ length: episodes * STATES }, (_, i) => i % STATES);
  const oneHot = (state: number) => Array.from({ length: STATES }, (_, i) => Number(i === state));
  return {
    observations: states.flatMap(oneHot),
    nextObservations: states.flatMap((state) => oneHot(go(state, true).next)),
    actions: states.map(() => 2),
    rewards: states.map((state) => go(state, true).reward),
    terminated: states.map((state) => go(state, true).terminated),
  };
}

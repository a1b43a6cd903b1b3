/**
 * Tests of what an episode's end means to the values: after a termination nothing follows, after a
 * truncation everything does. Q-values of tiny environments with known answers; a learner that took the
 * one for the other would be far off.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DQN, type DQNConfig } from "../../mod.ts";
import { type StubAnswer, StubEnv, type StubMoment } from "./stub_env.ts";
import { device } from "./support.ts";

const GAMMA = 0.9;
const FOREVER = 1 / (1 - GAMMA);

/** Value iteration in all but name: a linear network, a target that is always up to date. */
const EXACT: DQNConfig = {
  hiddenLayers: [],
  gamma: GAMMA,
  learningStarts: 100_000,
  bufferSize: 100_000,
  batchSize: 64,
  optimizer: "sgd",
  loss: "mse",
  learningRate: 0.2,
  maxGradNorm: null,
  targetUpdateInterval: { every: 1, unit: "update" },
  seed: 3,
  device,
};

/** Sees which of `states` states it is in, as a one-hot vector, and moves on by one each step. */
class Chain extends StubEnv {
  readonly #states: number;

  constructor(states: number, answer: (moment: StubMoment) => StubAnswer) {
    super(answer, { size: states, actions: 1 });
    this.#states = states;
  }

  override observe(step: number): Float32Array {
    return Float32Array.from({ length: this.#states }, (_, i) => i === step % this.#states ? 1 : 0);
  }
}

/** The states' values after collecting some steps and learning from them. */
async function values(
  states: number,
  answer: (moment: StubMoment) => StubAnswer,
  config: DQNConfig = {},
): Promise<number[]> {
  const env = new Chain(states, answer);
  using agent = await DQN.create(env, { ...EXACT, ...config });
  await agent.learn(240);
  await agent.train(900);
  const learnt: number[] = [];
  for (let state = 0; state < states; state++) {
    learnt.push((await agent.qValues(env.observe(state)))[0]);
  }
  return learnt;
}

/** Throws unless the values are near those wanted. */
function assertNear(actual: readonly number[], wanted: readonly number[], within: number): void {
  assert.equal(actual.length, wanted.length);
  actual.forEach((value, i) => {
    assert.ok(
      Math.abs(value - wanted[i]) <= within,
      `value ${i} is ${value}, wanted ${wanted[i]} within ${within}`,
    );
  });
}

/** Exact targets and a linear network: what is left is float32 and the last of the convergence. */
const EXACTLY = 1e-3;

for (const length of [1, 3]) {
  Deno.test(`bootstrap: reward 1 for ever, truncated after ${length}, is worth 1 / (1 − γ)`, async () => {
    const learnt = await values(1, ({ step }) => ({ truncated: step === length }));
    assertNear(learnt, [FOREVER], EXACTLY);
  });
}

Deno.test("bootstrap: reward 1 once, terminated, is worth 1", async () => {
  assertNear(await values(1, () => ({ terminated: true })), [1], EXACTLY);
});

Deno.test("bootstrap: terminated and truncated at once is terminated", async () => {
  assertNear(await values(1, () => ({ terminated: true, truncated: true })), [1], EXACTLY);
});

/** What is left to come from each of four states when the fourth is the last. */
const FINITE = [3, 2, 1, 0].map((left) => (1 - GAMMA ** (left + 1)) / (1 - GAMMA));

Deno.test("bootstrap: four steps, terminated, are worth their finite sums", async () => {
  assertNear(await values(4, ({ step }) => ({ terminated: step === 4 })), FINITE, EXACTLY);
});

Deno.test("bootstrap: four steps in a ring, truncated anywhere, are worth 1 / (1 − γ) each", async () => {
  // The episode's last observation is the state that would come next, not the next episode's first.
  const learnt = await values(4, ({ step }) => ({ truncated: step === 6 }));
  assertNear(learnt, [FOREVER, FOREVER, FOREVER, FOREVER], 10 * EXACTLY);
});

Deno.test("bootstrap: what is only seen at a truncation counts, not the next episode's start", async () => {
  // From state 0 to state 1, where each episode is truncated; state 1 ends at once where it begins.
  const learnt = await values(2, ({ step, episode }) =>
    // Odd episodes go 0 → 1, truncated. Even ones go on through 1 and terminate there with reward 5.
    episode % 2 === 1
      ? { truncated: step === 1 }
      : { reward: step === 2 ? 5 : 1, terminated: step === 2 });
  assertNear(learnt, [1 + GAMMA * 5, 5], EXACTLY);
});

for (const nSteps of [2, 3, 7]) {
  Deno.test(`bootstrap: ${nSteps}-step returns change none of these values`, async () => {
    const terminated = await values(4, ({ step }) => ({ terminated: step === 4 }), { nSteps });
    assertNear(terminated, FINITE, EXACTLY);
    const truncated = await values(1, ({ step }) => ({ truncated: step === 3 }), { nSteps });
    assertNear(truncated, [FOREVER], EXACTLY);
  });
}

Deno.test("bootstrap: Double DQN, scaled and clipped rewards", async () => {
  const answer = ({ step }: StubMoment) => ({ reward: 40, truncated: step === 3 });
  const doubleQ = await values(1, answer, { doubleQ: true, rewardScale: 0.05 });
  assertNear(doubleQ, [2 * FOREVER], EXACTLY);
  assertNear(
    await values(1, answer, { rewardScale: 0.05, rewardClip: 1.5 }),
    [1.5 * FOREVER],
    EXACTLY,
  );
});

Deno.test("bootstrap: an episode that is cut off by an exception is worth what follows", async () => {
  // Its last row is an end without a termination: what was stored before bootstraps from it.
  const env = new Chain(1, ({ total }) => {
    if (total % 5 === 0) throw new Error("cut");
    return {};
  });
  using agent = await DQN.create(env, EXACT);
  for (let i = 0; i < 40; i++) await assert.rejects(agent.learn(10), { message: "cut" });
  assert.equal(agent.steps, 160);
  await agent.train(900);
  assertNear([...await agent.qValues(Float32Array.of(1))], [FOREVER], EXACTLY);
});

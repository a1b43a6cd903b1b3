/**
 * Tests of what an episode's end means to the values: after a termination nothing follows, after a
 * truncation everything does. Q-values of tiny environments with known answers; a learner that took the
 * one for the other would be far off.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type AutoresetMode, DQN, type DQNConfig, SyncVectorEnv } from "../../mod.ts";
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

/**
 * The states' values after collecting some steps and learning from them.
 *
 * @param mode Collect in a vector environment of three, with this autoreset.
 */
async function values(
  states: number,
  answer: (moment: StubMoment) => StubAnswer,
  config: DQNConfig = {},
  mode?: AutoresetMode,
): Promise<number[]> {
  const env = new Chain(states, answer);
  const feed = mode === undefined ? env : new SyncVectorEnv(
    [1, 2, 3].map(() => () => new Chain(states, answer)),
    { autoresetMode: mode },
  );
  using agent = await DQN.create(feed, { ...EXACT, ...config });
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

/**
 * Odd episodes go from state 0 to state 1 and are truncated there; even ones go on and terminate with
 * reward 5. A learner that took the truncation for a termination would find 1 + γ·5/2 for state 0, one
 * that took the next episode's first observation for the last of this would find another value still.
 */
function passing({ step, episode }: StubMoment): StubAnswer {
  return episode % 2 === 1
    ? { truncated: step === 1 }
    : { reward: step === 2 ? 5 : 1, terminated: step === 2 };
}
const PASSING = [1 + GAMMA * 5, 5];

Deno.test("bootstrap: what is only seen at a truncation counts, not the next episode's start", async () => {
  assertNear(await values(2, passing), PASSING, EXACTLY);
});

for (const mode of ["next_step", "same_step", "disabled"] as const) {
  Deno.test(`bootstrap: a vector environment, ${mode}: truncations go on, terminations do not`, async () => {
    assertNear(await values(2, passing, {}, mode), PASSING, EXACTLY);
    const truncated = ({ step }: StubMoment) => ({ truncated: step === 6 });
    const ring = await values(4, truncated, { nSteps: 3 }, mode);
    assertNear(ring, [FOREVER, FOREVER, FOREVER, FOREVER], 10 * EXACTLY);
    const terminated = ({ step }: StubMoment) => ({ terminated: step === 4 });
    assertNear(await values(4, terminated, {}, mode), FINITE, EXACTLY);
  });

  Deno.test(`bootstrap: SARSA in a vector environment, ${mode}, with one action to choose from`, async () => {
    const config = { target: "sarsa" } as const;
    assertNear(await values(2, passing, config, mode), PASSING, EXACTLY);
    assertNear(await values(2, passing, { ...config, nSteps: 2 }, mode), PASSING, EXACTLY);
  });
}

Deno.test("bootstrap: SARSA's values are those of the policy that acted, not of the best one", async () => {
  // Action 1 is paid, action 0 is not, and all actions are random: half of them are paid.
  const env = new StubEnv(({ step, action }) => ({ reward: action, truncated: step === 5 }), {
    size: 1,
    actions: 2,
  });
  env.observe = () => Float32Array.of(1);
  for (const [target, worth] of [["sarsa", FOREVER / 2], ["max", FOREVER]] as const) {
    using agent = await DQN.create(env, { ...EXACT, target });
    await agent.learn(2_000);
    await agent.train(900);
    const learnt = await agent.qValues(Float32Array.of(1));
    // Which actions were drawn, and which of them are in the last batches, leaves some noise.
    assertNear([...learnt], [GAMMA * worth, 1 + GAMMA * worth], 0.8);
  }
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

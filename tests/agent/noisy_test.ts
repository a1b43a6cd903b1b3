/** Tests of acting with a noisy network: noise while learning and when asked for, none else. @module */

import assert from "node:assert/strict";
import { Box, Discrete, type DQNConfig, evaluate, make } from "../../mod.ts";
import { StubEnv } from "./stub_env.ts";
import { smallAgent } from "./support.ts";

/** Noise that is as large as the means: each act is another policy. */
const NOISY: DQNConfig = { noisy: true, noisySigma: 3 };

const SPACES = { observationSpace: new Box(-1, 1, [3]), actionSpace: new Discrete(4) };
const SEEN = Float32Array.of(0.4, -0.2, 0.9);

Deno.test("noisy: predict has noise where it is asked to behave as while learning, else none", async () => {
  using agent = await smallAgent(SPACES, NOISY);
  assert.equal(agent.epsilon, 0);
  const qValues = await agent.qValues(SEEN);
  const best = qValues.indexOf(Math.max(...qValues));
  const drawn = new Map<number, number>();
  for (let i = 0; i < 60; i++) {
    assert.equal(await agent.predict(SEEN), best);
    const action = await agent.predict(SEEN, { deterministic: false });
    drawn.set(action, (drawn.get(action) ?? 0) + 1);
  }
  assert.ok(drawn.size >= 3, `${[...drawn]}`);
  assert.deepEqual(await agent.qValues(SEEN), qValues);
  // Another agent of that seed sees the same noise, in the same order.
  using same = await smallAgent(SPACES, NOISY);
  using other = await smallAgent(SPACES, { ...NOISY, seed: 12 });
  const sequence = async (of: typeof agent) => {
    const actions: number[] = [];
    for (let i = 0; i < 20; i++) actions.push(await of.predict(SEEN, { deterministic: false }));
    return actions;
  };
  const first = await sequence(same);
  assert.notDeepEqual(await sequence(other), first);
  using again = await smallAgent(SPACES, NOISY);
  assert.deepEqual(await sequence(again), first);
});

Deno.test("noisy: acts while learning differ though the network and the observation do not", async () => {
  const env = new StubEnv(undefined, { actions: 4 });
  env.observe = () => Float32Array.of(1, 0.5);
  using agent = await smallAgent(env, { ...NOISY, learningStarts: 0, learningRate: 0 });
  await agent.learn(60);
  assert.ok(new Set(env.actions).size >= 3, `${env.actions}`);
  // Lanes of one act share its noise: what they see is the same, and so is what they do.
  const pair = [1, 2].map(() => new StubEnv(undefined, { actions: 4 }));
  for (const each of pair) each.observe = env.observe;
  using both = await smallAgent(pair, { ...NOISY, learningStarts: 0, learningRate: 0 });
  await both.learn(60);
  assert.deepEqual(pair[0].actions, pair[1].actions);
  assert.ok(new Set(pair[0].actions).size >= 3);
});

Deno.test("noisy: evaluation has no noise", async () => {
  using agent = await smallAgent(make("CartPole-v1"), { ...NOISY, learningStarts: 20 });
  await agent.learn(40);
  const options = { episodes: 3, seed: 2 };
  const greedy = await evaluate(agent, make("CartPole-v1"), options);
  assert.deepEqual(await evaluate(agent, make("CartPole-v1"), options), greedy);
  // With ε at 0 behaving as while learning is the same, but for the noise, which stays off.
  const behaving = await evaluate(agent, make("CartPole-v1"), { ...options, deterministic: false });
  assert.deepEqual(behaving, greedy);
});

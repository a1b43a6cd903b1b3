/**
 * Tests that a run follows from its seed alone: the same bits run after run, however updates are split
 * into submits, whoever watches.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type DQN, type DQNConfig, type LearnOptions, make } from "../../mod.ts";
import type { UpdatePath } from "../../src/dqn/update.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { openDevice, PATHS } from "../dqn/update_path.ts";
import { agentOn, fingerprint, networkFingerprint, smallAgent, withSubmitsOf } from "./support.ts";
import { ends, StubEnv } from "./stub_env.ts";

/** CartPole whose episodes terminate or are truncated, whichever comes first. */
const cartPole = () => make("CartPole-v1", { maxEpisodeSteps: 30 });

/** The fingerprint of a run of CartPole. */
async function runOf(
  config: DQNConfig = {},
  steps = 300,
  options: LearnOptions = {},
  path: UpdatePath = "layered",
): Promise<string> {
  using agent = await agentOn(path, cartPole(), config);
  await agent.learn(steps, options);
  return await fingerprint(agent);
}

/** Configurations that take different ways through the learner; the first ones also with fused updates. */
const CONFIGS: Record<string, DQNConfig> = {
  plain: {},
  "Double DQN, 3 steps, soft target": { doubleQ: true, nSteps: 3, tau: 0.1 },
  "a buffer that wraps": { bufferSize: 60 },
  "RMSProp, tanh, MSE": { optimizer: "rmsprop", activation: "tanh", loss: "mse" },
  "a batch and layers of odd sizes": { batchSize: 33, hiddenLayers: [17, 5] },
  "episodes": { trainFreq: { every: 1, unit: "episode" }, gradientSteps: -1 },
};
Object.entries(CONFIGS).forEach(([name, config], i) => {
  for (const path of i < 2 ? PATHS : ["layered"] as const) {
    Deno.test(`determinism: the same seed gives the same bits (${name}, ${path})`, async () => {
      const run = () => runOf(config, 300, {}, path);
      const first = await run();
      assert.equal(await run(), first);
    });
  }
});

Deno.test("determinism: another seed gives another network, and so does another history", async () => {
  const networks = new Set<string>();
  for (const [seed, steps] of [[11, 300], [12, 300], [11, 296]]) {
    using agent = await smallAgent(cartPole(), { seed });
    await agent.learn(steps, { horizon: 300 });
    networks.add(await networkFingerprint(agent));
  }
  assert.equal(networks.size, 3);
  // It is not only in the first weights: one network that is trained under two seeds becomes two.
  using first = await smallAgent(cartPole(), { seed: 11 });
  using second = await smallAgent(cartPole(), { seed: 12 });
  await second.setParameters(await first.getParameters());
  assert.equal(await networkFingerprint(second), await networkFingerprint(first));
  for (const agent of [first, second]) await agent.learn(24);
  assert.equal(first.updates, 2);
  assert.notEqual(await networkFingerprint(second), await networkFingerprint(first));
});

Deno.test("determinism: two agents that learn side by side do not disturb each other", async () => {
  const alone = [await runOf({ seed: 1 }), await runOf({ seed: 2 })];
  assert.deepEqual(await Promise.all([runOf({ seed: 1 }), runOf({ seed: 2 })]), alone);
});

/** An agent with a full replay buffer that has not learnt yet. */
async function collected(path: UpdatePath): Promise<DQN> {
  const agent = await agentOn(path, cartPole(), {
    learningStarts: 400,
    targetUpdateInterval: { every: 13, unit: "update" },
    tau: 0.3,
    nSteps: 2,
  });
  await agent.learn(400);
  assert.equal(agent.updates, 0);
  return agent;
}

for (const path of PATHS) {
  Deno.test(`determinism: submits of 1, 7 and 100 updates give the same bits, ${path}`, async () => {
    const gpu = await Gpu.open({ device: await openDevice(path) });
    const updates = 700;
    const results = new Map<string, string>();
    for (const size of [1, 7, 100]) {
      using agent = await collected(path);
      const before = gpu.traffic.submits;
      await withSubmitsOf(size, () => agent.train(updates));
      const submits = gpu.traffic.submits - before;
      assert.equal(agent.updates, updates);
      // Each submit of updates is followed by the look at the health word; one more look at the end.
      assert.equal(submits, 2 * Math.ceil(updates / size) + 1, `submits of ${size}`);
      results.set(`submits of ${size}`, await fingerprint(agent));
    }
    {
      using agent = await collected(path);
      await agent.train(updates);
      results.set("submits as they come", await fingerprint(agent));
    }
    {
      using agent = await collected(path);
      for (const part of [1, 99, 350, 7, 243]) await agent.train(part);
      results.set("several calls", await fingerprint(agent));
    }
    assert.equal(new Set(results.values()).size, 1, JSON.stringify([...results]));
  });
}

Deno.test("determinism: so does learning in submits of 1, 7 and 100", async () => {
  const config: DQNConfig = { trainFreq: 64, gradientSteps: 150, targetUpdateInterval: 50 };
  const results: string[] = [];
  for (const size of [1, 7, 100]) {
    results.push(await withSubmitsOf(size, () => runOf(config)));
  }
  results.push(await runOf(config));
  assert.equal(new Set(results).size, 1, results.join(" "));
});

Deno.test("determinism: several calls of learn are one", async () => {
  const horizon = 300;
  const whole = await runOf({}, 300, { horizon });
  using agent = await smallAgent(cartPole());
  for (const part of [1, 37, 100, 62, 100]) await agent.learn(part, { horizon });
  assert.equal(await fingerprint(agent), whole);
});

Deno.test("determinism: progress, episodes and diagnostics that are watched change nothing", async () => {
  const whole = await runOf();
  let reports = 0;
  let episodes = 0;
  const watched = await runOf({}, 300, {
    onProgress: () => reports++,
    progressInterval: 0,
    onEpisode: () => episodes++,
  });
  assert.ok(reports > 100 && episodes > 5, `${reports} reports, ${episodes} episodes`);
  assert.equal(watched, whole);
});

Deno.test("determinism: evaluating while learning changes nothing", async () => {
  const whole = await runOf();
  let evaluations = 0;
  const evaluated = await runOf({}, 300, {
    evaluation: {
      every: 25,
      episodes: 3,
      env: make("CartPole-v1"),
      onEvaluation: () => evaluations++,
    },
  });
  assert.equal(evaluations, 12);
  assert.equal(evaluated, whole);
});

Deno.test("determinism: acting and looking between two calls of learn change nothing", async () => {
  using agent = await smallAgent(cartPole());
  const options = { horizon: 300 };
  await agent.learn(150, options);
  const observation = Float32Array.of(0.1, 0.2, -0.05, 0.3);
  await agent.predict(observation, { deterministic: false });
  await agent.qValues(observation);
  await agent.getParameters();
  await agent.diagnostics();
  await fingerprint(agent);
  await agent.learn(150, options);
  // Actions with chance in them are counted, whenever they are asked for.
  using other = await smallAgent(cartPole());
  await other.learn(300, options);
  await other.predict(observation, { deterministic: false });
  assert.equal(await fingerprint(agent), await fingerprint(other));
});

Deno.test("determinism: setting the parameters that are there changes nothing", async () => {
  using agent = await smallAgent(cartPole());
  const options = { horizon: 300 };
  await agent.learn(150, options);
  await agent.setParameters(await agent.getParameters());
  await agent.learn(150, options);
  assert.equal(await fingerprint(agent), await runOf());
});

Deno.test("determinism: random actions, too, follow from the seed", async () => {
  const play = async (seed: number) => {
    const env = new StubEnv(ends(20, "truncated"), { actions: 5 });
    using agent = await smallAgent(env, { seed, trainFreq: 1000 });
    await agent.learn(100);
    return env.actions.join("");
  };
  const first = await play(3);
  assert.equal(await play(3), first);
  assert.notEqual(await play(4), first);
});

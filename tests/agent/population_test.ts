/** Tests of src/agent/population.ts: many agents at once do what each would do by itself. */

import assert from "node:assert/strict";
import { DQN, type DQNConfig, evaluate, make, makeGpu } from "../../mod.ts";
import type { Parameter } from "../../src/nn/parameters.ts";

const LANES = 4;
const STEPS = 400;
const CONFIG: DQNConfig = {
  learningStarts: 100,
  bufferSize: 300,
  batchSize: 17,
  trainFreq: 8,
  gradientSteps: 3,
  targetUpdateInterval: 40,
  learningRate: 1e-3,
  hiddenLayers: [7, 5],
};

/** Whether two sets of parameters are the same to the last bit. */
function same(a: Record<string, Parameter>, b: Record<string, Parameter>): boolean {
  return Object.keys(a).length > 0 &&
    Object.entries(a).every(([name, { data }]) =>
      data.every((x, i) => Object.is(x, b[name].data[i]))
    );
}

/** Ways to learn that between them reach every kernel with rows, trees or noise of several agents. */
const WAYS: Record<string, DQNConfig> = {
  "plain": { maxGradNorm: null },
  "double, 3-step, clipped, without replacement": {
    ...{ doubleQ: true, nSteps: 3, maxGradNorm: 1, replacement: false },
  },
  "rainbow-like": {
    ...{ distribution: "c51", atoms: 11, dueling: true, noisy: true, sampling: "prioritized" },
    ...{ nSteps: 2, doubleQ: true, vMin: -10, vMax: 10 },
  },
  "prioritised SARSA with Boltzmann": {
    ...{ target: "sarsa", sampling: "prioritized", exploration: "boltzmann", temperature: 0.5 },
  },
  "IQN, munchausen, stacked": {
    ...{ distribution: "iqn", target: "munchausen", frameStack: 2, taus: 4, targetTaus: 3 },
    ...{ actingTaus: 5, cosines: 6 },
  },
};

for (const [name, way] of Object.entries(WAYS)) {
  Deno.test(`population: each agent's network is that of its own single run (${name})`, async () => {
    const agents = [{ seed: 1 }, { seed: 2, gamma: 0.9, learningRate: 3e-3 }, { seed: 3 }];
    const common = { ...CONFIG, ...way };
    using population = await DQN.population(makeGpu("CartPole-v1", LANES), agents, common);
    await population.learn(STEPS);
    for (const [i, own] of agents.entries()) {
      using single = await DQN.create(makeGpu("CartPole-v1", LANES), { ...common, ...own });
      const { updates, episodes } = await single.learn(STEPS);
      assert.ok(updates > 50);
      const member = population.members[i];
      assert.ok(same(await member.getParameters(), await single.getParameters()), `agent ${i}`);
      assert.equal(population.updates, updates);
      assert.equal(member.episodes, episodes);
      const observation = Float32Array.of(0.1, -0.2, 0.03, 0.4, 0.2, -0.1, 0.05, 0.3)
        .subarray(0, 4 * (way.frameStack ?? 1));
      assert.deepEqual(await member.qValues(observation), await single.qValues(observation));
      assert.equal(await member.predict(observation), await single.predict(observation));
      const env = makeGpu("CartPole-v1", 5);
      const [all, one] = [
        (await population.evaluate(env, { episodes: 7, seed: 3 }))[i],
        await evaluate(single, env, { episodes: 7, seed: 3 }),
      ];
      assert.deepEqual([...all.returns].sort(), [...one.returns].sort());
    }
    const [first, second] = await Promise.all(population.members.map((m) => m.getParameters()));
    assert.ok(!same(first, second));
  });
}

Deno.test("population: learning in parts is learning at once, and evaluations change nothing", async () => {
  const env = () => makeGpu("CartPole-v1", LANES);
  using whole = await DQN.population(env(), [4, 5], CONFIG);
  await whole.learn(STEPS);
  using parts = await DQN.population(env(), [4, 5], CONFIG);
  const horizon = STEPS;
  await parts.learn(STEPS / 4, { horizon });
  const seen: number[] = [];
  const { curve } = await parts.learn(STEPS * 3 / 4, {
    horizon,
    progressInterval: 0,
    onProgress: ({ steps }) => seen.push(steps),
    evaluation: { every: 100, episodes: 3, env: makeGpu("CartPole-v1", 3) },
  });
  assert.deepEqual(curve.map(({ steps }) => steps), [200, 300, 400]);
  assert.ok(curve.every(({ means }) => means.length === 2 && means.every((mean) => mean > 5)));
  assert.equal(seen.at(-1), STEPS);
  for (const i of [0, 1]) {
    const [a, b] = [whole, parts].map(({ members }) => members[i]);
    assert.ok(same(await a.getParameters(), await b.getParameters()));
    assert.equal(a.episodes, b.episodes);
    assert.deepEqual(a.recentReturns, b.recentReturns);
  }
});

Deno.test("population: a member plays on the host, and is saved as an agent of its own", async () => {
  using population = await DQN.population(makeGpu("CartPole-v1", LANES), [6, 7], CONFIG);
  await population.learn(STEPS);
  const [, member] = population.members;
  const chunks: Uint8Array[] = [];
  await member.save(new WritableStream({ write: (chunk) => void chunks.push(chunk) }));
  using loaded = await DQN.load(chunks[0]);
  assert.equal(loaded.config.seed, 7);
  assert.deepEqual([loaded.steps, loaded.episodes], [STEPS, member.episodes]);
  assert.ok(member.episodes > 0);
  assert.ok(same(await member.getParameters(), await loaded.getParameters()));
  const env = make("CartPole-v1");
  const played = await evaluate(member, env, { episodes: 3 });
  assert.deepEqual(played.returns, (await evaluate(loaded, env, { episodes: 3 })).returns);
});

Deno.test("population: one that diverges keeps its network, and the others go on as they would", async () => {
  const agents = [{ seed: 1 }, { seed: 2, learningRate: 1e30 }, { seed: 3 }];
  using population = await DQN.population(makeGpu("CartPole-v1", LANES), agents, CONFIG);
  await population.learn(STEPS);
  assert.deepEqual(population.members.map(({ hasDiverged }) => hasDiverged), [false, true, false]);
  for (const { data } of Object.values(await population.members[1].getParameters())) {
    assert.ok(data.every(Number.isFinite));
  }
  using single = await DQN.create(makeGpu("CartPole-v1", LANES), { ...CONFIG, seed: 3 });
  await single.learn(STEPS);
  assert.ok(same(await population.members[2].getParameters(), await single.getParameters()));
});

Deno.test("population: stops at a signal, and when all have reached the mark", async () => {
  using population = await DQN.population(makeGpu("CartPole-v1", LANES), [1, 2], CONFIG);
  const controller = new AbortController();
  const stopped = await population.learn(1e9, {
    signal: controller.signal,
    progressInterval: 0,
    onProgress: () => controller.abort(),
  });
  assert.equal(stopped.stoppedBy, "signal");
  const evaluation = { every: 100, episodes: 2, env: makeGpu("CartPole-v1", 2), stopAt: 1 };
  const solved = await population.learn(1e9, { evaluation });
  assert.equal(solved.stoppedBy, "solved");
  assert.equal(solved.curve.length, 1);
});

Deno.test("population: what can't be is refused before any work", async () => {
  const env = makeGpu("CartPole-v1", 2);
  const refused = (agents: readonly DQNConfig[], common: DQNConfig, message: RegExp) =>
    assert.rejects(DQN.population(env, agents, common), message);
  await refused([], {}, /wants the agents' seeds, or a configuration for each, at least one/);
  await refused(
    [{ batchSize: 8 }, { batchSize: 9 }],
    {},
    /must have the same batchSize: agent 0 has 8, agent 1 9\. They may differ in seed, /,
  );
  await refused(
    [{ maxGradNorm: 1 }, { maxGradNorm: null }],
    {},
    /maxGradNorm must be a number for/,
  );
  await refused([{ gamma: 2 }], {}, /gamma/);
  await refused([{}], { trainFreq: { every: 1, unit: "episode" } }, /trainFreq counts episodes/);
  using population = await DQN.population(env, [1], CONFIG);
  await assert.rejects(population.learn(0), /steps must be an integer of at least 1, got 0/);
  await assert.rejects(population.evaluate(env, { episodes: 0 }), /episodes must be/);
  const other = makeGpu("MountainCar-v0", 2);
  await assert.rejects(
    population.evaluate(other),
    /MountainCar-v0>, 2> has 2 numbers and 3 actions/,
  );
  const evaluation = { every: 10, episodes: 1, env: other };
  await assert.rejects(population.learn(10, { evaluation }), /^TypeError: evaluation\.env: /);
  const host = make("CartPole-v1") as unknown as typeof env;
  await assert.rejects(DQN.population(host, [1]), /made by makeGpu, got .*CartPole/);
  population.close();
  await assert.rejects(population.learn(10), /has been closed/);
});

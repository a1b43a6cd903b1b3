/** Tests of the DQN class, call by call. @module */

import assert from "node:assert/strict";
import { type Batch, Box, Discrete, DQN, make } from "../../mod.ts";
import { forward, fromParameters } from "../reference/mlp.ts";
import { device, SMALL, smallAgent } from "./support.ts";
import { ends, StubEnv } from "./stub_env.ts";

const cartPole = () => make("CartPole-v1", { maxEpisodeSteps: 20 });

/** Where networks are asked. */
const PLACES = [[0, 0, 0, 0], [0.1, -0.5, 0.03, 0.9], [-2, 1, -0.2, -3]].map((x) =>
  Float32Array.from(x)
);

/** Spaces of a 3-action task on vectors of 5. */
const SPACES = {
  observationSpace: new Box(-Infinity, Infinity, [5]),
  actionSpace: new Discrete(3, { start: 10 }),
};

/** Names, shapes and numbers that can be compared. */
type Named = Awaited<ReturnType<DQN["getParameters"]>>;

/** Throws unless two sets of numbers are as near as float32 lets them be. */
function assertNear(actual: ArrayLike<number>, wanted: ArrayLike<number>, within = 1e-5): void {
  assert.equal(actual.length, wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    assert.ok(Math.abs(actual[i] - wanted[i]) <= within, `${i}: ${actual[i]}, not ${wanted[i]}`);
  }
}

/** τ · a + (1 − τ) · b, in float64. */
function mixed(tau: number, a: Named, b: Named, name: string): number[] {
  const [x, y] = [a[`q.${name}`].data, b[`target.${name}`].data];
  return Array.from(x, (value, i) => tau * value + (1 - tau) * y[i]);
}

const PARTS = ["0.weight", "0.bias", "2.weight", "2.bias"];

Deno.test("dqn: a new agent", async () => {
  using agent = await DQN.create(make("CartPole-v1"), { device, seed: 5 });
  assert.deepEqual([agent.steps, agent.episodes, agent.updates], [0, 0, 0]);
  assert.equal(agent.epsilon, 1);
  assert.equal(agent.config.bufferSize, 100_000);
  assert.equal(agent.config.seed, 5);
  assert.match(agent.adapter, /\w/);
  // Two vec4s a row at least.
  assert.ok(agent.gpuBytes > 100_000 * 32, `${agent.gpuBytes}`);
});

Deno.test("dqn: parameters are named and shaped as PyTorch's", async () => {
  using agent = await smallAgent(SPACES, { hiddenLayers: [7, 6] });
  const shapes = Object.entries(await agent.getParameters()).map(([name, { shape, data }]) => {
    assert.equal(data.length, shape.reduce((a, b) => a * b, 1));
    return [name, shape];
  });
  const network = (prefix: string) => [
    [`${prefix}.0.weight`, [7, 5]],
    [`${prefix}.0.bias`, [7]],
    [`${prefix}.2.weight`, [6, 7]],
    [`${prefix}.2.bias`, [6]],
    [`${prefix}.4.weight`, [3, 6]],
    [`${prefix}.4.bias`, [3]],
  ];
  assert.deepEqual(shapes, [...network("q"), ...network("target")]);
});

Deno.test("dqn: the seed decides the first parameters, and the target begins as a copy", async () => {
  const parametersOf = async (seed: number) => {
    using agent = await smallAgent(SPACES, { seed });
    return await agent.getParameters();
  };
  const first = await parametersOf(1);
  assert.deepEqual(await parametersOf(1), first);
  assert.notDeepEqual((await parametersOf(2))["q.0.weight"], first["q.0.weight"]);
  for (const part of PARTS) assert.deepEqual(first[`target.${part}`], first[`q.${part}`]);
});

Deno.test("dqn: Q-values are the network's outputs", async () => {
  using agent = await smallAgent(cartPole(), { activation: "tanh" });
  await agent.learn(60);
  const network = fromParameters(await agent.getParameters(), "q");
  for (const place of PLACES) {
    assertNear(await agent.qValues(place), forward(network, "tanh", place).output);
  }
  const together = await agent.qValuesOf(PLACES);
  const { output } = forward(network, "tanh", PLACES.flatMap((place) => [...place]));
  assertNear(together, output);
});

Deno.test("dqn: predict is greedy and speaks the space's actions", async () => {
  using agent = await smallAgent(SPACES);
  for (let i = 0; i < 20; i++) {
    const place = Float32Array.from({ length: 5 }, (_, k) => Math.sin(7 * i + k));
    const q = await agent.qValues(place);
    assert.equal(q[await agent.predict(place) - 10], Math.max(...q));
  }
});

Deno.test("dqn: predict explores when asked to, as much as ε says", async () => {
  using agent = await smallAgent(SPACES);
  const place = new Float32Array(5).fill(0.5);
  const greedy = await agent.predict(place);
  const draw = async (times: number) => {
    const actions: number[] = [];
    for (let i = 0; i < times; i++) {
      actions.push(await agent.predict(place, { deterministic: false }));
    }
    return actions;
  };
  // Before learning ε is 1: each of three actions comes 100 times of 300, give or take 5 deviations.
  assert.equal(agent.epsilon, 1);
  const actions = await draw(300);
  for (const action of [10, 11, 12]) {
    const count = actions.filter((each) => each === action).length;
    assert.ok(Math.abs(count - 100) < 5 * Math.sqrt(300 * 2 / 9), `${action} came ${count} times`);
  }
  using other = await smallAgent(SPACES, { exploration: "greedy" });
  await other.setParameters(await agent.getParameters());
  for (let i = 0; i < 20; i++) {
    assert.equal(await other.predict(place, { deterministic: false }), greedy);
  }
  // What is drawn follows from the seed.
  using same = await smallAgent(SPACES);
  const again: number[] = [];
  for (let i = 0; i < 300; i++) again.push(await same.predict(place, { deterministic: false }));
  assert.deepEqual(again, actions);
});

Deno.test("dqn: ε follows its schedule, over the horizon when one is given", async () => {
  using agent = await smallAgent(new StubEnv(), {
    trainFreq: 1000,
    explorationFraction: 0.5,
    explorationFinalEps: 0.2,
  });
  await agent.learn(50, { horizon: 200 });
  assert.equal(agent.epsilon, 1 - 0.8 * 0.5);
  await agent.learn(50, { horizon: 200 });
  assert.equal(agent.epsilon, 0.2);
  // Left out, the horizon is where this call ends, or a longer one of before.
  using other = await smallAgent(new StubEnv(), { trainFreq: 1000, explorationFraction: 1 });
  await other.learn(10);
  assert.equal(other.epsilon, 0.05);
  await other.learn(10, { horizon: 40 });
  assert.equal(other.epsilon, 1 - 0.95 * 0.5);
});

Deno.test("dqn: a learning rate that is a function sees the run's progress", async () => {
  const seen: number[] = [];
  const learningRate = (progress: number) => {
    seen.push(progress);
    return 1e-3;
  };
  using agent = await smallAgent(cartPole(), { learningRate, learningStarts: 0, trainFreq: 10 });
  await agent.trainOnBatch(batchOf(4));
  assert.deepEqual(new Set(seen), new Set([0]));
  seen.length = 0;
  await agent.learn(30, { horizon: 40 });
  assert.deepEqual([...new Set(seen)], [0.25, 0.5, 0.75]);
});

/** Some transitions for a task with observations of a size. */
function batchOf(size: number, rows = 3): Batch {
  const numbers = (count: number, from: number) =>
    Float32Array.from({ length: count }, (_, i) => Math.sin(from + i));
  return {
    observations: numbers(rows * size, 0),
    nextObservations: numbers(rows * size, 100),
    actions: Int32Array.from({ length: rows }, (_, i) => i % 2),
    rewards: numbers(rows, 50),
    terminated: Array.from({ length: rows }, (_, i) => i === 1),
  };
}

Deno.test("dqn: trainOnBatch, by hand", async () => {
  // One number in, two actions, no hidden layer: Q(s, a) = w_a · s + b_a.
  const spaces = { observationSpace: new Box(-9, 9, [1]), actionSpace: new Discrete(2) };
  using agent = await smallAgent(spaces, {
    hiddenLayers: [],
    gamma: 0.5,
    optimizer: "sgd",
    learningRate: 0.1,
    loss: "mse",
    maxGradNorm: null,
  });
  const parameter = (shape: number[], ...numbers: number[]) => ({
    shape,
    data: Float32Array.from(numbers),
  });
  await agent.setParameters({
    "q.0.weight": parameter([2, 1], 1, 2),
    "q.0.bias": parameter([2], 0, 0),
  });
  const result = await agent.trainOnBatch({
    observations: Float32Array.of(1, 2),
    nextObservations: Float32Array.of(3, 4),
    actions: Int32Array.of(0, 1),
    rewards: Float32Array.of(1, 1),
    terminated: [false, true],
  });
  // Targets 1 + 0.5 · max(3, 6) and 1; values 1 and 4.
  assert.deepEqual([...result.tdErrors], [3, -3]);
  assert.equal(result.loss, 9);
  assert.equal(agent.updates, 1);
  assert.equal(agent.steps, 0);
  // ∂loss/∂Q is −2 · error / 2: −3 and 3, times s for the weights.
  const after = await agent.getParameters();
  assertNear(after["q.0.weight"].data, [1 + 0.1 * 3, 2 - 0.1 * 6]);
  assertNear(after["q.0.bias"].data, [0.3, -0.3]);
  assertNear(after["target.0.weight"].data, [1, 2], 0);
});

Deno.test("dqn: trainOnBatch takes weights and discounts, and batches of any size", async () => {
  using agent = await smallAgent(SPACES, { learningRate: 0, gamma: 0.9 });
  const batch = batchOf(5, 4);
  const plain = await agent.trainOnBatch(batch);
  const weights = Float32Array.of(2, 0, 0.5, 1);
  const weighted = await agent.trainOnBatch({ ...batch, weights });
  assert.deepEqual(weighted.tdErrors, plain.tdErrors);
  const huber = (x: number) => Math.abs(x) < 1 ? x * x / 2 : Math.abs(x) - 0.5;
  const sum = [...plain.tdErrors].reduce((total, error, i) => total + weights[i] * huber(error), 0);
  assertNear([weighted.loss], [sum / 4]);
  const discounts = new Float32Array(4).fill(0.9);
  assert.deepEqual(await agent.trainOnBatch({ ...batch, discounts }), plain);
  const none = await agent.trainOnBatch({ ...batch, discounts: new Float32Array(4) });
  const ended = await agent.trainOnBatch({ ...batch, terminated: [1, 1, 1, 1] });
  assert.deepEqual(none, ended);
  const single = await agent.trainOnBatch(batchOf(5, 1));
  assertNear(single.tdErrors, plain.tdErrors.slice(0, 1));
  assert.equal(agent.updates, 6);
});

Deno.test("dqn: setParameters takes what getParameters gives, also a target of its own", async () => {
  using one = await smallAgent(cartPole());
  await one.learn(70);
  const parameters = await one.getParameters();
  assert.notDeepEqual(parameters["q.0.weight"], parameters["target.0.weight"]);
  using other = await smallAgent(cartPole(), { seed: 99 });
  await other.setParameters(parameters);
  assert.deepEqual(await other.getParameters(), parameters);
  assert.deepEqual(await other.qValues(PLACES[1]), await one.qValues(PLACES[1]));
});

Deno.test("dqn: setParameters with the q alone copies them to the target", async () => {
  using one = await smallAgent(cartPole());
  await one.learn(70);
  const parameters = await one.getParameters();
  const online = Object.fromEntries(PARTS.map((part) => [`q.${part}`, parameters[`q.${part}`]]));
  await one.setParameters(online);
  const after = await one.getParameters();
  for (const part of PARTS) {
    assert.deepEqual(after[`q.${part}`], parameters[`q.${part}`]);
    assert.deepEqual(after[`target.${part}`], parameters[`q.${part}`]);
  }
});

Deno.test("dqn: parameters that were got do not change with the agent, nor it with them", async () => {
  using agent = await smallAgent(cartPole());
  const parameters = await agent.getParameters();
  const before = structuredClone(parameters);
  await agent.trainOnBatch(batchOf(4));
  assert.deepEqual(parameters, before);
  const now = await agent.getParameters();
  now["q.0.weight"].data.fill(7);
  assert.notEqual((await agent.getParameters())["q.0.weight"].data[0], 7);
});

Deno.test("dqn: updateTarget copies, or moves by a share", async () => {
  using agent = await smallAgent(cartPole());
  await agent.trainOnBatch(batchOf(4));
  const before = await agent.getParameters();
  await agent.updateTarget(0.25);
  const after = await agent.getParameters();
  for (const part of PARTS) {
    assertNear(after[`target.${part}`].data, mixed(0.25, before, before, part), 1e-6);
    assert.deepEqual(after[`q.${part}`], before[`q.${part}`]);
  }
  await agent.updateTarget();
  const copied = await agent.getParameters();
  for (const part of PARTS) assert.deepEqual(copied[`target.${part}`], before[`q.${part}`]);
  assert.equal(agent.updates, 1);
});

/** An agent whose target is due to follow by a half, after the last update: at step 30 of 32. */
async function withPendingSync(): Promise<DQN> {
  const agent = await smallAgent(cartPole(), {
    trainFreq: 28,
    gradientSteps: 5,
    targetUpdateInterval: 30,
    tau: 0.5,
  });
  await agent.learn(29);
  assert.equal(agent.updates, 5);
  return agent;
}

Deno.test("dqn: a sync that is due shows before the next update makes it", async () => {
  using agent = await withPendingSync();
  const before = await agent.getParameters();
  await agent.learn(1);
  const due = await agent.getParameters();
  for (const part of PARTS) {
    assert.deepEqual(due[`q.${part}`], before[`q.${part}`]);
    assertNear(due[`target.${part}`].data, mixed(0.5, before, before, part), 1e-6);
  }
  // No update, no sync; then it comes with the first of them, and only once.
  await agent.train(0);
  assert.deepEqual(await agent.getParameters(), due);
  await agent.train(1);
  const after = await agent.getParameters();
  for (const part of PARTS) {
    assertNear(after[`target.${part}`].data, due[`target.${part}`].data, 1e-6);
    assert.notDeepEqual(after[`q.${part}`].data, due[`q.${part}`].data);
  }
  await agent.train(1);
  const later = await agent.getParameters();
  for (const part of PARTS) assert.deepEqual(later[`target.${part}`], after[`target.${part}`]);
});

Deno.test("dqn: a sync that is due is made before updateTarget and trainOnBatch, too", async () => {
  using one = await withPendingSync();
  await one.learn(1);
  const due = await one.getParameters();
  await one.updateTarget(0.5);
  const moved = await one.getParameters();
  for (const part of PARTS) {
    assertNear(moved[`target.${part}`].data, mixed(0.5, due, due, part), 1e-6);
  }
  using other = await withPendingSync();
  await other.learn(1);
  await other.trainOnBatch(batchOf(4));
  const after = await other.getParameters();
  for (const part of PARTS) {
    assertNear(after[`target.${part}`].data, due[`target.${part}`].data, 1e-6);
  }
});

Deno.test("dqn: train makes updates and no steps", async () => {
  const env = new StubEnv(ends(10, "truncated"));
  using agent = await smallAgent(env);
  await agent.learn(50);
  const { updates } = agent;
  const before = await agent.getParameters();
  await agent.train(17);
  assert.deepEqual([agent.steps, agent.updates, env.actions.length], [50, updates + 17, 50]);
  assert.notDeepEqual((await agent.getParameters())["q.0.weight"], before["q.0.weight"]);
  await agent.train(0);
  assert.equal(agent.updates, updates + 17);
});

Deno.test("dqn: diagnostics are means over the updates since they were last asked for", async () => {
  using agent = await smallAgent(SPACES, { loss: "mse", maxGradNorm: 0.001 });
  const none = { loss: NaN, meanQ: NaN, gradNorm: NaN, tdError: NaN };
  assert.deepEqual(await agent.diagnostics(), none);
  const losses: number[] = [];
  const errors: number[] = [];
  for (const rows of [2, 5, 3]) {
    const { loss, tdErrors } = await agent.trainOnBatch(batchOf(5, rows));
    losses.push(loss);
    errors.push(tdErrors.reduce((sum, error) => sum + Math.abs(error), 0) / rows);
  }
  const { loss, meanQ, gradNorm, tdError } = await agent.diagnostics();
  assertNear([loss, tdError], [losses, errors].map((all) => (all[0] + all[1] + all[2]) / 3));
  assert.ok(Number.isFinite(meanQ));
  // Before clipping.
  assert.ok(gradNorm > 0.01, `${gradNorm}`);
  assert.deepEqual(await agent.diagnostics(), none);
});

Deno.test("dqn: a profile names the steps of an update", async () => {
  using agent = await smallAgent(cartPole());
  await agent.learn(30);
  const rows = await agent.profile();
  // The shared device was asked for without timestamps.
  assert.deepEqual(rows, []);
  using own = await DQN.create(cartPole(), { ...SMALL, device: undefined });
  await own.learn(30);
  const adapter = await navigator.gpu.requestAdapter();
  const profile = await own.profile();
  if (!adapter!.features.has("timestamp-query")) return assert.deepEqual(profile, []);
  const labels = profile.map(({ label }) => label);
  assert.ok(labels.includes("batch") && labels.includes("optimize"), labels.join());
  assertNear([profile.reduce((sum, { share }) => sum + share, 0)], [1]);
});

Deno.test("dqn: several environments feed one agent", async () => {
  const envs = [
    new StubEnv(ends(4, "terminated")),
    new StubEnv(ends(6, "truncated")),
    new StubEnv(ends(5, "terminated")),
  ];
  using agent = await smallAgent(envs, { learningStarts: 9, trainFreq: 6, gradientSteps: -1 });
  const { steps, episodes, updates } = await agent.learn(60);
  assert.deepEqual([steps, agent.steps], [60, 60]);
  assert.deepEqual(envs.map(({ actions }) => actions.length), [20, 20, 20]);
  assert.equal(episodes, 5 + 3 + 4);
  // Every 6 steps from the 12th on, as many updates as steps.
  assert.equal(updates, 54);
  assert.deepEqual(envs.map(({ resets }) => resets[0]), [11, 12, 13].map((seed) => ({ seed })));
  // All lanes act by themselves.
  assert.notDeepEqual(envs[0].actions, envs[1].actions);
  // A number of steps that lanes can't share evenly is rounded up.
  assert.equal((await agent.learn(10)).steps, 12);
});

Deno.test("dqn: owns knows the environments that it trains in", async () => {
  const envs = [cartPole(), cartPole()];
  using agent = await smallAgent(envs);
  assert.deepEqual([...envs, cartPole()].map((env) => agent.owns(env)), [true, true, false]);
});

Deno.test("dqn: closing leaves one's own device alone and frees what the agent opened", async () => {
  {
    using agent = await smallAgent(cartPole());
    await agent.learn(30);
  }
  // Still alive: a new agent works on it.
  using other = await smallAgent(cartPole());
  assert.equal((await other.qValues(PLACES[0])).length, 2);
  other.close();
  assert.equal(other.gpuBytes, 0);
});

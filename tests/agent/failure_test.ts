/**
 * Tests of what goes wrong in an environment, in options and in calls: a clear error each, an agent that
 * can be used on where that makes sense, and nothing on disk is damaged. What interrupts a run is tested
 * in interruption_test.ts, what spoils a checkpoint in damage_test.ts.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Box, Discrete, DQN, type DQNConfig, type Env, make } from "../../mod.ts";
import { device, smallAgent, withSaved } from "./support.ts";
import { ends, StubEnv } from "./stub_env.ts";

const cartPole = () => make("CartPole-v1", { maxEpisodeSteps: 20 });

/** What {@link assert.rejects} takes to compare with. */
type Wanted = RegExp | { name?: string; message: string | RegExp };

Deno.test("failure: what an environment must not return ends the run and spoils nothing", async () => {
  const strange: [string, object, Wanted][] = [
    ["NaN reward", { reward: NaN }, {
      name: "RangeError",
      message: "StubEnv.step: the reward must be a finite number, got NaN",
    }],
    ["NaN observation", { observation: Float32Array.of(0, NaN) }, {
      name: "RangeError",
      message: "StubEnv.step: number 1 of the observation is NaN",
    }],
    ["wrong shape", { observation: new Float32Array(3) }, {
      name: "TypeError",
      message: "StubEnv.step: wanted a typed array of 2 numbers, got 3 numbers",
    }],
  ];
  for (const [what, answer, error] of strange) {
    const env = new StubEnv(({ total, step }) =>
      total === 73 ? answer : { terminated: step === 9 }
    );
    await withSaved(async (agent, path) => {
      await assert.rejects(agent.learn(100), error, what);
      assert.equal(agent.steps, 72);
      // Nothing that was learnt is lost, and a new episode can begin.
      for (const { data } of Object.values(await agent.getParameters())) {
        assert.ok(data.every(Number.isFinite), what);
      }
      const ended: number[] = [];
      const result = await agent.learn(28, { onEpisode: ({ length }) => ended.push(length) });
      assert.deepEqual([result.stoppedBy, agent.steps], ["steps", 100]);
      assert.deepEqual(ended, [9, 9, 9]);
      // Loading goes on from before the accident.
      using old = await DQN.load(path, undefined, { device });
      assert.equal(old.steps, 50);
    }, env);
  }
});

Deno.test("failure: an exception of a callback or of the environment passes through", async () => {
  await withSaved(async (agent) => {
    const boom = new Error("boom");
    const fail = () => {
      throw boom;
    };
    await assert.rejects(agent.learn(60, { onEpisode: fail }), boom);
    await assert.rejects(agent.learn(60, { onProgress: fail }), boom);
    const evaluation = { every: 1, episodes: 1, env: cartPole(), onEvaluation: fail };
    await assert.rejects(agent.learn(60, { evaluation }), boom);
    assert.equal((await agent.learn(10)).stoppedBy, "steps");
  });
  using agent = await smallAgent(
    new StubEnv(({ total }) => {
      if (total === 5) throw new Error("the simulator crashed");
      return {};
    }),
  );
  await assert.rejects(agent.learn(10), { message: "the simulator crashed" });
  assert.equal((await agent.learn(10)).steps, 10);
});

Deno.test("failure: spaces that DQN can't work with", async () => {
  const { observationSpace } = make("CartPole-v1");
  const spaces = (observations: unknown, actions: unknown) =>
    ({ observationSpace: observations, actionSpace: actions }) as Env;
  await assert.rejects(DQN.create(spaces(observationSpace, new Box(-1, 1, [2]))), {
    name: "TypeError",
    message: "DQN needs a Discrete action space, got Box(-1, 1, [2], float32)",
  });
  await assert.rejects(DQN.create(spaces(new Discrete(48), new Discrete(4))), {
    name: "TypeError",
    message: "DQN needs observations in a Box, got Discrete(48): wrap the environment in OneHot",
  });
  await assert.rejects(DQN.create([]), {
    name: "TypeError",
    message: "DQN.create wants at least one environment, got none",
  });
  await assert.rejects(DQN.create([make("CartPole-v1"), new StubEnv()]), {
    name: "TypeError",
    message: /^all environments must have the same spaces: .*CartPole-v1.* and <StubEnv> differ$/,
  });
  const env = make("CartPole-v1");
  await assert.rejects(DQN.create([env, env]), {
    name: "TypeError",
    message: "each lane needs an environment of its own, and CartPole-v1 was given twice",
  });
});

Deno.test("failure: options that don't exist or make no sense", async () => {
  const create = (config: object) => DQN.create(cartPole(), config as DQNConfig);
  await assert.rejects(create({ learningrate: 1e-3 }), {
    name: "TypeError",
    message: 'unknown option "learningrate" (did you mean "learningRate"?)',
  });
  await assert.rejects(create({ batchSize: 0 }), {
    name: "RangeError",
    message: "batchSize must be an integer of at least 1, got 0",
  });
  await assert.rejects(create({ bufferSize: 4, learningStarts: 0, nSteps: 3, device }), {
    name: "RangeError",
    message: /with nSteps 3 a lane needs at least 5/,
  });
  await withSaved(async (_, path) => {
    const overrides = { gama: 0.9 } as DQNConfig;
    await assert.rejects(DQN.load(path, cartPole(), overrides), /unknown option "gama"/);
  });
});

Deno.test("failure: options of learn, train and evaluation", async () => {
  using agent = await smallAgent(cartPole());
  const evaluation = { every: 10, episodes: 1, env: cartPole() };
  const bad: [Promise<unknown>, string][] = [
    [agent.learn(0), "steps must be an integer of at least 1, got 0"],
    [agent.learn(1.5), "steps must be an integer of at least 1, got 1.5"],
    [agent.learn(NaN), "steps must be an integer of at least 1, got NaN"],
    [agent.learn(9, { horizon: 0 }), "horizon must be an integer of at least 1, got 0"],
    [
      agent.learn(9, { evaluation: { ...evaluation, every: 0 } }),
      "evaluation.every must be an integer of at least 1, got 0",
    ],
    [
      agent.learn(9, { evaluation: { ...evaluation, episodes: -1 } }),
      "evaluation.episodes must be an integer of at least 1, got -1",
    ],
    [agent.train(-1), "updates must be an integer of at least 0, got -1"],
    [agent.train(0.5), "updates must be an integer of at least 0, got 0.5"],
    [agent.updateTarget(0), "tau must lie in (0, 1], got 0"],
    [agent.updateTarget(1.1), "tau must lie in (0, 1], got 1.1"],
  ];
  for (const [promise, message] of bad) {
    await assert.rejects(promise, { name: "RangeError", message });
  }
  assert.deepEqual([agent.steps, agent.updates], [0, 0]);
});

Deno.test("failure: training before there is anything to learn from", async () => {
  using agent = await smallAgent(cartPole());
  await assert.rejects(agent.train(1), {
    message: "the replay buffer holds no transition yet: collect some before training",
  });
  assert.equal(agent.updates, 0);
  await agent.learn(1);
  await agent.train(1);
  assert.equal(agent.updates, 1);
});

Deno.test("failure: learning without an environment", async () => {
  const { observationSpace, actionSpace } = make("CartPole-v1");
  using agent = await smallAgent({ observationSpace, actionSpace });
  await assert.rejects(agent.learn(10), {
    message: "this agent has no environment: create or load it with one to learn from it",
  });
  assert.equal((await agent.qValues(new Float32Array(4))).length, 2);
});

Deno.test("failure: learning twice at once", async () => {
  using agent = await smallAgent(cartPole());
  const first = agent.learn(100);
  await assert.rejects(agent.learn(100), {
    message: "this agent is learning already: await that call first",
  });
  assert.equal((await first).steps, 100);
  assert.equal((await agent.learn(20)).steps, 20);
});

/** A learning rate that is sound at first and sends the network to infinity from half of the run on. */
const diverging = (progress: number) => progress < 0.5 ? 1e-3 : 1e30;
const DIVERGED = /^Error: the loss .*not a finite number: training has diverged\. .*learningRate/;

Deno.test("failure: training that diverges is noticed, and the network stays finite", async () => {
  const config: DQNConfig = {
    optimizer: "sgd",
    loss: "mse",
    maxGradNorm: null,
    learningRate: diverging,
  };
  await withSaved(async (_, path) => {
    using agent = await DQN.load(path, cartPole(), { device, learningRate: 1e-3 });
    agent.close();
    using bad = await smallAgent(cartPole(), config);
    await assert.rejects(bad.learn(400), DIVERGED);
    for (const { data } of Object.values(await bad.getParameters())) {
      assert.ok(data.every(Number.isFinite));
    }
    await bad.setParameters(await (await smallAgent(cartPole())).getParameters());
    assert.ok((await bad.qValues(new Float32Array(4))).every(Number.isFinite));
  });
});

Deno.test("failure: training that diverges is noticed soon, also when each action waits for the GPU", async () => {
  // Each greedy action empties the queue, so that no submit's worth of updates ever adds up.
  using agent = await smallAgent(cartPole(), {
    exploration: "greedy",
    optimizer: "sgd",
    loss: "mse",
    maxGradNorm: null,
    learningRate: (progress) => progress < 0.001 ? 1e-3 : 1e30,
    gradientSteps: 1,
  });
  await assert.rejects(agent.learn(100_000), DIVERGED);
  // It goes wrong at step 100 and is looked for every 50 ms.
  assert.ok(agent.steps < 10_000, `noticed at step ${agent.steps}`);
});

Deno.test("failure: an explicit batch that is not finite or does not fit", async () => {
  using agent = await smallAgent(cartPole());
  const batch = {
    observations: new Float32Array(8).fill(0.1),
    nextObservations: new Float32Array(8).fill(0.2),
    actions: Int32Array.of(0, 1),
    rewards: Float32Array.of(1, 2),
    terminated: [false, true],
  };
  const before = await agent.getParameters();
  const bad: [object, RegExp][] = [
    [
      { rewards: Float32Array.of(1, NaN) },
      /^RangeError: rewards\[1\] must be a finite number, got NaN$/,
    ],
    [
      { observations: new Float32Array(7) },
      /^RangeError: observations must have 8 entries .* got 7$/,
    ],
    [{ actions: Int32Array.of(0, 2) }, /^RangeError: actions\[1\] must lie in 0 to 1, got 2$/],
    [{ actions: Int32Array.of(-1, 0) }, /^RangeError: actions\[0\] must lie in 0 to 1, got -1$/],
    [{ terminated: [true] }, /^RangeError: terminated must have 2 entries for 2 actions, got 1$/],
  ];
  for (const [part, error] of bad) {
    await assert.rejects(agent.trainOnBatch({ ...batch, ...part }), error);
  }
  assert.equal(agent.updates, 0);
  assert.deepEqual(await agent.getParameters(), before);
});

Deno.test("failure: observations that don't fit", async () => {
  using agent = await smallAgent(cartPole());
  await assert.rejects(agent.predict(new Float32Array(3)), {
    name: "TypeError",
    message: "qValues: wanted a typed array of 4 numbers, got 3 numbers",
  });
  await assert.rejects(agent.qValues([0, 0, 0, 0] as unknown as Float32Array), {
    name: "TypeError",
    message: "qValues: wanted a typed array of 4 numbers, got [object Array]",
  });
  await assert.rejects(agent.qValues(Float32Array.of(0, 0, NaN, 0)), {
    name: "RangeError",
    message: "qValues: number 2 of the observation is NaN",
  });
  const both = [new Float32Array(4), new Float32Array(5)];
  await assert.rejects(agent.qValuesOf(both), /^TypeError: .* got 5 numbers$/);
  await assert.rejects(agent.qValuesOf([]), /^RangeError: .*at least one observation, got none$/);
});

Deno.test("failure: parameters that don't fit change nothing", async () => {
  using agent = await smallAgent(cartPole());
  const before = await agent.getParameters();
  const { "q.0.bias": bias, ...without } = before;
  const online = Object.fromEntries(Object.entries(before).filter(([name]) => name[0] === "q"));
  const target = Object.fromEntries(Object.entries(before).filter(([name]) => name[0] === "t"));
  const flat = (size: number) => ({ shape: [size], data: new Float32Array(size) });
  const bad: [string, Parameters<DQN["setParameters"]>[0], RegExp][] = [
    ["missing", without, /^Error: parameter "(q\.)?0\.bias" of shape \[8\] is missing$/],
    [
      "shape",
      { ...online, "q.0.bias": flat(9) },
      /"(q\.)?0\.bias" must have shape \[8\] and 8 numbers, got shape \[9\]/,
    ],
    ["transposed", {
      ...online,
      "q.0.weight": { shape: [4, 8], data: before["q.0.weight"].data },
    }, /"(q\.)?0\.weight" must have shape \[8,4\]/],
    [
      "too few numbers",
      { ...online, "q.0.bias": { shape: [8], data: new Float32Array(7) } },
      /got shape \[8\] and 7 numbers/,
    ],
    [
      "unknown layer",
      { ...online, "q.4.bias": bias },
      /^Error: unknown parameter "(q\.)?4\.bias": this network has (q\.)?0\.weight, /,
    ],
    [
      "unknown name",
      { ...online, "policy.0.bias": bias },
      /^Error: unknown parameter "policy\.0\.bias": names start with "q\." or "target\."$/,
    ],
    [
      "half a target",
      { ...before, "target.2.bias": flat(3) },
      /"(target\.)?2\.bias" must have shape \[2\]/,
    ],
    [
      "the target alone",
      target,
      /^Error: parameter "(q\.)?0\.weight" of shape \[8,4\] is missing$/,
    ],
    ["nothing", {}, /^Error: parameter "(q\.)?0\.weight" of shape \[8,4\] is missing$/],
  ];
  const wrong: string[] = [];
  for (const [what, parameters, error] of bad) {
    try {
      await agent.setParameters(parameters);
      wrong.push(`${what} was taken`);
    } catch (given) {
      if (!error.test(String(given))) wrong.push(`${what}: ${given}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(await agent.getParameters(), before);
});

Deno.test("failure: more memory than the adapter has is said before anything is allocated", async () => {
  await assert.rejects(smallAgent(cartPole(), { bufferSize: 2 ** 40 }), {
    name: "RangeError",
    message: /bufferSize to at most \d+$/,
  });
  using agent = await smallAgent(cartPole());
  assert.equal((await agent.learn(30)).steps, 30);
});

Deno.test("failure: an episode that ended badly does not count", async () => {
  const env = new StubEnv(({ total, step }) =>
    total === 7 ? { reward: NaN } : ends(5, "terminated")({
      step,
      total,
      episode: 0,
      action: 0,
    })
  );
  using agent = await smallAgent(env);
  const heard: number[] = [];
  const onEpisode = ({ episode, return: value }: { episode: number; return: number }) =>
    heard.push(episode, value);
  await assert.rejects(agent.learn(20, { onEpisode }), /NaN/);
  await agent.learn(5, { onEpisode });
  assert.deepEqual(heard, [1, 5, 2, 5]);
  assert.equal(agent.episodes, 2);
});
